"""Boards are opened and votes recorded by commands that refuse what makes no sense."""

import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection

from arena.eventstore import queries
from arena.eventstore.domain import DomainError, IdempotencyConflict, Outcome
from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from benchmarks.commands import register_models
from tests.voting.importing import Counted, counted, log
from voting.commands import NewVote, is_open, open_board, record_vote, record_votes
from voting.events import VoteRecorded, Winner
from voting.queries import UnknownBoard, board, boards, pair_counts

pytestmark = pytest.mark.django_db


def opened(tenant: Tenant, slug: str = "text", name: str = "Text") -> None:
    open_board(
        tenant=tenant,
        slug=slug,
        name=name,
        question="Which answer is better?",
        licence="CC0-1.0",
        attribution="",
        actor="test",
    )


def voted(tenant: Tenant, winner: Winner = "model_a", **facts: object) -> int:
    given = {"board": "text", "model_a": "a", "model_b": "b", "event_id": uuid.uuid4()} | facts
    return record_vote(tenant=tenant, winner=winner, actor="test", **given).position  # type: ignore[arg-type]


@pytest.fixture
def arena(tenant: Tenant) -> Tenant:
    """Return the public arena with the board `text` and the models `a`, `b` and `c`."""
    opened(tenant)
    register_models(tenant=tenant, names=["a", "b", "c"], actor="test")
    return tenant


def test_a_board_is_opened_once(tenant: Tenant) -> None:
    assert not is_open(tenant=tenant, slug="text")
    opened(tenant)
    opened(tenant)
    assert is_open(tenant=tenant, slug="text")
    assert len(log(tenant, "BoardOpened")) == 1
    with pytest.raises(DomainError, match="open already with another name"):
        opened(tenant, name="Other")


@pytest.mark.parametrize("slug", ["", "Text", "a b", "ä", "-a", "a/b"])
def test_a_board_slug_must_fit_an_address(tenant: Tenant, slug: str) -> None:
    with pytest.raises(DomainError, match="board slug"):
        opened(tenant, slug=slug)


def test_boards_are_listed_in_the_order_of_opening_and_per_arena(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    for slug in ("text", "code"):
        opened(tenant, slug=slug)
    opened(other_tenant, slug="internal")
    for each in (tenant, other_tenant):
        advance(tenant=each, name="boards")
    assert [info.slug for info in boards(tenant=tenant)] == ["text", "code"]
    assert board(tenant=tenant, slug="code").position == 2
    with pytest.raises(UnknownBoard, match="internal"):
        board(tenant=tenant, slug="internal")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"model_b": "a"}, "needs two models"),
        ({"model_b": "nobody"}, "no model 'nobody' is registered"),
        ({"board": "nowhere"}, "no board 'nowhere' is open"),
    ],
)
def test_a_vote_that_makes_no_sense_is_refused(
    arena: Tenant, facts: dict[str, str], reason: str
) -> None:
    head = queries.log_head(tenant=arena)
    with pytest.raises(DomainError, match=reason):
        voted(arena, "tie", **facts)
    data = {"board": "text", "model_a": "a", "model_b": "b", "winner": "tie"} | facts
    vote = VoteRecorded.from_data(data, VoteRecorded.VERSION)
    with pytest.raises(DomainError, match=reason):
        record_votes(tenant=arena, votes=[NewVote(uuid.uuid4(), vote)], actor="test")
    assert queries.log_head(tenant=arena) == head


def test_models_and_boards_of_another_arena_are_unknown(
    arena: Tenant, other_tenant: Tenant
) -> None:
    with pytest.raises(DomainError, match="no board 'text' is open"):
        voted(other_tenant)


@pytest.mark.django_db(transaction=True)
def test_a_repeated_vote_is_recorded_once_and_another_of_its_id_is_refused(arena: Tenant) -> None:
    event_id = uuid.uuid4()
    first = voted(arena, event_id=event_id)
    assert voted(arena, event_id=event_id) == first
    with pytest.raises(IdempotencyConflict):
        voted(arena, "tie", event_id=event_id)
    assert counted(arena) == [Counted("a", "b", 1, 0, 0, 0)]


def test_a_batch_says_what_became_of_each_vote(arena: Tenant) -> None:
    ids = [uuid.uuid4() for _ in range(3)]
    vote = VoteRecorded(board="text", model_a="a", model_b="b", winner="tie", source="import:1")
    later = VoteRecorded(board="text", model_a="a", model_b="b", winner="tie", source="import:2")
    other = VoteRecorded(board="text", model_a="a", model_b="b", winner="model_b")
    batch = [NewVote(ids[0], vote), NewVote(ids[0], later), NewVote(ids[0], other)]
    assert record_votes(tenant=arena, votes=batch, actor="test") == [
        Outcome.APPENDED,
        Outcome.PRESENT,
        Outcome.CONFLICT,
    ]
    batch = [NewVote(ids[0], later), NewVote(ids[1], vote), NewVote(ids[0], other)]
    assert record_votes(tenant=arena, votes=batch, actor="test") == [
        Outcome.PRESENT,
        Outcome.APPENDED,
        Outcome.CONFLICT,
    ]
    assert len(log(arena, "VoteRecorded")) == 2


def test_votes_are_counted_per_side_board_and_arena_and_only_when_anonymous(
    arena: Tenant, other_tenant: Tenant
) -> None:
    opened(arena, slug="code")
    for winner in ("model_a", "model_a", "model_b", "tie", "both_bad"):
        voted(arena, winner)
    voted(arena, "model_a", model_a="b", model_b="a")
    voted(arena, "model_a", anonymous=False)
    voted(arena, "tie", board="code", model_b="c")
    assert counted(arena) == [Counted("a", "b", 2, 1, 1, 1), Counted("b", "a", 1, 0, 0, 0)]
    assert counted(arena, "code") == [Counted("a", "c", 0, 0, 1, 0)]
    assert counted(other_tenant) == []
    assert pair_counts(tenant=arena, board="text").vote_count == 6


def test_the_newest_vote_of_a_pair_is_known_by_when_it_was_cast(arena: Tenant) -> None:
    for year in (2024, 2026, 2025):
        voted(arena, voted_at=datetime(year, 1, 1, tzinfo=UTC))
        counted(arena)
    assert pair_counts(tenant=arena, board="text").last_vote_at == datetime(2026, 1, 1, tzinfo=UTC)
    voted(arena)
    counted(arena)
    newest = pair_counts(tenant=arena, board="text").last_vote_at
    assert newest is not None
    assert newest > datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_votes_at_once_record_each_once(arena: Tenant) -> None:
    votes = [
        NewVote(
            uuid.UUID(int=index),
            VoteRecorded(board="text", model_a="a", model_b="b", winner="tie"),
        )
        for index in range(600)
    ]
    barrier, appended, failures = threading.Barrier(4), [], []

    def work(source: str) -> None:
        try:
            for start in range(0, 600, 100):
                barrier.wait()
                batch = [
                    NewVote(new.event_id, replace(new.vote, source=source))
                    for new in votes[start : start + 100]
                ]
                outcomes = record_votes(tenant=arena, votes=batch, actor=source)
                appended.append(outcomes.count(Outcome.APPENDED))
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"import:{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(log(arena, "VoteRecorded")) == 600
    assert counted(arena) == [Counted("a", "b", 0, 0, 600, 0)]
