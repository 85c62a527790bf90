"""Register lanes and state their scores."""

from typing import Final

from arena.eventstore import store
from arena.eventstore.domain import DomainError, Outcome
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks import lane_identity
from benchmarks.commands.statements import named, past_day, web_address
from benchmarks.events import LaneRegistered, LaneScored, deployment_stream, lane_stream
from benchmarks.lane_identity import Lane

_MOST: Final = 1e9
_MAX_RUNS: Final = 1_000_000


def register_lane(
    *,
    tenant: Tenant,
    lane: str,
    title: str,
    actor: str,
    deployment_slug: str | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Register a lane; the same again changes nothing.

    Raises DomainError for an identity that cannot be, for a deployment that is not registered,
    and when the variant stands on this version of the bench already, from another article or of
    another deployment.
    """
    parsed, stored = _stream(tenant, lane)
    fact = LaneRegistered(
        lane=lane, title=named(title, what="title"), deployment_slug=deployment_slug
    )
    if stored:
        before = fact_of(stored[0], LaneRegistered)
        if before == fact:
            return Outcome.PRESENT
        raise DomainError(f"{before.lane} is registered otherwise; a variant has one lane a bench")
    if deployment_slug is not None and not dry_run and not _is_deployment(tenant, deployment_slug):
        raise DomainError(f"no deployment {deployment_slug!r} is registered")
    _append(tenant, parsed, fact, stored, actor, dry_run=dry_run)
    return Outcome.APPENDED


def score_lane(*, tenant: Tenant, score: LaneScored, actor: str, dry_run: bool = False) -> Outcome:
    """State a score of a lane; the same statement is appended only once.

    Raises DomainError for a lane that is not registered and for figures that cannot be: a quality
    without a unit, less than one run, a stated rank of what was measured here.
    """
    parsed, stored = _stream(tenant, score.lane)
    _check(score)
    if any(item.event == score for item in stored):
        return Outcome.PRESENT
    if not dry_run and not (stored and fact_of(stored[0], LaneRegistered).lane == score.lane):
        raise DomainError(f"no lane {score.lane!r} is registered; register it first")
    _append(tenant, parsed, score, stored, actor, dry_run=dry_run)
    return Outcome.APPENDED


def _append(
    tenant: Tenant,
    lane: Lane,
    event: LaneRegistered | LaneScored,
    stored: list[StoredEvent],
    actor: str,
    *,
    dry_run: bool,
) -> None:
    if not dry_run:
        store.append(
            tenant=tenant,
            stream=lane_stream(lane),
            events=[event],
            expected_version=len(stored),
            actor=actor,
        )


def _is_deployment(tenant: Tenant, slug: str) -> bool:
    return bool(store.read_stream(tenant=tenant, stream=deployment_stream(slug)))


def _stream(tenant: Tenant, identity: str) -> tuple[Lane, list[StoredEvent]]:
    try:
        lane = lane_identity.parse(identity)
    except ValueError as error:
        raise DomainError(str(error)) from None
    return lane, store.read_stream(tenant=tenant, stream=lane_stream(lane))


def _check(score: LaneScored) -> None:
    if not 1 <= score.runs <= _MAX_RUNS:
        raise DomainError(f"runs is {score.runs}, want 1 to {_MAX_RUNS}")
    for what, value in (("quality", score.quality), ("throughput", score.tokens_per_second)):
        if value is not None and not 0 <= value <= _MOST:
            raise DomainError(f"{what} is {value}, want 0 to {_MOST:g}")
    if (score.quality is None) != (not score.quality_unit):
        raise DomainError("a quality has a unit, and a unit a quality")
    if score.kind == "measured" and score.stated_rank is not None:
        raise DomainError("ranks of what was measured here are computed, not stated")
    if score.stated_rank is not None and score.stated_rank < 1:
        raise DomainError(f"the stated rank is {score.stated_rank}, want 1 or more")
    named(score.source_name, what="source")
    web_address(score.source_url)
    past_day(score.stated_on)
