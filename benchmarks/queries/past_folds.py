"""One function an event: what it changes in the catalogue of the past."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from arena.eventstore.reader import StoredEvent
from benchmarks.events import (
    DeploymentPowerDeclared,
    DeploymentPriced,
    DeploymentRegistered,
    ExternalValueStated,
    HardwarePriced,
    ModelNameDecided,
    ModelNameSeen,
    ModelRegistered,
    RunPointRecorded,
    RunRequested,
    ScoreRetracted,
    ScoreStated,
    SeedClaimStated,
    SovereigntyFactReviewed,
    SovereigntyFactSubmitted,
)
from benchmarks.queries.catalogue import (
    DeploymentInfo,
    ExternalValueInfo,
    ModelInfo,
    PowerInfo,
    PriceInfo,
)
from benchmarks.queries.hardware_prices import HardwarePriceInfo
from benchmarks.queries.past_catalogue import PastCatalogue
from benchmarks.queries.sovereignty import FactInfo
from benchmarks.queries.speeds import HEADLINE_POINT, METRIC
from benchmarks.score_rows import score_row
from benchmarks.seed_rows import seed_row
from benchmarks.state.run import EVENTS as RUN_EVENTS
from benchmarks.state.run import RunInfo, changes, requested


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
        # What is stated of weights stands in no cell.
        facts={},
    )


def _deployment(past: PastCatalogue, stored: StoredEvent, place: DeploymentRegistered) -> None:
    _, meant = past.names.get(place.model_slug, ("", None))
    past.places[place.slug] = DeploymentInfo(
        slug=place.slug,
        model_slug=meant or place.model_slug,
        quantization=place.quantization,
        engine=place.engine,
        hardware=place.hardware,
        node_count=place.node_count,
        operator=place.operator,
        position=stored.position,
    )


def _seen(past: PastCatalogue, stored: StoredEvent, seen: ModelNameSeen) -> None:
    past.names[seen.slug] = (seen.name, None)


def _decided(past: PastCatalogue, stored: StoredEvent, decided: ModelNameDecided) -> None:
    """Move the deployments of a name to the model that it was decided to mean."""
    name, _ = past.names[decided.slug]
    past.names[decided.slug] = (name, decided.into)
    if decided.into is None:
        return
    for slug, info in past.places.items():
        if info.model_slug == decided.slug:
            past.places[slug] = replace(info, model_slug=decided.into, position=stored.position)


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


FOLDS: Final[dict[str, Callable[[PastCatalogue, StoredEvent, Any], None]]] = {
    ModelRegistered.__name__: _model,
    DeploymentRegistered.__name__: _deployment,
    ModelNameSeen.__name__: _seen,
    ModelNameDecided.__name__: _decided,
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
