"""What the page of one deployment says: one value for the page and the API alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.deployment_label import label
from benchmarks.queries import (
    DeploymentInfo,
    ExternalValueInfo,
    HardwarePriceInfo,
    MeasuredSpeed,
    ModelInfo,
    PowerInfo,
    PriceInfo,
    SeedClaimInfo,
)
from benchmarks.queries.sovereignty import ReplyInfo
from benchmarks.sovereignty import Profile, default_profile
from benchmarks.sovereignty_page import FactView, PartView, PlaceView, fact_views, parts, place
from leaderboards import queries
from leaderboards.measured_runs import MeasuredRun, runs_of_deployment
from leaderboards.queries import ModelRows
from leaderboards.rows import Row
from voting.queries import BoardInfo

RETENTION_CRITERIA: Final = ("C1", "C2", "C3", "D1")
"""How long prompts and answers are kept, who reads them, can they go, do they train."""
SUBPROCESSOR_CRITERIA: Final = ("E1", "E2", "E3")


@dataclass(frozen=True, kw_only=True, slots=True)
class OnBoard:
    """The row of the deployment on one board."""

    info: BoardInfo
    on: ModelRows
    row: Row


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceStep:
    """A price and by how many per cent it is above the one before; None for the first, or free."""

    price: PriceInfo
    is_in_force: bool
    input_percent: float | None
    output_percent: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """One of the facts about keeping data, and for how long it is believed."""

    part: PartView
    days_left: int | None
    """Until it counts half; below zero once it does. None without a fact."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentRecord:
    """All that is on record of one deployment on a day; histories newest first."""

    info: DeploymentInfo
    model: ModelInfo
    label: str
    boards: tuple[OnBoard, ...]
    speed: MeasuredSpeed | None
    runs: tuple[MeasuredRun, ...]
    prices: tuple[PriceStep, ...]
    power: tuple[PowerInfo, ...]
    hardware: tuple[HardwarePriceInfo, ...]
    place: PlaceView
    parts: tuple[PartView, ...]
    retention: tuple[Clock, ...]
    subprocessors: tuple[Clock, ...]
    changes: tuple[FactView, ...]
    """Facts that replaced another one."""
    replies: tuple[ReplyInfo, ...]
    values: tuple[ExternalValueInfo, ...]
    seeds: tuple[SeedClaimInfo, ...]


def record(
    *, tenant: Tenant, slug: str, on: date, profile: Profile | None = None
) -> DeploymentRecord:
    """Return what is on record; raise benchmarks.queries.UnknownDeployment."""
    info = benchmarks.queries.deployment(tenant=tenant, slug=slug)
    stated = benchmarks.queries.sovereignty.facts(tenant=tenant, deployment=slug)
    view = place(
        tenant=tenant, info=info, facts=stated, profile=profile or default_profile(), on=on
    )
    words = fact_views(tenant=tenant, facts=stated)
    found = parts(view.found, words) if view.found else []
    return DeploymentRecord(
        info=info,
        model=benchmarks.queries.model(tenant=tenant, slug=info.model_slug),
        label=label(info) or info.slug,
        boards=tuple(_boards(tenant, info)),
        speed=benchmarks.queries.measured_speeds(tenant=tenant).get(slug),
        runs=tuple(runs_of_deployment(tenant=tenant, deployment=slug)),
        prices=tuple(
            _steps(benchmarks.queries.price_history(tenant=tenant, deployment=slug), on=on)
        ),
        power=tuple(benchmarks.queries.power_history(tenant=tenant, deployment=slug)),
        hardware=tuple(benchmarks.queries.hardware_price_history(tenant=tenant, deployment=slug)),
        place=view,
        parts=tuple(found),
        retention=tuple(_clocks(found, RETENTION_CRITERIA, on=on)),
        subprocessors=tuple(_clocks(found, SUBPROCESSOR_CRITERIA, on=on)),
        changes=tuple(
            fact
            for fact in reversed(words)
            if fact.before and fact.info.status in ("accepted", "superseded")
        ),
        replies=tuple(_replies(tenant, info)),
        values=tuple(
            value
            for value in benchmarks.queries.external_values(tenant=tenant)
            if value.deployment_slug == slug
        ),
        seeds=tuple(
            claim
            for claim in benchmarks.queries.seed_claims(tenant=tenant, model_slug=info.model_slug)
            if claim.deployment_slug == slug
        ),
    )


def _boards(tenant: Tenant, info: DeploymentInfo) -> list[OnBoard]:
    return [
        OnBoard(info=on_board.info, on=on_board, row=row)
        for on_board in queries.model_rows(tenant=tenant, model_slug=info.model_slug)
        for row in on_board.rows
        if row["key"] == f"deployment:{info.slug}"
    ]


def _steps(history: Sequence[PriceInfo], *, on: date) -> list[PriceStep]:
    """Return each price with its change; `history` is newest first."""
    in_force = next((price.effective_on for price in history if price.effective_on <= on), None)
    before = [*history[1:], None]
    return [
        PriceStep(
            price=price,
            is_in_force=price.effective_on == in_force,
            input_percent=_change(
                price.input_usd_micros_per_million_tokens,
                earlier.input_usd_micros_per_million_tokens if earlier else None,
            ),
            output_percent=_change(
                price.output_usd_micros_per_million_tokens,
                earlier.output_usd_micros_per_million_tokens if earlier else None,
            ),
        )
        for price, earlier in zip(history, before, strict=False)
    ]


def _change(now: int, before: int | None) -> float | None:
    return 100 * (now - before) / before if before else None


def _clocks(found: Sequence[PartView], wanted: Sequence[str], *, on: date) -> list[Clock]:
    return [
        Clock(part=part, days_left=(part.fact.info.expires_on - on).days if part.fact else None)
        for part in found
        if part.part.criterion.id in wanted
    ]


def _replies(tenant: Tenant, info: DeploymentInfo) -> list[ReplyInfo]:
    if info.operator is None:
        return []
    return benchmarks.queries.sovereignty.replies(tenant=tenant, operator=info.operator)
