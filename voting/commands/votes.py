"""Record votes that were cast elsewhere."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from arena.eventstore import batches, store
from arena.eventstore.domain import DomainError, Outcome
from arena.eventstore.store import Appended, NewEvent
from arena.tenancy.models import Tenant
from benchmarks.events import model_stream
from voting.events import VoteRecorded, Winner, board_stream

_NEW_STREAM = 0


class NewVote(NamedTuple):
    """A vote on its way into the log; the same `event_id` is the same vote."""

    event_id: uuid.UUID
    vote: VoteRecorded


def record_vote(
    *,
    tenant: Tenant,
    board: str,
    model_a: str,
    model_b: str,
    winner: Winner,
    actor: str,
    event_id: uuid.UUID,
    voter: str | None = None,
    voted_at: datetime | None = None,
    language: str | None = None,
    category: str | None = None,
    turn: int | None = None,
    anonymous: bool = True,
) -> Appended:
    """Record one vote between two registered models; a repeated `event_id` appends nothing.

    `voter` is a pseudonym. Raises DomainError for an unknown board or model or a model against
    itself, IdempotencyConflict when `event_id` was used for another vote.
    """
    vote = VoteRecorded(
        board=board,
        model_a=model_a,
        model_b=model_b,
        winner=winner,
        voter=voter,
        voted_at=voted_at,
        language=language,
        category=category,
        turn=turn,
        anonymous=anonymous,
    )
    _check(tenant, [vote])
    new = _new_event(NewVote(event_id, vote))
    return store.append_many(tenant=tenant, events=[new], actor=actor)[0]


def record_votes(
    *, tenant: Tenant, votes: Sequence[NewVote], actor: str, dry_run: bool = False
) -> list[Outcome]:
    """Record a batch in one transaction; say of each vote whether it is new, there, or in conflict.

    Votes that differ in their `source` only are the same. Raises DomainError as `record_vote`
    does, and then nothing of the batch is recorded. A dry run checks no board or model, because
    the real run would open and register them first.
    """
    if not dry_run:
        _check(tenant, [new.vote for new in votes])
    return batches.append_missing(
        tenant=tenant,
        events=[_new_event(new) for new in votes],
        actor=actor,
        provenance=["source"],
        dry_run=dry_run,
    )


def _new_event(new: NewVote) -> NewEvent:
    return NewEvent(
        stream=f"vote-{new.event_id}",
        event=new.vote,
        event_id=new.event_id,
        expected_version=_NEW_STREAM,
    )


def _check(tenant: Tenant, votes: Sequence[VoteRecorded]) -> None:
    for vote in votes:
        if vote.model_a == vote.model_b:
            raise DomainError(f"a vote needs two models, both are {vote.model_a!r}")
    boards = {vote.board for vote in votes}
    models = {slug for vote in votes for slug in (vote.model_a, vote.model_b)}
    known = batches.read_streams(
        tenant=tenant, streams=[*map(board_stream, boards), *map(model_stream, models)]
    )
    for slug in sorted(boards):
        if board_stream(slug) not in known:
            raise DomainError(f"no board {slug!r} is open in this arena; open it first")
    for slug in sorted(models):
        if model_stream(slug) not in known:
            raise DomainError(f"no model {slug!r} is registered in this arena; register it first")
