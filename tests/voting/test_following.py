"""Whoever follows a battle, however often and from wherever, sees every character once."""

import asyncio
import contextlib
import random
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings
from redis.asyncio import Redis

from arena import redis_client
from arena.tenancy.models import Tenant
from tests.own_redis import own_redis
from tests.voting import battling
from tests.voting.fake_provider import STEADY, FakeProvider
from tests.voting.following import Page, messages_until, web_process
from voting import queries
from voting.commands import Ballot, cast_vote
from voting.state import UnknownBattle
from voting.streaming import follow, launch
from voting.streaming.hub import hub
from voting.streaming.messages import Place

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = "".join(STEADY)
RIGHT = "wörter 𝔘nd zeichen "


@pytest.fixture
def battle_id(tenant: Tenant, provider: FakeProvider) -> UUID:
    """Return a battle whose answers take about a second, in characters of every width."""
    battling.contest(tenant, "one", "two", provider=provider)
    provider.words["two"] = (RIGHT,) * 25
    provider.pace_s.update(one=0.03, two=0.03)
    return battling.begin(tenant, speed_hidden=False)


async def watch(tenant: Tenant, battle_id: UUID, page: Page, **options: Any) -> None:
    """Follow until the turn is complete, or until the caller has enough."""
    async with contextlib.aclosing(
        follow(tenant, battle_id, **{"with_html": False, **options})
    ) as messages:
        async for message in messages:
            page.take(dict(message.data))
            page.place = str(message.place)
            if page.status != "answering":
                break


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("says_where", [True, False])
def test_joining_and_coming_back_at_any_moment_loses_and_repeats_nothing(
    tenant: Tenant, battle_id: UUID, seed: int, says_where: bool
) -> None:
    rng = random.Random(seed)

    async def visitor() -> Page:
        page = Page()
        await asyncio.sleep(rng.uniform(0, 0.5))
        while page.status == "answering":
            after = page.place if says_where and page.place else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rng.uniform(0.02, 0.3)):
                    await watch(tenant, battle_id, page, after=after)
        return page

    async def main() -> list[Page]:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            return await asyncio.gather(*(visitor() for _ in range(8)))

    pages = asyncio.run(main())
    sides = {WHOLE, RIGHT * 25}
    for page in pages:
        assert set(page.texts.values()) == sides
        assert page.repeated == 0
    assert not hub.followed_count()


def test_a_page_that_comes_after_the_end_gets_all_at_once(tenant: Tenant, battle_id: UUID) -> None:
    async def main() -> list[dict[str, Any]]:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            await messages_until(tenant, battle_id, "complete")
            return await messages_until(tenant, battle_id, "state", with_html=True)

    (state,) = asyncio.run(main())
    assert state["status"] == "ready"
    assert {state["a"]["text"], state["b"]["text"]} == {WHOLE, RIGHT * 25}
    assert "<p" in state["a"]["html"]
    assert state["a"]["html_characters"] == len(state["a"]["text"])


def test_html_comes_while_the_answer_grows_and_whole_at_the_end(
    tenant: Tenant, provider: FakeProvider, battle_id: UUID
) -> None:
    provider.words["one"] = ("**bold** <script>alert(1)</script> ",) * 25

    async def main() -> list[dict[str, Any]]:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            return await messages_until(tenant, battle_id, "complete", with_html=True)

    messages = asyncio.run(main())
    rendered = [message for message in messages if message["type"] == "html"]
    assert 1 <= len(rendered) <= 8
    last = messages[-1]
    html = last["a"]["html"] + last["b"]["html"]
    assert html.count("<strong>bold</strong>") == 25
    assert "<script" not in html
    assert last["a"]["characters"] + last["b"]["characters"] == len(
        provider.words["one"][0] * 25 + RIGHT * 25
    )


def test_a_slow_follower_gets_fewer_and_longer_messages(tenant: Tenant, battle_id: UUID) -> None:
    async def main() -> list[dict[str, Any]]:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            messages = follow(tenant, battle_id, with_html=False)
            received = [dict((await anext(messages)).data)]
            # Nothing is read until all has been said; another follower knows when.
            await messages_until(tenant, battle_id, "complete")
            received += [dict((await anext(messages)).data) for _ in range(2)]
            await messages.aclose()
            return received

    messages = asyncio.run(main())
    assert [message["type"] for message in messages] == ["state", "delta", "complete"]


def test_followers_learn_of_a_vote_cast_elsewhere(tenant: Tenant, battle_id: UUID) -> None:
    cast = sync_to_async(cast_vote, thread_sensitive=False)

    async def main() -> list[dict[str, Any]]:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            await messages_until(tenant, battle_id, "complete")
            async with contextlib.aclosing(follow(tenant, battle_id, with_html=False)) as following:
                received = [dict((await anext(following)).data)]
                await cast(
                    tenant=tenant, battle_id=battle_id, voter=battling.VOTER,
                    ballot=Ballot(winner="tie"), actor="test",
                )  # fmt: skip
                return received + [dict(message.data) async for message in following]

    assert asyncio.run(main())[-1] == {"type": "closed", "status": "voted"}


def test_nothing_said_before_the_vote_tells_the_models_apart(
    tenant: Tenant, battle_id: UUID
) -> None:
    async def main() -> list[dict[str, Any]]:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            return await messages_until(tenant, battle_id, "complete", with_html=True)

    for message in asyncio.run(main()):
        assert "quoxalin" not in str(message)
        for side in "ab":
            assert set(message.get(side) or ()) <= {
                "text", "html", "html_characters", "is_complete", "offset", "characters"
            }  # fmt: skip


def test_a_battle_that_is_not_there_cannot_be_followed(tenant: Tenant) -> None:
    async def main() -> None:
        async with web_process():
            with pytest.raises(UnknownBattle):
                await messages_until(tenant, uuid4(), "state")

    asyncio.run(main())
    assert not hub.followed_count()


def test_without_redis_the_answers_are_stored_and_shown_whole(
    tenant: Tenant, battle_id: UUID, tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> None:
    async def main(kill: Any) -> Page:
        page = Page()
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            following = asyncio.create_task(watch(tenant, battle_id, page))
            await asyncio.sleep(0.4)
            kill()
            await following
        return page

    with own_redis(tmp_path_factory.mktemp("r")) as server:
        settings.REDIS_URL = server.url
        redis_client.client.cache_clear()
        page = asyncio.run(main(server.kill))
    redis_client.client.cache_clear()
    assert set(page.texts.values()) == {WHOLE, RIGHT * 25}
    assert queries.battle(tenant=tenant, battle_id=battle_id).status == "ready"


@pytest.mark.parametrize(
    "text", ["", "1.2", "1.2.3.4", "1.-2.3", "a.b.c", "1.2.\u0663", "1" * 99 + ".1.1"]
)
def test_what_is_no_place_is_taken_for_none(text: str) -> None:
    assert Place.of(text) is None
    assert Place.of(str(Place(3, 20, 100))) == Place(3, 20, 100)


def test_whoever_joins_while_the_last_reader_ends_is_fed_by_another(
    tenant: Tenant, battle_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Redis.aclose

    async def close_slowly(self: Redis) -> None:
        await asyncio.sleep(0.5)
        await close(self)

    async def main() -> Page:
        page = Page()
        async with web_process():
            await messages_until(tenant, battle_id, "state")
            # Nobody follows now, so the reader has come to its end, slowly.
            await asyncio.sleep(0.2)
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            await watch(tenant, battle_id, page)
        return page

    monkeypatch.setattr(Redis, "aclose", close_slowly)
    assert asyncio.run(main()).status == "ready"
