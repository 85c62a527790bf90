"""Counts of a moment, made by the database, are those of a fold over every single vote."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from arena.eventstore import reader
from arena.eventstore.domain import UnknownEvent
from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from tests import battles
from tests.leaderboards import scenes
from voting.commands import NewVote, recategorise_vote, record_votes
from voting.counting import EVENTS, Counts
from voting.events import VoteRecorded, Winner
from voting.fielded import of_filed
from voting.queries import counts_as_of

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
_WINNERS: Final[tuple[Winner, ...]] = ("model_a", "model_b", "tie", "both_bad")
_BATCHES: Final = 4
_VOTES: Final = 150


def _record(tenant: Tenant, slugs: list[str], chance: random.Random) -> None:
    """Votes of every kind an import brings, among them some that never count."""
    votes = []
    for _ in range(_VOTES):
        model_a, model_b = chance.sample(slugs, 2)
        vote = VoteRecorded(
            board=chance.choice(("text", "other")),
            model_a=model_a,
            model_b=model_b,
            winner=chance.choice(_WINNERS),
            voter=chance.choice((None, "v1", "v2")),
            # Whole seconds and fractions: their texts must sort as the times do.
            voted_at=chance.choice(
                (None, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.random() * 9))
            ),
            language=chance.choice((None, "en", "zh-Hant", "und")),
            category=chance.choice((None, "code", "no such category")),
            anonymous=chance.random() < 0.8,
        )
        votes.append(NewVote(uuid.UUID(int=chance.getrandbits(128), version=4), vote))
    record_votes(tenant=tenant, votes=votes, actor="test")


def _one_by_one(tenant: Tenant, position: int) -> Counts:
    counts = Counts()
    events = list(
        reader.read_of_types(
            tenant_id=tenant.pk, types=[event.__name__ for event in EVENTS], until=position
        )
    )
    counts.add(events, of_filed(tenant_id=tenant.pk, events=events))
    return counts


def test_votes_counted_alike_ones_at_once_are_those_counted_one_by_one(
    tenant: Tenant, other_tenant: Tenant, advance_all: AdvanceAll
) -> None:
    chance = random.Random(5)
    battles.contest(tenant, ["Alpha", "Beta"])
    scenes.open_text_board(tenant, slug="other")
    slugs = scenes.models(tenant, "Alpha", "Beta", "Gamma")
    scenes.league(other_tenant)
    advance_all(tenant)
    positions = []
    for number in range(_BATCHES):
        _record(tenant, slugs, chance)
        battle_id = battles.voted(tenant, prompt="Write a Python function.", b="**bold** " * number)
        advance_all(tenant)
        recategorise_vote(
            tenant=tenant, battle_id=battle_id, categories=["maths"], language="de", actor="test"
        )
        advance_all(tenant)
        head = log_head(tenant=tenant).position
        positions += [head - _VOTES // 2, head - 2, head - 1, head]
    seen = [counts_as_of(tenant=tenant, position=position) for position in positions]
    assert seen == [_one_by_one(tenant, position) for position in positions]
    newest = seen[-1]
    assert sum(map(sum, newest.pairs.values())) > _BATCHES * _VOTES
    assert all((newest.fielded, newest.styled, newest.cast, newest.recorded))
    assert {"text", "other", "text--code", "text--lang-en", "text--lang-de"} <= set(
        newest.positions
    )
    assert not counts_as_of(tenant=tenant, position=0).pairs


def test_facts_of_another_version_are_not_counted_as_the_present_one(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.league(tenant)
    monkeypatch.setattr(VoteRecorded, "VERSION", 2)
    with pytest.raises(UnknownEvent, match="VoteRecorded version 1"):
        counts_as_of(tenant=tenant, position=log_head(tenant=tenant).position)
