"""A run as its stream tells it, and the changes that each event makes: one fold for all readers."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from arena.eventstore.domain import DomainEvent
from arena.eventstore.reader import StoredEvent
from benchmarks.events import (
    Attribution,
    RunAssessed,
    RunAssigned,
    RunCancelled,
    RunCompleted,
    RunFailed,
    RunInvalidated,
    RunLeaseExpired,
    RunPointRecorded,
    RunPublished,
    RunReleased,
    RunReproduced,
    RunRequested,
    RunRetracted,
    RunSource,
    RunStarted,
    TrustLevel,
    Verdict,
)

RunStatus = Literal["queued", "leased", "running", "completed", "failed", "cancelled"]
Visibility = Literal["private", "published", "retracted"]
EVENTS: Final[tuple[type[DomainEvent], ...]] = (
    RunRequested,
    RunAssigned,
    RunLeaseExpired,
    RunStarted,
    RunPointRecorded,
    RunCompleted,
    RunAssessed,
    RunReproduced,
    RunFailed,
    RunCancelled,
    RunPublished,
    RunRetracted,
    RunInvalidated,
    RunReleased,
)
"""All that a run's stream may hold."""


class UnknownRun(LookupError):
    """There is no such run, or it is not for this reader: nobody is told which."""


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """A run after its events. Times are those of the log, except where said otherwise."""

    run_id: UUID
    identity_sha256: str
    """Of the manifest: runs of one identity measure the same thing."""
    manifest_sha256: str
    model_slug: str
    model_name: str
    deployment_slug: str
    """Registered once a run of it is published; before that only the run knows the name."""
    profile: str
    point_keys: tuple[str, ...]
    source: RunSource
    requested_by: str | None
    """Actor of the request; None where it is not for this reader."""
    requested_at: datetime
    runner_id: UUID | None = None
    """Asked for, or of the last attempt; None where it is not for this reader."""
    required_tags: tuple[str, ...] = ()
    priority: int = 0
    reproduces: UUID | None = None
    publish: Attribution | None = None
    status: RunStatus = "queued"
    attempt: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    engine: str | None = None
    engine_version: str | None = None
    image_digest: str | None = None
    environment_sha256: str | None = None
    report_sha256: str | None = None
    key_id: str | None = None
    failure_code: str | None = None
    cancel_reason: str | None = None
    verdict: Verdict | None = None
    reason_codes: tuple[str, ...] = ()
    trust_level: TrustLevel = "T0"
    plausibility_version: str | None = None
    reproduced_by: tuple[UUID, ...] = ()
    visibility: Visibility = "private"
    attribution: Attribution | None = None
    licence: str | None = None
    payload_sha256: str | None = None
    published_at: datetime | None = None
    retraction_reason: str | None = None
    superseded_by: UUID | None = None
    invalidation_reason: str | None = None
    position: int = 0
    """Of the event that last changed it."""

    @property
    def is_over(self) -> bool:
        """Tell whether no attempt will follow."""
        return self.status in ("completed", "failed", "cancelled")

    @property
    def counts(self) -> bool:
        """Tell whether its figures may stand beside those of others, once it is published."""
        return (
            self.status == "completed"
            and self.verdict == "accepted"
            and self.invalidation_reason is None
            and self.visibility != "retracted"
        )


@dataclass(frozen=True, kw_only=True)
class RunState:
    """What commands decide on: the run, its points, and the version of its stream."""

    info: RunInfo
    points: dict[str, RunPointRecorded] = field(default_factory=dict)
    runners: frozenset[UUID] = frozenset()
    """All that ever held a lease of it."""
    completed: RunCompleted | None = None
    version: int = 0


def fold(history: Iterable[StoredEvent]) -> RunState:
    """Return the run that the events of its stream make; raise UnknownRun for none."""
    state: RunState | None = None
    for stored in history:
        state = evolve(
            state,
            stored.event,
            actor=stored.metadata["actor"],
            at=stored.recorded_at,
            position=stored.position,
        )
    if state is None:
        raise UnknownRun("there is no such run")
    return state


