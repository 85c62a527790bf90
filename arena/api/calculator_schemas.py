"""Shapes of the calculator: what it is asked, and what it answers."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from arena.api.plan_schemas import Missed, SovereignStanding, TwoPlan
from arena.api.schemas import Answer as Shape
from arena.api.schemas import Cell
from benchmarks.sovereignty import Level
from leaderboards.calculator.advice import Way
from leaderboards.cost.parameters import Currency


class AskedWork(BaseModel):
    """What was asked, defaults filled in; empty texts were not stated."""

    input_tokens_a_day: float
    cached_tokens_a_day: float = Field(description="Of the input, sent before.")
    output_tokens_a_day: float
    reasoning_tokens_a_day: float = Field(description="On top of the output.")
    currency: str
    rate: float = Field(description="Units of the currency for one US dollar.")
    tariff: float = Field(description="Currency for a kWh.")
    utilisation_percent: float = Field(description="Of all hours, for the costs of single tasks.")
    board: str | None
    elo: float | None
    profile: str = Field(description="Whose sovereignty.")
    level: Level | None
    score: float | None
    tolerance_percent: float
    deployment: str | None
    query: str = Field(description="The query that asks for this very answer.")


class MachineFigure(Shape):
    """One figure of the machine and where it is from."""

    name: str
    unit: str
    value: float | None
    origin: str
    as_of: datetime | date | None = Field(description="A day, or the end of the newest run.")
    position: int | None = Field(description="Event that states it.")
    runs_of: str | None = Field(description="Deployment whose runs measured it.")


class MachineCost(Shape):
    """What the work costs on the machine, in the currency asked for."""

    hours_a_day: float
    fits: bool = Field(description="Whether one stream gets it done in a day.")
    electricity_a_month: float
    hardware_a_month: float
    months: int
    a_month: float
    electricity_per_million: float = Field(description="Output tokens of this work.")
    full_per_million: float
    capacity_millions: float = Field(description="Output tokens a month of one busy stream.")


class Comparison(Shape):
    """The machine against tokens bought; null where it never pays."""

    break_even_millions: float | None
    break_even_missing: str = Field(description="Why there is none.")
    payback_months: float | None
    payback_missing: str = Field(description="Why there is none.")


class QualityTax(Shape):
    """How far a model is below the best closed one; 95 % intervals by the covariance of the fit."""

    gap: float = Field(description="Elo; negative when above.")
    lower: float
    upper: float
    win_percent: float = Field(description="Share of points expected, a tie being half a point.")
    win_lower: float
    win_upper: float


class BestClosed(Shape):
    """The highest rated model of the board whose weights are known to be closed."""

    model_slug: str
    name: str
    rating: Cell


class LeftOut(Shape):
    """A deployment that is not on the shortlist."""

    deployment: str
    model_slug: str
    name: str
    label: str
    rating: Cell | None
    sovereignty: SovereignStanding | None
    reasons: list[Missed]


class Advice(Shape):
    """Which way costs point, quality and sovereignty aside."""

    way: Way
    ratio: float = Field(description="A month on the machine over a month bought.")
    reason: str


class Candidate(Shape):
    """One way to get the work done; without a cost, `missing` says why."""

    deployment: str | None
    model_slug: str | None
    name: str
    label: str
    rating: Cell | None
    tax: QualityTax | None
    sovereignty: SovereignStanding | None
    is_own: bool
    a_month: float | None
    missing: str
    per_million: float | None
    source: str
    as_of: date | None
    position: int | None
    against_mine: Comparison | None


class CurveStep(Shape):
    """What a month costs at one volume; `own` is null above what one stream can write."""

    millions: float
    hosted: float
    own: float | None


class TaskCost(BaseModel):
    """One task of a mix on the deployment asked about."""

    mix: str
    cost: Cell
    electricity: Cell


class Calculation(BaseModel):
    """What the calculator answers."""

    asked: AskedWork
    machine: list[MachineFigure]
    mine: MachineCost | None
    missing: str = Field(description="Why `mine` is null.")
    candidates: list[Candidate] = Field(description="Cheapest first; without a cost last.")
    left_out: list[LeftOut] = Field(description="By name, with every floor that is missed.")
    below_floor: int = Field(description="Left out for their Elo.")
    unrated: int = Field(description="Left out since the board does not rate them.")
    top_closed: BestClosed | None = Field(description="What `tax` is reckoned against.")
    advice: Advice | None
    plan: TwoPlan | None = Field(description="Null where no split is asked for.")
    curve: list[CurveStep] = Field(description="Empty where there is nothing to compare.")
    tasks: list[TaskCost]


class TaskMix(Shape):
    """The tokens of one task, all its calls together."""

    key: str
    title: str
    description: str
    calls: int
    input_tokens: int
    cached_tokens: int = Field(description="Of the input, sent before.")
    output_tokens: int
    reasoning_tokens: int = Field(description="Thought and not shown, on top of the output.")


class TaskMixes(BaseModel):
    """All mixes of one version."""

    version: int
    noted_on: date
    mixes: list[TaskMix]


class Parameters(BaseModel):
    """The query of the calculator. A currency that is not USD needs its rate."""

    input: float | None = Field(None, ge=0, le=10**12, description="Input tokens a day.")
    output: float | None = Field(None, ge=1, le=10**12, description="Output tokens a day.")
    cached: float | None = Field(
        None, ge=0, le=10**12, description="Of the input, sent before; a day."
    )
    reasoning: float | None = Field(
        None, ge=0, le=10**12, description="Thought and not shown, on top of the output; a day."
    )
    currency: Currency | None = Field(None, description="ISO 4217; USD when left out.")
    rate: float | None = Field(None, ge=0.0001, le=10**5, description="Its units for one USD.")
    tariff: float | None = Field(
        None, ge=0, le=10**5, description="Currency for a kWh; 0.3 when left out."
    )
    months: int | None = Field(None, ge=1, le=240, description="Over which hardware is paid off.")
    utilisation: float | None = Field(
        None, ge=1, le=100, description="Per cent of all hours, for the costs of single tasks."
    )
    price: float | None = Field(None, ge=0.01, le=10**12, description="Of the machine.")
    watts: float | None = Field(None, ge=0.1, le=10**6, description="Drawn while it works.")
    speed: float | None = Field(None, ge=0.001, le=10**7, description="Output tokens a second.")
    prefill: float | None = Field(None, ge=0.001, le=10**8, description="Prompt tokens a second.")
    cloud_input: float | None = Field(
        None, ge=0, le=10**9, description="Offered to you, for a million tokens."
    )
    cloud_output: float | None = Field(
        None, ge=0, le=10**9, description="Offered to you, for a million tokens."
    )
    board: str | None = Field(
        None, max_length=200, description="Whose Elo counts; the first when left out."
    )
    elo: float | None = Field(None, ge=-10_000, le=10_000, description="Least Elo.")
    profile: str | None = Field(
        None, max_length=40, description="Whose sovereignty; `eu-organisation` when left out."
    )
    level: Level | None = Field(None, description="Least level of sovereignty.")
    score: float | None = Field(None, ge=0, le=100, description="Least score of sovereignty.")
    deployment: str | None = Field(
        None, max_length=400, description="Whose figures prefill the machine."
    )
    tolerance: float | None = Field(
        None, ge=0, le=100, description="Per cent by which costs may differ and still be equal."
    )

    @property
    def stated(self) -> dict[str, str]:
        """Return what is stated, as the query of a URL has it."""
        return {name: str(value) for name, value in self.model_dump(exclude_none=True).items()}


class CalculatorParameters(Parameters):
    """The query of the calculator; any of the last five asks for a plan of two deployments."""

    share: float | None = Field(
        None, ge=1, le=99, description="Per cent of the tokens for the second; 50 when left out."
    )
    first: str | None = Field(
        None,
        max_length=400,
        description="Deployment; the offer, else the cheapest tokens, when left out.",
    )
    second: str | None = Field(
        None, max_length=400, description="Deployment; your machine when left out."
    )
    first_mix: str | None = Field(
        None, max_length=40, description="Mix in whose proportions the first part's tokens are."
    )
    second_mix: str | None = Field(None, max_length=40, description="The same of the second.")
