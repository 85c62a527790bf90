"""A running site under attack: fifty ways to close one battle, and a log that tells nothing."""

import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from arena.eventstore.reader import read_stream
from arena.tenancy.models import Tenant
from tests import processes
from tests.live_server import LiveServer, live_server
from tests.voting import battling
from voting.events import battle_stream
from voting.voters import cookie_name, new_voter

pytestmark = pytest.mark.django_db(transaction=True)
CANARIES = ("prompt-canary-7731", "comment-canary-9953", "Left.", "quoxalin", "arena_voter")
CLOSING = {"VoteCast", "BattleSkipped", "BattleVoided"}
ATTEMPTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("vote", {"winner": "model_a", "comment": CANARIES[1]}),
    ("vote", {"winner": "model_b"}),
    ("vote", {"winner": "tie"}),
    ("skip", {}),
    ("continue", {"turn": "2", "text": CANARIES[0]}),
)


@pytest.fixture
def server(tenant: Tenant) -> Iterator[LiveServer]:
    battling.contest(tenant, "one", "two")
    with live_server(processes.environment()) as running:
        yield running


def browser(server: LiveServer, tenant: Tenant, value: str) -> tuple[httpx.Client, str]:
    """Return a browser with a voter's number and the token of its forms."""
    client = httpx.Client(base_url=server.url(""), cookies={cookie_name(tenant): value}, timeout=30)
    page = client.get("/battle/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    return client, token[1]


def test_a_battle_goes_on_or_is_closed_once_however_many_try(
    server: LiveServer, tenant: Tenant
) -> None:
    voter, value = new_voter(tenant=tenant)
    battle_id = battling.answered(
        tenant, battle_id=battling.begin(tenant, voter=voter, prompt=CANARIES[0])
    )
    client, token = browser(server, tenant, value)

    def attempt(number: int) -> tuple[str, int]:
        what, fields = ATTEMPTS[number % len(ATTEMPTS)]
        answer = client.post(
            f"/battle/{battle_id}/{what}/", data={"csrfmiddlewaretoken": token, **fields}
        )
        return f"{what} {fields.get('winner', '')}", answer.status_code

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(attempt, range(50)))
    client.close()

    assert {status for _, status in answers} == {303, 409}
    assert len({what for what, status in answers if status == 303}) == 1
    types = [
        stored.type for stored in read_stream(tenant_id=tenant.pk, stream=battle_stream(battle_id))
    ]
    done = types[2:]
    assert done == ["BattleContinued"] or (len(done) == 1 and set(done) <= CLOSING)
    log = server.log.read_text()
    assert "/battle/<uuid:battle_id>/" in log
    assert not [canary for canary in CANARIES if canary.lower() in log.lower()]


def test_a_strangers_battle_is_as_unknown_as_one_that_never_was(
    server: LiveServer, tenant: Tenant
) -> None:
    voter, _ = new_voter(tenant=tenant)
    battle_id = battling.answered(tenant, battle_id=battling.begin(tenant, voter=voter))
    _, other = new_voter(tenant=tenant)
    client, token = browser(server, tenant, other)

    def answers(which: uuid.UUID) -> list[tuple[int, str]]:
        path = f"/battle/{which}/"
        found = [client.get(path), client.get(f"{path}image/")]
        for what, fields in [*ATTEMPTS, ("categories", {}), ("again", {})]:
            data = {"csrfmiddlewaretoken": token, **fields}
            found.append(client.post(f"{path}{what}/", data=data))
        # Each page carries its own address, a token and a nonce.
        own = re.compile(rf'{which}|(?:value|nonce)="[^"]+"')
        return [(one.status_code, own.sub("", one.text)) for one in found]

    assert answers(battle_id) == answers(uuid.uuid4())
    assert {status for status, _ in answers(battle_id)} == {404}
    client.close()
