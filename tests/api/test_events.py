"""The public part of the log: allow-listed types and fields, and a chain that can be checked."""

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from django.test import Client

from arena.api.public_events import PUBLIC, PUBLIC_TYPES, PublicType
from arena.eventstore import chain, store
from arena.eventstore.domain import DomainEvent, event_types
from arena.tenancy.models import Tenant
from tests.eventstore.facts import CounterMoved
from voting.events import AnswersDelivered, BattleContinued, BattleStarted

pytestmark = pytest.mark.django_db
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FURNISHED = {
    "BoardOpened", "RatingPolicySet", "ModelRegistered", "DeploymentRegistered",
        "ExternalValueStated", "VoteRecorded",
}  # fmt: skip
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "events"
PRIVATE = {
    "CellDisputed": "disputed_by",
    "DisputeResolved": "resolved_by",
    "AnswersDelivered": "(?!turn$|answer_commitment_).*",
    "BattleContinued": ".*content_id",
    "BattleStarted": ".*content_id|voter",
    "ContentErased": "content_ids",
    "SovereigntyFactReviewed": "reviewed_by",
    "SovereigntyFactSubmitted": "submitted_by",
    "VoteCast": "comment_.*|voter",
    "VoteRecorded": "voter",
}
"""Fields that stay private, by event type; every other field of a public event is shown."""


def test_events_come_in_the_order_of_the_log(client: Client, arena: Tenant) -> None:
    page = client.get("/api/v1/events", {"limit": 200}).json()
    positions = [event["position"] for event in page["items"]]
    assert positions == list(range(1, len(positions) + 1))
    assert {event["type"] for event in page["items"]} == FURNISHED <= PUBLIC_TYPES
    assert client.get("/api/v1/log/head").json() == {
        "position": positions[-1],
        "hash": page["items"][-1]["hash"],
    }


def test_a_reader_can_follow_the_chain_from_the_published_digests(
    client: Client, arena: Tenant
) -> None:
    previous = chain.GENESIS
    for event in client.get("/api/v1/events", {"limit": 200}).json()["items"]:
        moment = datetime.fromisoformat(event["recorded_at"])
        previous = chain.link(
            previous=previous,
            position=event["position"],
            version=event["stream_version"],
            recorded_at_us=(moment - EPOCH) // timedelta(microseconds=1),
            body=bytes.fromhex(event["body_sha256"]),
        )
        assert previous.hex() == event["hash"]


def test_events_can_be_had_by_type_and_after_a_position(client: Client, arena: Tenant) -> None:
    votes = client.get("/api/v1/events", {"type": "VoteRecorded"}).json()["items"]
    assert len(votes) == 24
    later = client.get(
        "/api/v1/events", {"type": "VoteRecorded", "after": votes[9]["position"]}
    ).json()["items"]
    assert later == votes[10:]


def test_an_event_that_is_not_listed_stays_private(client: Client, arena: Tenant) -> None:
    (appended,) = store.append(
        tenant=arena,
        stream="counter-a",
        events=[CounterMoved(amount=1)],
        expected_version=0,
        actor="test",
    )
    assert client.get(f"/api/v1/events/{appended.position}").status_code == 404
    listed = client.get("/api/v1/events", {"after": appended.position - 1}).json()
    assert listed["items"] == []
    assert client.get("/api/v1/log/head").json()["position"] == appended.position


def test_the_pseudonym_of_a_voter_is_nowhere_in_an_answer(client: Client, arena: Tenant) -> None:
    answer = client.get("/api/v1/events", {"type": "VoteRecorded"})
    assert b"pseudonym" not in answer.content
    assert all("voter" not in event["data"] for event in answer.json()["items"])


def test_the_allow_list_names_events_and_fields_that_exist() -> None:
    for event, shape in PUBLIC.items():
        assert event_types()[event.__name__] is event
        fields = {field.name for field in dataclasses.fields(event)}
        assert shape.model_fields.keys() <= fields
    assert set(get_args(PublicType)) == PUBLIC_TYPES


@pytest.mark.parametrize("event", PUBLIC, ids=lambda event: event.__name__)
def test_a_public_event_shows_all_but_the_fields_known_to_be_private(
    event: type[DomainEvent],
) -> None:
    stored = json.loads((GOLDEN / f"{event.__name__}.v{event.VERSION}.json").read_text())
    public = PUBLIC[event].model_validate(event.from_data(stored, event.VERSION))
    private = re.compile(PRIVATE.get(event.__name__, "(?!)"))
    assert public.model_dump(mode="json").keys() == {
        name for name in stored if not private.fullmatch(name)
    }


def test_no_event_of_an_open_battle_shows_anything_that_differs_between_its_sides() -> None:
    for event in (BattleStarted, BattleContinued, AnswersDelivered):
        shown = PUBLIC[event].model_fields.keys()
        sided = {name for name in shown if re.search("_[ab]$|model|deployment", name)}
        assert sided <= {"answer_commitment_a", "answer_commitment_b"}
