"""All that was ever stated of one deployment's price, power and machine, and its measured runs."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from arena.tenancy.models import Tenant
from benchmarks.events import Measurement
from benchmarks.models import DeploymentPower, DeploymentPrice, HardwarePrice, RunPoint
from benchmarks.queries.catalogue import PowerInfo, PriceInfo, power_info, price_info
from benchmarks.queries.hardware_prices import HardwarePriceInfo, hardware_price_info
from benchmarks.queries.speeds import HEADLINE_POINT


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadlinePoint:
    """The headline of one run; `voided` says why it does not count."""

    sample_count: int
    voided: str | None
    measurements: dict[str, Measurement]


def price_history(*, tenant: Tenant, deployment: str) -> list[PriceInfo]:
    """Return the price of every day on which one was stated, newest first; later days too."""
    rows = DeploymentPrice.objects.filter(tenant=tenant, deployment_slug=deployment)
    return [price_info(row) for row in rows.order_by("-effective_on")]


def power_history(*, tenant: Tenant, deployment: str) -> list[PowerInfo]:
    """Return every statement of what a deployment draws, newest first."""
    rows = DeploymentPower.objects.filter(tenant=tenant, deployment_slug=deployment)
    return [power_info(row) for row in rows.order_by("-stated_on", "scope")]


def hardware_price_history(*, tenant: Tenant, deployment: str) -> list[HardwarePriceInfo]:
    """Return every statement of what the machines of a deployment cost, newest first."""
    rows = HardwarePrice.objects.filter(tenant=tenant, deployment_slug=deployment)
    return [hardware_price_info(row) for row in rows.order_by("-stated_on")]


def headline_points(*, tenant: Tenant, run_ids: Collection[UUID]) -> dict[UUID, HeadlinePoint]:
    """Return the headline point of each run that has one. Callers check who may see figures."""
    rows = RunPoint.objects.filter(
        tenant=tenant, point_key=HEADLINE_POINT, run_id__in=list(run_ids)
    )
    return {
        row.run_id: HeadlinePoint(
            sample_count=row.sample_count,
            voided=row.voided,
            measurements={name: Measurement(**found) for name, found in row.measurements.items()},
        )
        for row in rows
    }
