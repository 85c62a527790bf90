"""Catalogue, costs, claims, facts and speeds as they were at a position, from the log itself."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from arena.eventstore import reader
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.events import (
    DeploymentPowerDeclared,
    DeploymentPriced,
    DeploymentRegistered,
    ExternalValueStated,
    HardwarePriced,
    ModelRegistered,
    RunPointRecorded,
    RunRequested,
    ScoreRetracted,
    ScoreStated,
    SeedClaimStated,
    SovereigntyFactReviewed,
    SovereigntyFactSubmitted,
)
from benchmarks.models import Score, SeedClaim
from benchmarks.queries.catalogue import (
    DeploymentInfo,
    ExternalValueInfo,
    ModelInfo,
    PowerInfo,
    PriceInfo,
)
from benchmarks.queries.hardware_prices import HardwarePriceInfo
from benchmarks.queries.scores import ScoreInfo, scores_of
from benchmarks.queries.seeds import seed_values_of
from benchmarks.queries.sovereignty import FactInfo
from benchmarks.queries.speeds import HEADLINE_POINT, METRIC, MeasuredSpeed, is_counted, speeds_of
from benchmarks.score_rows import score_row
from benchmarks.seed_rows import seed_row
from benchmarks.state.run import EVENTS as RUN_EVENTS
from benchmarks.state.run import RunInfo, changes, requested


@dataclass(kw_only=True, slots=True)
class PastCatalogue:
    """What the read tables said at a position; by slug where nothing else is said."""

    tenant: Tenant
    models: dict[str, ModelInfo] = field(default_factory=dict)
    deployments: dict[str, DeploymentInfo] = field(default_factory=dict)
    stated: dict[tuple[str, str, str], ExternalValueInfo] = field(default_factory=dict)
    """By deployment, metric and source."""
    seeds: list[SeedClaim] = field(default_factory=list)
    """Rows that are not stored, in the order of the log."""
    score_rows: dict[UUID, Score] = field(default_factory=dict)
    """Rows that are not stored, in the order of the log."""
    price_lists: dict[tuple[str, date], PriceInfo] = field(default_factory=dict)
    declared: dict[tuple[str, str, date], PowerInfo] = field(default_factory=dict)
    """By deployment, scope and day."""
    bought: dict[tuple[str, date], HardwarePriceInfo] = field(default_factory=dict)
    facts_by_id: dict[UUID, FactInfo] = field(default_factory=dict)
    runs: dict[UUID, RunInfo] = field(default_factory=dict)
    headlines: dict[UUID, float | None] = field(default_factory=dict)
    """Tokens a second of each run at the headline point; None where it is void or without it."""

    @property
    def counted_runs(self) -> dict[UUID, RunInfo]:
        """Return the runs whose figures boards could show."""
        return {run_id: info for run_id, info in self.runs.items() if is_counted(info)}

    @property
    def scores(self) -> list[ScoreInfo]:
        """Return every score with whether it stood."""
        return scores_of(list(self.score_rows.values()), places=self.deployments)

    @property
    def speeds(self) -> dict[str, MeasuredSpeed]:
        """Return the speed of each deployment that had one."""
        counted = self.counted_runs
        return speeds_of(
            (counted[run_id], value)
            for run_id, value in self.headlines.items()
            if value is not None and run_id in counted
        )

    @property
    def values(self) -> list[ExternalValueInfo]:
        """Return the newest values of each source, then those of the seed texts that hold up."""
        names = {slug: model.name for slug, model in self.models.items()}
        seeds = seed_values_of(self.seeds, places=self.deployments, names=names)
        # The order in which the table is read: of two of one day and place, the later counts.
        return [*(self.stated[key] for key in sorted(self.stated)), *seeds]

    def prices(self, *, on: date) -> dict[str, PriceInfo]:
        """Return the price of each deployment that had one on a day."""
        lists = sorted(self.price_lists.items(), key=lambda item: item[0])
        return {slug: price for (slug, day), price in lists if day <= on}

    @property
    def power(self) -> dict[str, PowerInfo]:
        """Return the newest statement of each deployment, the wall before GPUs."""
        declared = sorted(self.declared.items(), key=lambda item: item[0])
        return {slug: found for (slug, _, _), found in declared}

    @property
    def hardware_prices(self) -> dict[str, HardwarePriceInfo]:
        """Return the newest statement of each deployment."""
        bought = sorted(self.bought.items(), key=lambda item: item[0])
        return {slug: found for (slug, _), found in bought}

    @property
    def facts(self) -> list[FactInfo]:
        """Return every fact with its review, by the last event that changed it."""
        return sorted(self.facts_by_id.values(), key=lambda fact: fact.position)


def catalogue_as_of(*, tenant: Tenant, position: int) -> PastCatalogue:
    """Fold the catalogue up to a position; time grows with its events, not with the votes."""
    past = PastCatalogue(tenant=tenant)
    for stored in reader.read_of_types(tenant_id=tenant.pk, types=_FOLDS, until=position):
        _FOLDS[stored.type](past, stored, stored.event)
    return past


def _model(past: PastCatalogue, stored: StoredEvent, model: ModelRegistered) -> None:
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


def _deployment(past: PastCatalogue, stored: StoredEvent, place: DeploymentRegistered) -> None:
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


def _value(past: PastCatalogue, stored: StoredEvent, stated: ExternalValueStated) -> None:
    """Keep the newest statement of each source; of two of one day the later in the log."""
    key = (stated.deployment_slug, stated.metric, stated.source_name)
    if key in past.stated and past.stated[key].stated_on > stated.stated_on:
        return
    past.stated[key] = ExternalValueInfo(
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


def _seed(past: PastCatalogue, stored: StoredEvent, _: SeedClaimStated) -> None:
    past.seeds.append(seed_row(past.tenant, stored))


def _score(past: PastCatalogue, stored: StoredEvent, _: ScoreStated) -> None:
    past.score_rows[stored.id] = score_row(past.tenant, stored)


def _taken_back(past: PastCatalogue, stored: StoredEvent, taken: ScoreRetracted) -> None:
    row = past.score_rows[taken.score_id]
    row.retracted_position = row.position = stored.position
    row.retracted_reason = taken.reason


def _price(past: PastCatalogue, stored: StoredEvent, price: DeploymentPriced) -> None:
    past.price_lists[price.deployment_slug, price.effective_on] = PriceInfo(
        deployment_slug=price.deployment_slug,
        input_usd_micros_per_million_tokens=price.input_usd_micros_per_million_tokens,
        output_usd_micros_per_million_tokens=price.output_usd_micros_per_million_tokens,
        source_name=price.source_name,
        source_url=price.source_url,
        effective_on=price.effective_on,
        position=stored.position,
        cached_input_usd_micros_per_million_tokens=price.cached_input_usd_micros_per_million_tokens,
        reasoning_usd_micros_per_million_tokens=price.reasoning_usd_micros_per_million_tokens,
    )


def _power(past: PastCatalogue, stored: StoredEvent, power: DeploymentPowerDeclared) -> None:
    past.declared[power.deployment_slug, power.scope, power.stated_on] = PowerInfo(
        deployment_slug=power.deployment_slug,
        watts=power.watts,
        scope=power.scope,
        source_name=power.source_name,
        stated_on=power.stated_on,
        position=stored.position,
    )


def _hardware(past: PastCatalogue, stored: StoredEvent, price: HardwarePriced) -> None:
    past.bought[price.deployment_slug, price.stated_on] = HardwarePriceInfo(
        deployment_slug=price.deployment_slug,
        usd_micros=price.usd_micros,
        months=price.months,
        source_name=price.source_name,
        source_url=price.source_url,
        stated_on=price.stated_on,
        position=stored.position,
    )


def _submitted(past: PastCatalogue, stored: StoredEvent, fact: SovereigntyFactSubmitted) -> None:
    past.facts_by_id[fact.fact_id] = FactInfo(
        fact_id=fact.fact_id,
        deployment_slug=fact.deployment_slug,
        criterion=fact.criterion,
        value=fact.value,
        countries=tuple(fact.countries),
        evidence=fact.evidence,
        source_url=fact.source_url,
        source_sha256=fact.source_sha256,
        note=fact.note,
        stated_on=fact.stated_on,
        expires_on=fact.expires_on,
        criteria_version=fact.criteria_version,
        interest=fact.interest,
        submitted_by=fact.submitted_by,
        submitted_at=stored.recorded_at,
        submitted_position=stored.position,
        status="waiting",
        reason="",
        reviewed_by=None,
        reviewed_at=None,
        reviewed_position=None,
        superseded_by=None,
        position=stored.position,
    )


def _reviewed(past: PastCatalogue, stored: StoredEvent, review: SovereigntyFactReviewed) -> None:
    past.facts_by_id[review.fact_id] = replace(
        past.facts_by_id[review.fact_id],
        status=review.verdict,
        reason=review.reason,
        reviewed_by=review.reviewed_by,
        reviewed_at=stored.recorded_at,
        reviewed_position=stored.position,
        position=stored.position,
    )
    if review.supersedes is not None:
        past.facts_by_id[review.supersedes] = replace(
            past.facts_by_id[review.supersedes],
            status="superseded",
            superseded_by=review.fact_id,
            position=stored.position,
        )


def _run(past: PastCatalogue, stored: StoredEvent, event: Any) -> None:
    run_id, at = UUID(stored.data["run_id"]), stored.recorded_at
    if isinstance(event, RunRequested):
        fields = requested(event, actor=stored.metadata["actor"], at=at)
        past.runs[run_id] = RunInfo(**fields, position=stored.position)
        return
    info = past.runs[run_id]
    past.runs[run_id] = replace(info, **changes(info, event, at=at), position=stored.position)
    if isinstance(event, RunPointRecorded) and event.point_key == HEADLINE_POINT:
        values = {item.metric: item.value for item in event.measurements}
        past.headlines[run_id] = values.get(METRIC) if event.voided is None else None


_FOLDS: Final[dict[str, Callable[[PastCatalogue, StoredEvent, Any], None]]] = {
    ModelRegistered.__name__: _model,
    DeploymentRegistered.__name__: _deployment,
    ExternalValueStated.__name__: _value,
    SeedClaimStated.__name__: _seed,
    ScoreStated.__name__: _score,
    ScoreRetracted.__name__: _taken_back,
    DeploymentPriced.__name__: _price,
    DeploymentPowerDeclared.__name__: _power,
    HardwarePriced.__name__: _hardware,
    SovereigntyFactSubmitted.__name__: _submitted,
    SovereigntyFactReviewed.__name__: _reviewed,
    **{event.__name__: _run for event in RUN_EVENTS},
}
