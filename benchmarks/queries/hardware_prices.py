"""What the machines of deployments cost to buy."""

from dataclasses import dataclass
from datetime import date

from arena.tenancy.models import Tenant
from benchmarks.models import HardwarePrice


@dataclass(frozen=True, kw_only=True, slots=True)
class HardwarePriceInfo:
    """The price of all nodes together, in millionths of a US dollar, and the months it lasts."""

    deployment_slug: str
    usd_micros: int
    months: int
    source_name: str
    source_url: str | None
    stated_on: date
    position: int


def hardware_prices(*, tenant: Tenant) -> dict[str, HardwarePriceInfo]:
    """Return the newest statement of each deployment that has one, by slug."""
    # In this order the row that a deployment keeps is that of its last day.
    rows = HardwarePrice.objects.filter(tenant=tenant).order_by("deployment_slug", "stated_on")
    return {row.deployment_slug: hardware_price_info(row) for row in rows}


def hardware_price_info(row: HardwarePrice) -> HardwarePriceInfo:
    """Return the statement of a price of hardware that one row holds."""
    return HardwarePriceInfo(
        deployment_slug=row.deployment_slug,
        usd_micros=row.usd_micros,
        months=row.months,
        source_name=row.source_name,
        source_url=row.source_url,
        stated_on=row.stated_on,
        position=row.position,
    )
