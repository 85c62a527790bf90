"""Shapes of a comparison: what is asked, and what is said of the rows."""

from typing import Literal

from pydantic import BaseModel, Field

from arena.api.schemas import SLUG, Answer, Cell, ModelName
from leaderboards.cost.parameters import MAX_TASKS, Currency


class ComparedRow(BaseModel):
    """One of the rows; the first is what the others are held against."""

    key: str
    section: str
    model: ModelName
    deployment: str | None = Field(description="Slug; null for a model without a deployment.")


class RatingDifference(Answer):
    """How far the first is above the second, in Elo points, by the covariance of the fit."""

    elo: float
    standard_error: float
    lower: float = Field(description="Lower end of the 95 % interval.")
    upper: float = Field(description="Upper end of the 95 % interval.")
    p_value: float | None = Field(
        description="Two-sided Wald test against no difference; null where nothing spreads."
    )
    first_share: float = Field(description="Share of points that the ratings expect, 0 to 1.")
    first_share_lower: float
    first_share_upper: float


class HeadToHead(Answer):
    """The votes between two models; shares are of points, a draw that counts being half a one."""

    wins: int
    losses: int
    ties: int
    both_bad: int
    n: int = Field(description="Votes that count by the rules of the board.")
    share: float | None
    lower: float | None = Field(description="Lower end of the 95 % Wilson interval.")
    upper: float | None = Field(description="Upper end of the 95 % Wilson interval.")


class ComparedPair(BaseModel):
    """Two of the rows; without a difference `missing` says why."""

    first: str
    second: str
    difference: RatingDifference | None
    p_adjusted: float | None = Field(description="Corrected for all pairs here (Holm 1979).")
    met: HeadToHead | None
    missing: str


class HeldFigure(BaseModel):
    """A figure against that of the first row; without a difference `missing` says why."""

    row: str
    cell: Cell
    difference: float | None
    verdict: str | None = Field(description="better, worse, same, or no better side.")
    note: str
    missing: str


class ComparedColumn(BaseModel):
    """One column of the board for every row."""

    column: str
    unit: str
    figures: list[HeldFigure]


class ComparedCost(BaseModel):
    """What one task costs on one row, in the currency asked for."""

    row: str
    cost: Cell
    electricity: Cell
    a_month: float | None = Field(description="Of the tasks a day that were asked about.")


class ComparedMix(BaseModel):
    """One mix of tokens for every row."""

    mix: str
    costs: list[ComparedCost]


class ComparedFact(BaseModel):
    """One fact of one row; without a text `missing` says why."""

    row: str
    text: str
    missing: str
    position: int | None = Field(description="Event that states it.")


class ComparedFacts(BaseModel):
    """One fact of every row."""

    title: str
    differs: bool
    facts: list[ComparedFact]


class ComparedPart(BaseModel):
    """What one row has of a criterion; null where it is unknown or the row is not assessed."""

    row: str
    points: float | None
    adds: float | None = Field(description="Of the weight.")
    answer: str | None
    position: int | None = Field(description="Event that submitted the fact.")


class ComparedCriterion(BaseModel):
    """One criterion of the sovereignty score for every row."""

    criterion: str
    title: str
    weight: float
    parts: list[ComparedPart]


class ComparedRows(BaseModel):
    """Everything that is said of the rows."""

    board: str
    position: int = Field(description="Position of the log that the rows stand for.")
    votes_position: int = Field(description="Position of the last vote or rule in the ratings.")
    formula_version: str
    currency: str
    profile: str
    query: str = Field(description="The query that asks for this very answer.")
    rows: list[ComparedRow]
    pairs: list[ComparedPair]
    columns: list[ComparedColumn]
    costs: list[ComparedMix]
    facts: list[ComparedFacts]
    criteria: list[ComparedCriterion] = Field(description="Empty where no row is assessed.")


class AskedComparison(BaseModel):
    """The query of a comparison. A currency that is not USD needs its rate."""

    board: str = Field(
        pattern=SLUG, description="Slug of the board.", json_schema_extra={"example": "text"}
    )
    row: list[str] = Field(
        description="Keys of two to six rows, as the board has them.",
        json_schema_extra={"example": ["deployment:alpha--q4--self-hosted", "model:beta"]},
    )
    mix: str | None = Field(None, max_length=80, description="Tokens of a task.")
    currency: Currency | None = Field(None, description="ISO 4217; USD when left out.")
    rate: float | None = Field(None, ge=0.0001, le=10**5, description="Its units for one USD.")
    tariff: float | None = Field(None, ge=0, le=10**5, description="Currency for a kWh.")
    months: int | None = Field(None, ge=1, le=240, description="Over which hardware is paid off.")
    utilisation: float | None = Field(None, ge=1, le=100, description="Per cent of all hours.")
    unit: Literal["task", "million", "month"] | None = Field(
        None, description="What the columns of costs are told for; a task when left out."
    )
    suite: str | None = Field(
        None, max_length=80, description="Suite of evaluation whose points quality is."
    )
    tasks: float | None = Field(None, ge=1, le=MAX_TASKS, description="Tasks a day.")
    profile: str | None = Field(None, max_length=80, description="Whose sovereignty.")
