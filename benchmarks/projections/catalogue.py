"""Fold models, facts about deployments, and claims into their read tables."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.catalogue_rows import (
    external_value_row,
    hardware_price_row,
    model_row,
    power_row,
    price_row,
)
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
    rows = {row.slug: row for row in (model_row(tenant, stored) for stored in events)}
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
    rows = {
        (row.deployment_slug, row.effective_on): row
        for row in (price_row(tenant, stored) for stored in events)
    }
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
    rows = {
        (row.deployment_slug, row.scope, row.stated_on): row
        for row in (power_row(tenant, stored) for stored in events)
    }
    DeploymentPower.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["tenant", "deployment_slug", "scope", "stated_on"],
        update_fields=["watts", "source_name", "position"],
    )


@projection(name="hardware_prices", events=[HardwarePriced], tables=[HardwarePrice])
def fold_hardware_prices(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each day's statement; of two of one day the later in the log."""
    rows = {
        (row.deployment_slug, row.stated_on): row
        for row in (hardware_price_row(tenant, stored) for stored in events)
    }
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
        row = external_value_row(tenant, stored)
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
