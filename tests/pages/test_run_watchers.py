"""Who loses access loses the live updates of runs; who does not read is dropped alone."""

import asyncio
from functools import partial
from typing import Any

import pytest

from arena.accounts.commands import remove_member
from arena.live_sockets import CLOSE_NO_ACCESS, CLOSE_TOO_SLOW
from arena.tenancy.models import Tenant
from benchmarks.queries.runs import Viewer
from tests.pages import run_scene as scene
from workers import run_hub
from workers.run_hub import Hub
from workers.run_watch import Watcher
from workers.viewers import viewer_of_session

pytestmark = pytest.mark.django_db(transaction=True)


async def until(condition: Any, within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.02)


def watcher(send: Any, drop: Any, *, session_key: str | None = None) -> Watcher:
    return Watcher(send=send, drop=drop, session_key=session_key, viewer=Viewer(), run_id=None)


def test_who_loses_access_is_dropped_and_the_others_stay(
    tenant: Tenant, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_hub, "ACCESS_CHECK_S", 0.05)
    gone, stays = (scene.person(other_tenant, name) for name in ("gone", "stays"))
    keys = {user: scene.browser(user).cookies["sessionid"].value for user in (gone, stays)}
    assert viewer_of_session(tenant=other_tenant, session_key=keys[gone]) is not None
    dropped: dict[str, int] = {}

    async def send(_: dict[str, Any]) -> None:
        return

    async def scenario() -> None:
        hub = Hub()
        for user in (gone, stays):
            hub.join(
                watcher(send, partial(dropped.__setitem__, user.email), session_key=keys[user]),
                tenant=other_tenant,
                prefix="/",
            )
        await asyncio.sleep(0.3)
        assert dropped == {}
        await asyncio.to_thread(remove_member, tenant=other_tenant, user=gone, by=None)
        await until(lambda: dropped)
        await asyncio.sleep(0.3)

    asyncio.run(scenario())
    assert dropped == {gone.email: CLOSE_NO_ACCESS}


def test_a_page_that_does_not_read_is_dropped_and_holds_up_nobody(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_hub, "SEND_TIMEOUT_S", 0.2)
    monkeypatch.setattr(run_hub, "SLOW_CHECK_S", 0.05)
    dropped: list[int] = []
    told: list[dict[str, Any]] = []

    async def never(_: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    async def quickly(message: dict[str, Any]) -> None:
        told.append(message)

    async def scenario() -> None:
        hub = Hub()
        slow = watcher(never, dropped.append)
        hub.join(slow, tenant=tenant, prefix="/")
        hub.join(watcher(quickly, dropped.append), tenant=tenant, prefix="/")
        await until(lambda: told)
        await until(lambda: dropped)

    asyncio.run(scenario())
    assert set(dropped) == {CLOSE_TOO_SLOW}
    assert len(told) == 1
