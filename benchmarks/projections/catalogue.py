"""Fold models, facts about deployments, and claims into their read tables."""

from collections.abc import Sequence
from datetime import date

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import (
    DeploymentPowerDeclared,
    DeploymentPriced,
    ExternalValueStated,
    HardwarePriced,
    ModelRegistered,
)
from benchmarks.models import (
    DeploymentPower,
    DeploymentPrice,
    ExternalValue,
    HardwarePrice,
    LanguageModel,
)


@projection(name="models", events=[ModelRegistered], tables=[LanguageModel])
def fold_models(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep the latest registration of each model."""
    rows: dict[str, LanguageModel] = {}
    for stored in events:
        fact = fact_of(stored, ModelRegistered)
        rows[fact.slug] = LanguageModel(
            tenant=tenant,
            slug=fact.slug,
            name=fact.name,
            developer=fact.developer,
            licence=fact.licence,
            weights_open=fact.weights_open,
            family=fact.family,
            aliases=list(fact.aliases),
            position=stored.position,
        )
    LanguageModel.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["tenant", "slug"],
        update_fields=[
            "name",
            "developer",
            "licence",
            "weights_open",
            "family",
            "aliases",
            "position",
        ],
    )


@projection(name="deployment_prices", events=[DeploymentPriced], tables=[DeploymentPrice])
def fold_prices(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each day's price; of two for one day the later in the log."""
    rows: dict[tuple[str, date], DeploymentPrice] = {}
    for stored in events:
        fact = fact_of(stored, DeploymentPriced)
        rows[fact.deployment_slug, fact.effective_on] = DeploymentPrice(
            tenant=tenant,
            deployment_slug=fact.deployment_slug,
            effective_on=fact.effective_on,
            input_usd_micros_per_million_tokens=fact.input_usd_micros_per_million_tokens,
            output_usd_micros_per_million_tokens=fact.output_usd_micros_per_million_tokens,
            cached_input_usd_micros_per_million_tokens=(
                fact.cached_input_usd_micros_per_million_tokens
            ),
            reasoning_usd_micros_per_million_tokens=fact.reasoning_usd_micros_per_million_tokens,
            source_name=fact.source_name,
            source_url=fact.source_url,
            position=stored.position,
        )
    DeploymentPrice.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["tenant", "deployment_slug", "effective_on"],
        update_fields=[
            "input_usd_micros_per_million_tokens",
            "output_usd_micros_per_million_tokens",
            "cached_input_usd_micros_per_million_tokens",
            "reasoning_usd_micros_per_million_tokens",
            "source_name",
            "source_url",
            "position",
        ],
    )


@projection(name="deployment_power", events=[DeploymentPowerDeclared], tables=[DeploymentPower])
def fold_power(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each day's statement of each scope; of two of one day the later in the log."""
    rows: dict[tuple[str, str, date], DeploymentPower] = {}
    for stored in events:
        fact = fact_of(stored, DeploymentPowerDeclared)
        rows[fact.deployment_slug, fact.scope, fact.stated_on] = DeploymentPower(
            tenant=tenant,
            deployment_slug=fact.deployment_slug,
            scope=fact.scope,
            stated_on=fact.stated_on,
            watts=fact.watts,
            source_name=fact.source_name,
            position=stored.position,
        )
    DeploymentPower.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["tenant", "deployment_slug", "scope", "stated_on"],
        update_fields=["watts", "source_name", "position"],
    )


@projection(name="hardware_prices", events=[HardwarePriced], tables=[HardwarePrice])
def fold_hardware_prices(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each day's statement; of two of one day the later in the log."""
    rows: dict[tuple[str, date], HardwarePrice] = {}
    for stored in events:
        fact = fact_of(stored, HardwarePriced)
        rows[fact.deployment_slug, fact.stated_on] = HardwarePrice(
            tenant=tenant,
            deployment_slug=fact.deployment_slug,
            stated_on=fact.stated_on,
            usd_micros=fact.usd_micros,
            months=fact.months,
            source_name=fact.source_name,
            source_url=fact.source_url,
            position=stored.position,
        )
    HardwarePrice.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["tenant", "deployment_slug", "stated_on"],
        update_fields=["usd_micros", "months", "source_name", "source_url", "position"],
    )


@projection(name="external_values", events=[ExternalValueStated], tables=[ExternalValue])
def fold_external_values(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep the newest statement of each source; of two of one day the later in the log."""
    latest: dict[tuple[str, str, str], ExternalValue] = {}
    for stored in events:
        fact = fact_of(stored, ExternalValueStated)
        row = ExternalValue(
            tenant=tenant,
            deployment_slug=fact.deployment_slug,
            metric=fact.metric,
            source_name=fact.source_name,
            source_url=fact.source_url,
            value=fact.value,
            unit=fact.unit,
            approximate=fact.approximate,
            note=fact.note,
            stated_on=fact.stated_on,
            position=stored.position,
        )
        key = (row.deployment_slug, row.metric, row.source_name)
        if key not in latest or latest[key].stated_on <= row.stated_on:
            latest[key] = row
    _keep_newest(tenant, latest)


def _keep_newest(tenant: Tenant, latest: dict[tuple[str, str, str], ExternalValue]) -> None:
    stated_on = {
        (row.deployment_slug, row.metric, row.source_name): row.stated_on
        for row in ExternalValue.objects.filter(
            tenant=tenant, deployment_slug__in={key[0] for key in latest}
        )
    }
    ExternalValue.objects.bulk_create(
        [
            row
            for key, row in latest.items()
            if key not in stated_on or stated_on[key] <= row.stated_on
        ],
        update_conflicts=True,
        unique_fields=["tenant", "deployment_slug", "metric", "source_name"],
        update_fields=[
            "source_url",
            "value",
            "unit",
            "approximate",
            "note",
            "stated_on",
            "position",
        ],
    )
