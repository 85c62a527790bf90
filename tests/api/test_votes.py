"""Votes through the interface: each counts once, and nobody's id is kept."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client

from arena.accounts.pseudonym import voter_pseudonym
from arena.eventstore import reader
from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from tests.api.conftest import VOTE, Advance, Keys, bearer, make_keys, post_vote

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

FULL_VOTE = {
    **VOTE,
    "winner": "both_bad",
    "voter": "someone@example.org",
    "voted_at": "2026-11-20T12:00:00+01:00",
    "language": "pt-BR",
    "category": "maths",
    "turn": 2,
}
PARALLEL = 50


@pytest.mark.django_db
def test_a_vote_becomes_an_event_and_counts(
    client: Client, arena: Tenant, keys: Keys, advance_all: Advance
) -> None:
    before = client.get("/api/v1/boards/text").json()["state"]["vote_count"]
    response = post_vote(client, keys.vote, FULL_VOTE)
    assert response.status_code == 201
    assert "Idempotent-Replay" not in response
    receipt = response.json()
    event = client.get(response["Location"]).json()
    assert (event["id"], event["position"]) == (receipt["event_id"], receipt["position"])
    assert event["data"] == {
        **{name: value for name, value in FULL_VOTE.items() if name != "voter"},
        "voted_at": "2026-11-20T11:00:00Z",
        "anonymous": True,
        "source": "api",
    }
    advance_all(arena)
    assert client.get("/api/v1/boards/text").json()["state"]["vote_count"] == before + 1


@pytest.mark.django_db
def test_of_the_voter_only_a_pseudonym_is_kept(client: Client, arena: Tenant, keys: Keys) -> None:
    position = post_vote(client, keys.vote, FULL_VOTE).json()["position"]
    (stored,) = reader.read_after(tenant_id=arena.pk, position=position - 1, limit=1)
    raw = FULL_VOTE["voter"]
    assert isinstance(raw, str)
    assert stored.data["voter"] == voter_pseudonym(tenant=arena, raw=raw)
    assert raw not in str(stored)


@pytest.mark.django_db
def test_a_repeated_request_gets_the_first_receipt(
    client: Client, arena: Tenant, keys: Keys
) -> None:
    first = post_vote(client, keys.vote, FULL_VOTE, idempotency_key="once")
    again = post_vote(client, keys.vote, FULL_VOTE, idempotency_key="once")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again["Idempotent-Replay"] == "true"
    assert again["Location"] == first["Location"]
    assert again.json() == first.json()
    assert log_head(tenant=arena).position == first.json()["position"]


@pytest.mark.django_db(transaction=True)
def test_one_idempotency_key_stands_for_one_body(client: Client, arena: Tenant, keys: Keys) -> None:
    first = post_vote(client, keys.vote, idempotency_key="once")
    other = post_vote(client, keys.vote, {**VOTE, "winner": "tie"}, idempotency_key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-conflict")
    assert log_head(tenant=arena).position == first.json()["position"]


@pytest.mark.django_db
def test_idempotency_keys_of_two_api_keys_are_apart(
    client: Client, arena: Tenant, keys: Keys
) -> None:
    first = post_vote(client, keys.vote, idempotency_key="once")
    second = post_vote(client, make_keys(arena).vote, idempotency_key="once")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["event_id"] != second.json()["event_id"]


@pytest.mark.django_db(transaction=True)
def test_one_request_sent_fifty_times_at_once_is_one_event(arena: Tenant, keys: Keys) -> None:
    head = log_head(tenant=arena).position
    idempotency_key = str(uuid.uuid4())
    barrier = threading.Barrier(PARALLEL)

    def send(_: int) -> "_MonkeyPatchedWSGIResponse":
        client = Client()
        barrier.wait()
        try:
            return post_vote(client, keys.vote, idempotency_key=idempotency_key)
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as pool:
        responses = list(pool.map(send, range(PARALLEL)))
    assert sorted(response.status_code for response in responses) == [200] * 49 + [201]
    assert len({response.content for response in responses}) == 1
    assert log_head(tenant=arena).position == head + 1


@pytest.mark.django_db
def test_a_session_cannot_vote_without_a_key(client: Client, arena: Tenant) -> None:
    response = client.post(
        "/api/v1/votes", VOTE, content_type="application/json", headers={"Idempotency-Key": "x"}
    )
    assert response.status_code == 401


@pytest.mark.django_db
def test_a_key_of_another_arena_does_not_vote(
    client: Client, arena: Tenant, private_keys: Keys
) -> None:
    assert post_vote(client, private_keys.vote).status_code == 401
    prefixed = client.post(
        "/t/demo-private/api/v1/votes",
        VOTE,
        content_type="application/json",
        headers={**bearer(private_keys.vote), "Idempotency-Key": "x"},
    )
    assert prefixed.status_code == 201
    assert prefixed["Location"].startswith("/t/demo-private/api/v1/events/")