def evolve(
    state: RunState | None, event: DomainEvent, *, actor: str, at: datetime, position: int
) -> RunState:
    """Return the run after one more event; raise TypeError for one that cannot stand there."""
    if isinstance(event, RunRequested) and state is None:
        info = RunInfo(**requested(event, actor=actor, at=at), position=position)
        return RunState(info=info, version=1)
    if state is None:
        raise TypeError(f"position {position}: {type(event).__name__} where no run was requested")
    info = replace(state.info, **changes(state.info, event, at=at), position=position)
    state = replace(state, info=info, version=state.version + 1)
    if isinstance(event, RunPointRecorded):
        return replace(state, points=state.points | {event.point_key: event})
    if isinstance(event, RunAssigned):
        return replace(state, runners=state.runners | {event.runner_id})
    return replace(state, completed=event) if isinstance(event, RunCompleted) else state


def requested(event: RunRequested, *, actor: str, at: datetime) -> dict[str, Any]:
    """Return the fields that a request sets."""
    return {
        "run_id": event.run_id,
        "identity_sha256": event.identity_sha256,
        "manifest_sha256": event.manifest_sha256,
        "model_slug": event.model_slug,
        "model_name": event.model_name or event.model_slug,
        "deployment_slug": event.deployment_slug,
        "profile": event.profile,
        "point_keys": event.point_keys,
        "source": event.source,
        "requested_by": actor,
        "requested_at": at,
        "runner_id": event.runner_id,
        "required_tags": event.required_tags,
        "priority": event.priority,
        "reproduces": event.reproduces,
        "publish": event.publish,
    }


def changes(info: RunInfo, event: DomainEvent, *, at: datetime) -> dict[str, Any]:
    """Return the fields that an event changes; raise TypeError for one of another stream."""
    match event:
        case RunAssigned():
            return {"status": "leased", "runner_id": event.runner_id, "attempt": event.attempt}
        case RunLeaseExpired():
            return {"status": "queued"}
        case RunStarted():
            return {
                "status": "running",
                "runner_id": event.runner_id,
                "attempt": event.attempt,
                "started_at": at,
                "engine": event.engine,
                "engine_version": event.engine_version,
                "image_digest": event.image_digest,
                "environment_sha256": event.environment_sha256,
            }
        case RunPointRecorded():
            return {}
        case RunFailed() | RunCancelled() | RunCompleted():
            return _ended(event, at=at)
    return _judged(info, event, at=at)


def _ended(event: RunFailed | RunCancelled | RunCompleted, *, at: datetime) -> dict[str, Any]:
    match event:
        case RunFailed(is_final=False):
            return {"status": "queued", "failure_code": event.code}
        case RunFailed():
            return {"status": "failed", "failure_code": event.code, "finished_at": at}
        case RunCancelled():
            return {"status": "cancelled", "cancel_reason": event.reason, "finished_at": at}
        case _:
            return {
                "status": "completed",
                "failure_code": None,
                "finished_at": at,
                "report_sha256": event.report_sha256,
                "key_id": event.key_id,
            }


def _judged(info: RunInfo, event: DomainEvent, *, at: datetime) -> dict[str, Any]:
    match event:
        case RunAssessed():
            return {
                "verdict": event.verdict,
                "reason_codes": event.reason_codes,
                "trust_level": event.trust_level,
                "plausibility_version": event.plausibility_version,
            }
        case RunReproduced():
            level: TrustLevel = max(info.trust_level, "T3")
            return {"trust_level": level, "reproduced_by": (*info.reproduced_by, event.by_run_id)}
        case RunPublished():
            return {
                "visibility": "published",
                "attribution": event.attribution,
                "licence": event.licence,
                "payload_sha256": event.payload_sha256,
                "published_at": at,
            }
        case RunRetracted():
            return {
                "visibility": "retracted",
                "retraction_reason": event.reason,
                "superseded_by": event.superseded_by,
            }
        case RunInvalidated():
            return {"invalidation_reason": event.reason}
        case RunReleased():
            return {"verdict": "accepted", "invalidation_reason": None}
    raise TypeError(f"no event of a run: {event!r}")
