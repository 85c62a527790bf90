"""What the page of one model says: its standing on each board, and what others state about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.deployment_label import label
from benchmarks.queries import (
    DeploymentInfo,
    ExternalValueInfo,
    MeasuredSpeed,
    PowerInfo,
    PriceInfo,
)
from benchmarks.sovereignty import Assessment
from leaderboards.cell_words import bounds, claim_text
from leaderboards.cells import Cell
from leaderboards.columns import COLUMNS, Column
from leaderboards.cost.cells import task_cost
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.parameters import defaults
from leaderboards.labels import Label, of_badge
from leaderboards.presentation import SHAPES, CellView, Setting, cell_view
from leaderboards.queries import ModelRows
from leaderboards.rated_rows import of_whole_model
from leaderboards.references import web_address
from leaderboards.rows import Row
from voting.queries import BoardInfo

_COLUMN_OF: Final[Mapping[str, Column]] = {column.key: column for column in COLUMNS}
MICROS: Final = 1_000_000
_METRIC_COLUMN: Final = {"elo": "rating"}
"""Column of a metric where it is not called as the metric is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One board's row of the model; rated, or `rating.raw` says why not."""

    info: BoardInfo
    as_of: datetime | None
    row: Row
    rating: CellView
    bounds: str
    votes: CellView

    @property
    def is_rated(self) -> bool:
        """Return whether the votes of the board give the model a rating."""
        return self.row["section"] in ("rated", "preliminary")


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One figure that somebody else published."""

    info: ExternalValueInfo
    deployment: str
    title: str
    dimension: str
    shape: str
    text: str
    url: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """One deployment of the model; prices in US dollars for a million tokens."""

    info: DeploymentInfo
    label: str
    price: PriceInfo | None
    input_usd_per_million_tokens: float | None
    output_usd_per_million_tokens: float | None
    price_url: str | None
    power: PowerInfo | None
    speed: MeasuredSpeed | None
    task_cost: Cell
    """Of the default mix, currency and tariff."""
    sovereignty: Assessment | None


def deployed(
    deployments: Mapping[str, DeploymentInfo],
    *,
    costs: Mapping[str, CostFacts],
    power: Mapping[str, PowerInfo],
    speeds: Mapping[str, MeasuredSpeed],
    sovereignty: Mapping[str, Assessment],
) -> list[Deployed]:
    """Return where the model runs, and what is on record about it there."""
    return [
        _deployed(
            info,
            price=costs[slug].price,
            power=power.get(slug),
            speed=speeds.get(slug),
            task_cost=task_cost(costs, slug, defaults()),
            sovereignty=sovereignty.get(slug),
        )
        for slug, info in deployments.items()
    ]


def standings(model_rows: Iterable[ModelRows]) -> list[Standing]:
    """Return one standing per board, with the rating of the model, whatever its builds have."""
    return [
        _standing(on_board, of_whole_model(on_board.rows[0]))
        for on_board in model_rows
        if on_board.rows and on_board.rows[0]["section"] != "claims"
    ]


def claims(
    values: Iterable[ExternalValueInfo], deployments: Mapping[str, DeploymentInfo]
) -> list[Claim]:
    """Return what is stated about these deployments."""
    return [
        _claim(value, deployments[value.deployment_slug])
        for value in values
        if value.deployment_slug in deployments
    ]


def badges_of(tenant: Tenant, slug: str) -> list[Label]:
    """Return the badges of a model as labels."""
    held = benchmarks.queries.badges.held_badges(tenant=tenant)
    return [of_badge(info) for info in held.get(("model", slug), ())]


def _deployed(
    info: DeploymentInfo,
    *,
    price: PriceInfo | None,
    power: PowerInfo | None,
    speed: MeasuredSpeed | None,
    task_cost: Cell,
    sovereignty: Assessment | None,
) -> Deployed:
    return Deployed(
        info=info,
        label=label(info) or info.slug,
        price=price,
        input_usd_per_million_tokens=(
            price.input_usd_micros_per_million_tokens / MICROS if price else None
        ),
        output_usd_per_million_tokens=(
            price.output_usd_micros_per_million_tokens / MICROS if price else None
        ),
        price_url=web_address(price.source_url) if price else None,
        power=power,
        speed=speed,
        task_cost=task_cost,
        sovereignty=sovereignty,
    )


def _standing(on_board: ModelRows, row: Row) -> Standing:
    setting = Setting(board=on_board.info.slug)
    rating = _COLUMN_OF["rating"]
    return Standing(
        info=on_board.info,
        as_of=on_board.as_of,
        row=row,
        rating=cell_view(row, rating, setting),
        bounds=bounds(row["cells"]["rating"], rating),
        votes=cell_view(row, _COLUMN_OF["votes"], setting),
    )


def _claim(value: ExternalValueInfo, deployment: DeploymentInfo) -> Claim:
    column = _COLUMN_OF[_METRIC_COLUMN.get(value.metric, value.metric)]
    is_yes_or_no = value.metric == "sovereign"
    shown = bool(value.value) if is_yes_or_no and value.value is not None else value.value
    return Claim(
        info=value,
        deployment=label(deployment) or deployment.slug,
        title=column.title,
        dimension=column.dimension or "",
        shape=SHAPES[column.dimension],
        text=claim_text(shown, approximate=value.approximate),
        url=web_address(value.source_url),
    )
