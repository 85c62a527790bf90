"""State scores that were measured with known tools, and take them back."""

import json
import uuid
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from arena.eventstore import batches, reader, store
from arena.eventstore.domain import DomainError, Outcome
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks.events import (
    ScoreRetracted,
    ScoreStated,
    deployment_stream,
    model_stream,
)
from benchmarks.quality import BadScore, check

_PROVENANCE: Final = ("source_sha256",)
"""A file that has grown by a line states its other lines no second time."""
_MAX_REASON: Final = 500


class UnknownScore(LookupError):
    """No event states such a score."""


def state_scores(
    *, tenant: Tenant, scores: Sequence[ScoreStated], actor: str, dry_run: bool = False
) -> list[Outcome | str]:
    """Append scores; say for each whether it is new or there, or why it is refused.

    A later statement of the same subject, suite, metric, setting, harness and source supersedes
    the earlier one. What was taken back stays so: the same statement again is refused. Raises
    DomainError for parts that contradict each other and for an unknown deployment or model.
    """
    for score in scores:
        try:
            check(score)
        except BadScore as error:
            raise DomainError(str(error)) from error
    _require_subjects(tenant, scores)
    ids = [score_id(tenant, score) for score in scores]
    taken_back = _taken_back(tenant, {score.stream for score in scores})
    standing = [index for index, found in enumerate(ids) if found not in taken_back]
    outcomes = batches.append_missing(
        tenant=tenant,
        actor=actor,
        dry_run=dry_run,
        provenance=_PROVENANCE,
        events=[
            NewEvent(
                stream=scores[index].stream,
                event=scores[index],
                event_id=ids[index],
                expected_version=None,
            )
            for index in standing
        ],
    )
    said: dict[int, Outcome | str] = dict(zip(standing, outcomes, strict=True))
    return [
        said.get(index) or f"was taken back: {taken_back[found]}" for index, found in enumerate(ids)
    ]


def retract_score(*, tenant: Tenant, score_id: UUID, reason: str, actor: str) -> bool:
    """Take a score back; return False where that was done before, whatever the reason then.

    The statement before it, if there is one, stands again. Raises UnknownScore, and DomainError
    without a reason of one line.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= _MAX_REASON or not reason.isprintable():
        raise DomainError(f"reason: want one line of 1 to {_MAX_REASON} characters")
    stored = reader.read_ids(tenant_id=tenant.pk, ids=[score_id]).get(score_id)
    if stored is None or not isinstance(stored.event, ScoreStated):
        raise UnknownScore(f"no event {score_id} states a score")
    stated = stored.event
    events = store.read_stream(tenant=tenant, stream=stated.stream)
    if any(
        isinstance(one.event, ScoreRetracted) and one.event.score_id == score_id for one in events
    ):
        return False
    store.append(
        tenant=tenant,
        stream=stated.stream,
        events=[
            ScoreRetracted(
                score_id=score_id,
                deployment_slug=stated.deployment_slug,
                model_slug=stated.model_slug,
                reason=reason,
            )
        ],
        expected_version=len(events),
        actor=actor,
    )
    return True


def score_id(tenant: Tenant, score: ScoreStated) -> uuid.UUID:
    """Return the id of the event that states exactly this, whichever file it was read from."""
    # By way of the decoder, which makes 28 and 28.0 the same number.
    data = ScoreStated.from_data(score.to_data(), ScoreStated.VERSION).to_data()
    facts = {key: value for key, value in data.items() if key not in _PROVENANCE}
    return store.event_id("score", str(tenant.pk), json.dumps(facts, sort_keys=True))


def _require_subjects(tenant: Tenant, scores: Sequence[ScoreStated]) -> None:
    wanted = {
        deployment_stream(score.deployment_slug)
        if score.deployment_slug
        else model_stream(score.model_slug or "")
        for score in scores
    }
    known = batches.read_streams(tenant=tenant, streams=wanted)
    if missing := sorted(wanted - known.keys()):
        kind, _, slug = missing[0].partition("-")
        raise DomainError(f"no {kind} {slug!r} is registered; register it first")


def _taken_back(tenant: Tenant, streams: Collection[str]) -> dict[UUID, str]:
    """Return the reason of every score of these streams that was taken back."""
    return {
        stored.event.score_id: stored.event.reason
        for found in batches.read_streams(tenant=tenant, streams=streams).values()
        for stored in found
        if isinstance(stored.event, ScoreRetracted)
    }
