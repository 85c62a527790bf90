"""Models, deployments, claims and speeds as they were at a position, folded from the log itself."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from arena.eventstore import reader
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.events import (
    DeploymentRegistered,
    ExternalValueStated,
    ModelRegistered,
    RunPointRecorded,
    RunRequested,
)
from benchmarks.queries.catalogue import DeploymentInfo, ExternalValueInfo, ModelInfo
from benchmarks.queries.speeds import HEADLINE_POINT, METRIC, MeasuredSpeed, speeds_of
from benchmarks.state.run import EVENTS as RUN_EVENTS
from benchmarks.state.run import RunInfo, changes, requested

_TYPES = tuple(
    event.__name__
    for event in (ModelRegistered, DeploymentRegistered, ExternalValueStated, *RUN_EVENTS)
)


@dataclass(kw_only=True, slots=True)
class PastCatalogue:
    """What the tables of the catalogue and of runs said at a position; by slug."""

    models: dict[str, ModelInfo] = field(default_factory=dict)
    deployments: dict[str, DeploymentInfo] = field(default_factory=dict)
    values: dict[tuple[str, str, str], ExternalValueInfo] = field(default_factory=dict)
    """By deployment, metric and source."""
    runs: dict[UUID, RunInfo] = field(default_factory=dict)
    headlines: dict[UUID, float | None] = field(default_factory=dict)
    """Tokens a second of each run at the headline point; None where it is void or without it."""

    @property
    def speeds(self) -> dict[str, MeasuredSpeed]:
        """Return the speed of each deployment that had one."""
        return speeds_of(
            (self.runs[run_id], value)
            for run_id, value in self.headlines.items()
            if value is not None
        )


def catalogue_as_of(*, tenant: Tenant, position: int) -> PastCatalogue:
    """Fold the catalogue up to a position; time grows with its events, not with the votes."""
    past = PastCatalogue()
    for stored in reader.read_of_types(tenant_id=tenant.pk, types=_TYPES, until=position):
        _add(past, stored)
    return past


def _add(past: PastCatalogue, stored: StoredEvent) -> None:
    match stored.event:
        case ModelRegistered() as model:
            past.models[model.slug] = ModelInfo(
                slug=model.slug,
                name=model.name,
                developer=model.developer,
                licence=model.licence,
                weights_open=model.weights_open,
                family=model.family,
                aliases=tuple(model.aliases),
                position=stored.position,
            )
        case DeploymentRegistered() as place:
            past.deployments[place.slug] = DeploymentInfo(
                slug=place.slug,
                model_slug=place.model_slug,
                quantization=place.quantization,
                engine=place.engine,
                hardware=place.hardware,
                node_count=place.node_count,
                operator=place.operator,
                position=stored.position,
            )
        case ExternalValueStated() as stated:
            _state(past, stored, stated)
        case _:
            _run(past, stored)


def _state(past: PastCatalogue, stored: StoredEvent, stated: ExternalValueStated) -> None:
    """Keep the newest statement of each source; of two of one day the later in the log."""
    key = (stated.deployment_slug, stated.metric, stated.source_name)
    if key in past.values and past.values[key].stated_on > stated.stated_on:
        return
    past.values[key] = ExternalValueInfo(
        deployment_slug=stated.deployment_slug,
        metric=stated.metric,
        value=None if stated.value is None else float(stated.value),
        unit=stated.unit,
        approximate=stated.approximate,
        note=stated.note,
        source_name=stated.source_name,
        source_url=stated.source_url,
        stated_on=stated.stated_on,
        position=stored.position,
    )


def _run(past: PastCatalogue, stored: StoredEvent) -> None:
    run_id, event, at = UUID(stored.data["run_id"]), stored.event, stored.recorded_at
    if isinstance(event, RunRequested):
        fields = requested(event, actor=stored.metadata["actor"], at=at)
        past.runs[run_id] = RunInfo(**fields, position=stored.position)
        return
    info = past.runs[run_id]
    past.runs[run_id] = replace(info, **changes(info, event, at=at), position=stored.position)
    if isinstance(event, RunPointRecorded) and event.point_key == HEADLINE_POINT:
        values = {item.metric: item.value for item in event.measurements}
        past.headlines[run_id] = values.get(METRIC) if event.voided is None else None
