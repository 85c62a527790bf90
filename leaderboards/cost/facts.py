"""What is on record about the costs of a deployment, every figure with where it is from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.hardware import Capability, capability, hardware_named
from benchmarks.queries import (
    DeploymentInfo,
    HardwarePriceInfo,
    Headline,
    MeasuredSpeed,
    PowerInfo,
    PriceInfo,
)
from leaderboards.cost.hosted import TokenPrices

MICROS: Final = 1_000_000
SELF_HOSTED: Final = "self-hosted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One figure that a cost rests on: `origin` in words, and the event or the runs behind it."""

    value: float
    origin: str
    as_of: date
    """A day, or the moment of the newest run."""
    position: int | None = None
    """Of the event that states it; None where it rests on runs or on the catalogue."""
    runs: int | None = None
    """How many runs it is the median of."""
    scope: str = ""
    """Of power: where it was read, or that it is rated; empty for anything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CostFacts:
    """What is known of one deployment; None where nothing is."""

    deployment: DeploymentInfo
    price: PriceInfo | None
    decode: Input | None
    prefill: Input | None
    watts: Input | None
    hardware_usd: Input | None
    months: int | None

    @property
    def is_own(self) -> bool:
        """Return whether it runs on its user's own machine, so that no tokens are sold."""
        info = self.deployment
        return info.operator == SELF_HOSTED or (info.operator is None and bool(info.hardware))

    @property
    def prices_usd(self) -> TokenPrices | None:
        """Return the price list in US dollars for a million tokens."""
        price = self.price
        if price is None:
            return None
        cached = price.cached_input_usd_micros_per_million_tokens
        reasoning = price.reasoning_usd_micros_per_million_tokens
        return TokenPrices(
            input=price.input_usd_micros_per_million_tokens / MICROS,
            output=price.output_usd_micros_per_million_tokens / MICROS,
            cached=None if cached is None else cached / MICROS,
            reasoning=None if reasoning is None else reasoning / MICROS,
        )


def read(*, tenant: Tenant, speeds: Mapping[str, MeasuredSpeed]) -> dict[str, CostFacts]:
    """Return what is on record of every deployment today, by slug."""
    return of_records(
        benchmarks.queries.deployments(tenant=tenant),
        prices=benchmarks.queries.prices(tenant=tenant),
        power=benchmarks.queries.power(tenant=tenant),
        bought=benchmarks.queries.hardware_prices(tenant=tenant),
        speeds=speeds,
        points=benchmarks.queries.headlines(tenant=tenant, speeds=speeds),
    )


def of_records(
    deployments: Iterable[DeploymentInfo],
    *,
    prices: Mapping[str, PriceInfo],
    power: Mapping[str, PowerInfo],
    bought: Mapping[str, HardwarePriceInfo],
    speeds: Mapping[str, MeasuredSpeed],
    points: Mapping[str, Headline],
) -> dict[str, CostFacts]:
    """Return the same from records, each by slug of the deployment: of today or of the past."""
    return {
        info.slug: _facts(
            info,
            price=prices.get(info.slug),
            power=power.get(info.slug),
            bought=bought.get(info.slug),
            speed=speeds.get(info.slug),
            point=points.get(info.slug),
        )
        for info in deployments
    }


def _facts(
    info: DeploymentInfo,
    *,
    price: PriceInfo | None,
    power: PowerInfo | None,
    bought: HardwarePriceInfo | None,
    speed: MeasuredSpeed | None,
    point: Headline | None,
) -> CostFacts:
    return CostFacts(
        deployment=info,
        price=price,
        decode=None if speed is None else _measured(speed, speed.tokens_per_second),
        prefill=(
            _measured(speed, point.prefill_tokens_per_second)
            if speed and point and point.prefill_tokens_per_second
            else None
        ),
        watts=_watts(info, power, speed, point),
        hardware_usd=None if bought is None else _bought(bought),
        months=None if bought is None else bought.months,
    )


def _measured(speed: MeasuredSpeed, value: float, what: str = "") -> Input:
    count = speed.run_count
    return Input(
        value=value,
        origin=f"{what}median of {count} run{'s' if count > 1 else ''}",
        as_of=speed.measured_at,
        runs=count,
    )


def _bought(bought: HardwarePriceInfo) -> Input:
    return Input(
        value=bought.usd_micros / MICROS,
        origin=f"stated by {bought.source_name}",
        as_of=bought.stated_on,
        position=bought.position,
    )


def _watts(
    info: DeploymentInfo,
    power: PowerInfo | None,
    speed: MeasuredSpeed | None,
    point: Headline | None,
) -> Input | None:
    """Measured before declared, declared before rated."""
    if speed and point and point.watts:
        scope = point.power_scope or "unknown scope"
        return replace(_measured(speed, point.watts, f"{scope}, "), scope=scope)
    if power is not None:
        return Input(
            value=float(power.watts),
            origin=f"{power.scope}, declared by {power.source_name}",
            as_of=power.stated_on,
            position=power.position,
            scope=power.scope,
        )
    return _rated(info)


def _rated(info: DeploymentInfo) -> Input | None:
    part = hardware_named(info.hardware or "")
    found = capability(None, nodes=info.node_count or 1, slug=part.slug if part else info.hardware)
    if part is None or not isinstance(found, Capability) or found.tdp_watts is None:
        return None
    return Input(
        value=found.tdp_watts,
        origin=f"rated, not measured: {found.description}",
        as_of=part.noted_on,
        scope="rated",
    )
