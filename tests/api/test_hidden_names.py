"""While a battle is open nothing public tells which models answer, or anything they differ in."""

import asyncio
import json
from collections.abc import Iterator

import aiohttp
import httpx
import pytest

from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from tests import processes
from tests.api.battle_client import Program
from tests.api.battle_keys import NEW, battle_key
from tests.live_server import live_server
from tests.voting import battling
from tests.voting.fake_provider import FakeProvider, fake_provider
from voting.voters import CONSENT_VERSION, cookie_name, new_voter

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("quoxalin", "shortish", "longish")
FIGURES = ("tokens", "time_to_first", "generation_ms", "cost", "energy", "usage", "list_items")


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """Return a server of two models whose answers differ in every figure."""
    with fake_provider() as running:
        running.words = {"shortish": ("Yes.",), "longish": ("No, ", "* never ") * 40}
        yield running


@pytest.fixture
def program(tenant: Tenant, provider: FakeProvider) -> Iterator[Program]:
    """Return a client of a running site on which these two battle."""
    battling.contest(tenant, "shortish", "longish", provider=provider)
    with live_server(processes.environment()) as server:
        yield Program(server, battle_key(tenant))


def check_hidden(surface: str, text: str) -> None:
    """Raise AssertionError where a public text tells a name or a figure."""
    told = [word for word in (*NAMES, *FIGURES) if word in text.lower()]
    assert not told, f"{surface} tells {told}"


def test_no_answer_of_the_api_tells_them_before_the_vote(program: Program) -> None:
    made = program.post("battles", NEW)
    path = f"battles/{made.json()['id']}"
    with httpx.stream(
        "GET", program.server.url(f"/api/v1/{path}/stream"), headers=program.key.headers, timeout=30
    ) as stream:
        told = "".join(stream.iter_text()) + str(stream.headers)
    check_hidden("stream", told)
    battle = program.get(path)
    assert battle.json()["status"] == "ready"
    body = battle.json()
    for side in "ab":
        assert body["turns"][0][side].pop("figures") is None
    check_hidden("battle", json.dumps(body))
    check_hidden("headers", str(made.headers) + str(battle.headers))
    voted = program.post(f"{path}/vote", {"winner": "tie"})
    assert "quoxalin-shortish" in voted.text


@pytest.mark.parametrize("stream", [True, False])
def test_no_completion_tells_them(program: Program, stream: bool) -> None:
    body = {
        "model": "arena",
        "messages": [{"role": "user", "content": "Why?"}],
        "metadata": {"consent_version": CONSENT_VERSION},
        "stream": stream,
    }
    response = program.post("chat/completions", body)
    assert response.status_code == 200
    check_hidden("completion", response.text + str(response.headers))


def test_no_event_and_no_page_of_the_log_tells_them(tenant: Tenant, program: Program) -> None:
    before = log_head(tenant=tenant).position
    battle_id = program.start()
    program.follow(battle_id)
    listed = program.get(f"events?after={before}")
    types = [event["type"] for event in listed.json()["items"]]
    assert types == ["BattleStarted", "AnswersDelivered"]
    check_hidden("events", listed.text)
    for position in range(before + 1, log_head(tenant=tenant).position + 1):
        check_hidden("event", program.get(f"events/{position}").text)
        check_hidden("page", httpx.get(program.server.url(f"/log/{position}/")).text)
    # A filter by model finds nothing either.
    page = httpx.get(program.server.url("/log/?model=quoxalin-shortish"))
    assert "AnswersDelivered</td>" not in page.text
    assert "BattleStarted</td>" not in page.text


def test_no_message_of_the_websocket_tells_them(tenant: Tenant, program: Program) -> None:
    voter, cookie = new_voter(tenant=tenant)
    battle_id = battling.answered(tenant, battle_id=battling.begin(tenant, voter=voter))

    async def told() -> str:
        async with (
            aiohttp.ClientSession(cookies={cookie_name(tenant): cookie}) as session,
            session.ws_connect(
                program.server.socket_url(f"/ws/battles/{battle_id}/"),
                origin=program.server.url(""),
            ) as socket,
        ):
            return str((await socket.receive(10)).data)

    message = asyncio.run(told())
    assert json.loads(message)["status"] == "ready"
    check_hidden("websocket", message)
