"""Facts beside each other: what is different after a move, from the log and in its words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import benchmarks.queries
import workers.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo, ModelInfo
from benchmarks.sovereignty import Assessment, Criterion, Profile, criteria
from benchmarks.sovereignty_page import FactView, PartView, fact_views, parts, place
from workers.state import EndpointState

MIGRATION_CRITERIA: Final = ("A1", "G1", "G2", "G3", "F1")
"""Region, interface, second source, pinned versions, licence of the weights."""
_NOT_STATED: Final = "not stated"
_NO_DEPLOYMENT: Final = "no deployment is on record"
_NO_ENDPOINT: Final = "no endpoint is registered"
NOT_ASSESSED: Final = "no fact has been reviewed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What is on record of one row; None where it has no deployment, or no endpoint."""

    model: ModelInfo | None
    deployment: DeploymentInfo | None
    endpoint: EndpointState | None
    found: Assessment | None
    criteria: Mapping[str, PartView]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """One fact of one row: text, or why there is none; `position` of the event that states it."""

    text: str
    missing: str
    position: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FactRow:
    """One fact of every row, in their order."""

    title: str
    stated: tuple[Stated, ...]

    @property
    def differs(self) -> bool:
        """Return whether not all rows state the same; what none states is no difference."""
        return len({item.text for item in self.stated}) > 1


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionRow:
    """One criterion of the sovereignty score; None for a row that is not assessed."""

    criterion: Criterion
    weight: float
    parts: tuple[PartView | None, ...]


def places(
    *, tenant: Tenant, subjects: Sequence[tuple[str, str | None]], profile: Profile, on: date
) -> list[Place]:
    """Return what is on record of each (model, deployment), in their order."""
    models = {info.slug: info for info in benchmarks.queries.models(tenant=tenant)}
    deployments = {info.slug: info for info in benchmarks.queries.deployments(tenant=tenant)}
    endpoints = {
        state.deployment_slug: state
        for state in workers.queries.endpoints(tenant=tenant)
        if state.retired_reason is None
    }
    return [
        _place(
            tenant,
            models.get(model),
            deployments.get(slug or ""),
            endpoints,
            profile=profile,
            on=on,
        )
        for model, slug in subjects
    ]


def fact_rows(found: Sequence[Place]) -> list[FactRow]:
    """Return every fact that matters when one moves from one row to another."""
    return [
        *(
            FactRow(title=title, stated=tuple(map(reader, found)))
            for title, reader in _READERS.items()
        ),
        *(
            FactRow(
                title=criteria().criterion(key).title,
                stated=tuple(_of_criterion(item, key) for item in found),
            )
            for key in MIGRATION_CRITERIA
        ),
    ]


def criterion_rows(found: Sequence[Place], profile: Profile) -> list[CriterionRow]:
    """Return every criterion with what each row has; none where no row is assessed."""
    if not any(item.found for item in found):
        return []
    return [
        CriterionRow(
            criterion=one,
            weight=profile.weights[one.id],
            parts=tuple(item.criteria.get(one.id) for item in found),
        )
        for one in criteria().criteria
    ]


def _place(
    tenant: Tenant,
    model: ModelInfo | None,
    info: DeploymentInfo | None,
    endpoints: Mapping[str, EndpointState],
    *,
    profile: Profile,
    on: date,
) -> Place:
    if info is None:
        return Place(model=model, deployment=None, endpoint=None, found=None, criteria={})
    stated = benchmarks.queries.sovereignty.facts(tenant=tenant, deployment=info.slug)
    found = place(tenant=tenant, info=info, facts=stated, profile=profile, on=on).found
    words: list[FactView] = fact_views(tenant=tenant, facts=stated)
    return Place(
        model=model,
        deployment=info,
        endpoint=endpoints.get(info.slug),
        found=found,
        criteria={part.part.criterion.id: part for part in parts(found, words)} if found else {},
    )


def _of_model(name: str) -> Callable[[Place], Stated]:
    def read(item: Place) -> Stated:
        model = item.model
        return _stated(
            getattr(model, name) if model else None, model.position if model else None, _NOT_STATED
        )

    return read


def _of_deployment(name: str) -> Callable[[Place], Stated]:
    def read(item: Place) -> Stated:
        info = item.deployment
        if info is None:
            return _stated(None, None, _NO_DEPLOYMENT)
        return _stated(getattr(info, name), info.position, _NOT_STATED)

    return read


def _of_endpoint(name: str, unit: str = "") -> Callable[[Place], Stated]:
    def read(item: Place) -> Stated:
        if item.endpoint is None:
            return _stated(None, None, _NO_ENDPOINT)
        value = getattr(item.endpoint, name)
        return _stated(value if value is None else f"{_words(value)}{unit}", None, _NOT_STATED)

    return read


def _of_criterion(item: Place, key: str) -> Stated:
    part = item.criteria.get(key)
    if part is None:
        return _stated(None, None, NOT_ASSESSED if item.deployment else _NO_DEPLOYMENT)
    if part.fact is None:
        return _stated(None, None, part.part.reason)
    return _stated(part.fact.answer, part.fact.info.submitted_position, _NOT_STATED)


def _stated(value: object, position: int | None, missing: str) -> Stated:
    if value is None:
        return Stated(text="", missing=missing, position=None)
    return Stated(text=_words(value), missing="", position=position)


def _words(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


_READERS: Final[Mapping[str, Callable[[Place], Stated]]] = {
    "Developer": _of_model("developer"),
    "Licence": _of_model("licence"),
    "Weights open": _of_model("weights_open"),
    "Operator": _of_deployment("operator"),
    "Quantization": _of_deployment("quantization"),
    "Engine": _of_deployment("engine"),
    "Hardware": _of_deployment("hardware"),
    "Nodes": _of_deployment("node_count"),
    "Context": _of_endpoint("context_tokens", " tokens"),
    "Longest answer": _of_endpoint("max_output_tokens", " tokens"),
    "Takes images": _of_endpoint("accepts_images"),
}
