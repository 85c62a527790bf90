"""How the events that a feed tells read in words; each sees the public fields only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import benchmarks.queries
import benchmarks.queries.runs
from arena.tenancy.models import Tenant
from benchmarks.events import BADGE_REASONS, BADGES


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One public event in words, and what it is about; `board` None for what bears on any."""

    title: str
    models: frozenset[str]
    board: str | None = None
    text: str = ""
    is_retraction: bool = False


def _model_of(tenant: Tenant, deployment: str) -> frozenset[str]:
    try:
        return frozenset({benchmarks.queries.deployment(tenant=tenant, slug=deployment).model_slug})
    except benchmarks.queries.UnknownDeployment:
        return frozenset()


def _run_models(tenant: Tenant, run_id: UUID) -> frozenset[str]:
    stranger = benchmarks.queries.runs.STRANGER
    try:
        info = benchmarks.queries.runs.run(tenant=tenant, run_id=run_id, viewer=stranger)
    except benchmarks.queries.runs.UnknownRun:
        return frozenset()
    return frozenset(filter(None, [info.model_slug]))


def _published(tenant: Tenant, event: Any) -> Told:
    models = _run_models(tenant, event.run_id)
    return Told(title=f"Run of {', '.join(models)} published", models=models,
                text=f"Run {event.run_id}, licence {event.licence}.")  # fmt: skip


def _retracted(tenant: Tenant, event: Any) -> Told:
    models = _run_models(tenant, event.run_id)
    return Told(title=f"Run of {', '.join(models)} taken back", models=models,
                is_retraction=True, text=f"Run {event.run_id}: {event.reason}")  # fmt: skip


def _badge(verb: str) -> Callable[[Tenant, Any], Told | None]:
    def told(tenant: Tenant, event: Any) -> Told | None:
        if event.kind == "lane":
            return None
        of_deployment = event.kind == "deployment"
        models = _model_of(tenant, event.subject) if of_deployment else frozenset({event.subject})
        title = f"Badge {BADGES[event.badge][0]} {verb} {event.subject}"
        return Told(title=title, models=models, text=f"Reason: {BADGE_REASONS[event.reason]}.")

    return told


TELLERS: Final[dict[str, Callable[[Tenant, Any], Told | None]]] = {
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
    "ContestantRetired": lambda tenant, event: Told(
        title=f"{event.deployment_slug} leaves battles", board=event.board,
        models=_model_of(tenant, event.deployment_slug), text=event.reason,
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
