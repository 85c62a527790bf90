"""How the events that a feed tells read in words; each sees the public fields only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import benchmarks.queries
import benchmarks.queries.runs
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.events import BADGE_REASONS, BADGES
from benchmarks.queries.runs import RunInfo

_OF_RUNS: Final = frozenset({"RunPublished", "RunRetracted"})
_OF_DEPLOYMENTS: Final[Mapping[str, str]] = {
    "ContestantRetired": "deployment_slug",
    "BadgeAwarded": "subject",
    "BadgeWithdrawn": "subject",
}
"""By type, the field with the slug of a deployment; a subject may be a model, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One public event in words, and what it is about; `board` None for what bears on any."""

    title: str
    models: frozenset[str]
    board: str | None = None
    text: str = ""
    is_retraction: bool = False
    runner: UUID | None = None
    """Whose machine measured it; None for an anonymous run, as for everything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The models and the machines of what some events name."""

    of_deployments: Mapping[str, str]
    of_runs: Mapping[UUID, RunInfo]
    """Runs as a stranger may see them."""

    def deployment(self, slug: str) -> frozenset[str]:
        """Return the model of a deployment; none for an unknown one."""
        return frozenset(filter(None, [self.of_deployments.get(slug)]))

    def run(self, run_id: UUID) -> frozenset[str]:
        """Return the model of a run; none for an unknown one."""
        info = self.of_runs.get(run_id)
        return frozenset(filter(None, [info.model_slug if info else None]))

    def runner(self, run_id: UUID) -> UUID | None:
        """Return the machine of a run that is published by name; None for any other."""
        info = self.of_runs.get(run_id)
        return info.runner_id if info else None


def known_of(tenant: Tenant, events: Sequence[StoredEvent]) -> Known:
    """Return what tellers need to know of these events, by a query or two for all of them."""
    slugs = {
        stored.data[_OF_DEPLOYMENTS[stored.type]]
        for stored in events
        if stored.type in _OF_DEPLOYMENTS
    }
    run_ids = {UUID(stored.data["run_id"]) for stored in events if stored.type in _OF_RUNS}
    return Known(
        of_deployments=benchmarks.queries.models_of_deployments(tenant=tenant, slugs=slugs),
        of_runs=benchmarks.queries.runs.runs_by_id(tenant=tenant, run_ids=run_ids),
    )


def _published(known: Known, event: Any) -> Told:
    models = known.run(event.run_id)
    return Told(title=f"Run of {', '.join(models)} published", models=models,
                text=f"Run {event.run_id}, licence {event.licence}.",
                runner=known.runner(event.run_id))  # fmt: skip


def _retracted(known: Known, event: Any) -> Told:
    models = known.run(event.run_id)
    return Told(title=f"Run of {', '.join(models)} taken back", models=models,
                is_retraction=True, text=f"Run {event.run_id}: {event.reason}",
                runner=known.runner(event.run_id))  # fmt: skip


def _badge(verb: str) -> Callable[[Known, Any], Told | None]:
    def told(known: Known, event: Any) -> Told | None:
        if event.kind == "lane":
            return None
        of_deployment = event.kind == "deployment"
        models = known.deployment(event.subject) if of_deployment else frozenset({event.subject})
        title = f"Badge {BADGES[event.badge][0]} {verb} {event.subject}"
        return Told(title=title, models=models, text=f"Reason: {BADGE_REASONS[event.reason]}.")

    return told


TELLERS: Final[dict[str, Callable[[Known, Any], Told | None]]] = {
    "BoardOpened": lambda _, event: Told(
        title=f"Board {event.name} opened", models=frozenset(), board=event.slug,
        text=event.question,
    ),
    "RatingPolicySet": lambda _, event: Told(
        title="Rules of the ratings set", models=frozenset(), board=event.board,
        text=f"Ties {event.ties}, both bad {event.both_bad}: {event.reason}",
    ),
    "ModelRegistered": lambda _, event: Told(
        title=f"{event.name} registered", models=frozenset({event.slug}),
    ),
    "ContestantEntered": lambda _, event: Told(
        title=f"{event.model_slug} enters battles", models=frozenset({event.model_slug}),
        board=event.board, text=f"Deployment {event.deployment_slug}.",
    ),
    "ContestantRetired": lambda known, event: Told(
        title=f"{event.deployment_slug} leaves battles", board=event.board,
        models=known.deployment(event.deployment_slug), text=event.reason,
    ),
    "ModelNameDecided": lambda _, event: Told(
        title=f"{event.slug} {event.decision}", models=frozenset(filter(None, [event.into])),
        text=f"Into {event.into}." if event.into else "",
    ),
    "BadgeAwarded": _badge("awarded to"),
    "BadgeWithdrawn": _badge("withdrawn from"),
    "RunPublished": _published,
    "RunRetracted": _retracted,
}  # fmt: skip
