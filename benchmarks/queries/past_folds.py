"""One function an event: what it changes in the catalogue of the past."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from arena.eventstore.reader import StoredEvent
from benchmarks.badge_rows import badge_row, withdrawal
from benchmarks.catalogue_rows import (
    deployment_row,
    external_value_row,
    hardware_price_row,
    model_row,
    power_row,
    price_row,
)
from benchmarks.events import (
    BadgeAwarded,
    BadgeWithdrawn,
    DeploymentPowerDeclared,
    DeploymentPriced,
    DeploymentRegistered,
    ExternalValueStated,
    HardwarePriced,
    ModelFactsStated,
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
from benchmarks.model_fact_rows import model_fact_rows
from benchmarks.queries.badges import badge_info
from benchmarks.queries.catalogue import (
    deployment_info,
    external_value_info,
    model_info,
    power_info,
    price_info,
)
from benchmarks.queries.hardware_prices import hardware_price_info
from benchmarks.queries.model_facts import model_fact_info
from benchmarks.queries.past_catalogue import PastCatalogue
from benchmarks.queries.sovereignty import fact_info
from benchmarks.queries.speeds import HEADLINE_METRIC, HEADLINE_POINT
from benchmarks.score_rows import score_row
from benchmarks.seed_rows import seed_row
from benchmarks.sovereignty_rows import reviewed, submitted_row, superseded
from benchmarks.state.run import EVENTS as RUN_EVENTS
from benchmarks.state.run import RunInfo, changes, requested


def _model(past: PastCatalogue, stored: StoredEvent, model: ModelRegistered) -> None:
    facts = past.weights.setdefault(model.slug, {})
    past.models[model.slug] = model_info(model_row(past.tenant, stored), facts)


def _weights(past: PastCatalogue, stored: StoredEvent, stated: ModelFactsStated) -> None:
    """Keep the newest statement of each fact; of two of one day the later in the log."""
    facts = past.weights.setdefault(stated.slug, {})
    for row in model_fact_rows(past.tenant, stored):
        if row.fact not in facts or facts[row.fact].stated_on <= row.stated_on:
            facts[row.fact] = model_fact_info(row)


def _deployment(past: PastCatalogue, stored: StoredEvent, place: DeploymentRegistered) -> None:
    _, meant = past.names.get(place.model_slug, ("", None))
    past.places[place.slug] = deployment_info(deployment_row(past.tenant, stored, meant=meant))


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
    past.stated[key] = external_value_info(external_value_row(past.tenant, stored))


def _seed(past: PastCatalogue, stored: StoredEvent, _: SeedClaimStated) -> None:
    past.seeds.append(seed_row(past.tenant, stored))


def _score(past: PastCatalogue, stored: StoredEvent, _: ScoreStated) -> None:
    past.score_rows[stored.id] = score_row(past.tenant, stored)


def _taken_back(past: PastCatalogue, stored: StoredEvent, taken: ScoreRetracted) -> None:
    row = past.score_rows[taken.score_id]
    row.retracted_position = row.position = stored.position
    row.retracted_reason = taken.reason


def _price(past: PastCatalogue, stored: StoredEvent, price: DeploymentPriced) -> None:
    key = (price.deployment_slug, price.effective_on)
    past.price_lists[key] = price_info(price_row(past.tenant, stored))


def _power(past: PastCatalogue, stored: StoredEvent, power: DeploymentPowerDeclared) -> None:
    key = (power.deployment_slug, power.scope, power.stated_on)
    past.declared[key] = power_info(power_row(past.tenant, stored))


def _hardware(past: PastCatalogue, stored: StoredEvent, price: HardwarePriced) -> None:
    key = (price.deployment_slug, price.stated_on)
    past.bought[key] = hardware_price_info(hardware_price_row(past.tenant, stored))


def _submitted(past: PastCatalogue, stored: StoredEvent, fact: SovereigntyFactSubmitted) -> None:
    past.facts_by_id[fact.fact_id] = fact_info(submitted_row(past.tenant, stored))


def _reviewed(past: PastCatalogue, stored: StoredEvent, review: SovereigntyFactReviewed) -> None:
    facts = past.facts_by_id
    facts[review.fact_id] = replace(facts[review.fact_id], **reviewed(stored))
    if review.supersedes is not None:
        facts[review.supersedes] = replace(facts[review.supersedes], **superseded(stored))


def _awarded(past: PastCatalogue, stored: StoredEvent, award: BadgeAwarded) -> None:
    key = (award.kind, award.subject, award.badge)
    past.badges[key] = badge_info(badge_row(past.tenant, stored))


def _withdrawn(past: PastCatalogue, stored: StoredEvent, badge: BadgeWithdrawn) -> None:
    key = (badge.kind, badge.subject, badge.badge)
    past.badges[key] = replace(past.badges[key], **withdrawal(stored))


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
        past.headlines[run_id] = values.get(HEADLINE_METRIC) if event.voided is None else None


FOLDS: Final[dict[str, Callable[[PastCatalogue, StoredEvent, Any], None]]] = {
    ModelRegistered.__name__: _model,
    ModelFactsStated.__name__: _weights,
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
    BadgeAwarded.__name__: _awarded,
    BadgeWithdrawn.__name__: _withdrawn,
    **{event.__name__: _run for event in RUN_EVENTS},
}
