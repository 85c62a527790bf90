"""Shapes of answers: boards, rows, models, the head of the log."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.events import Measures

SLUG = r"^[a-z0-9_-]{1,200}$"


class Answer(BaseModel):
    """Base of what is read off the results of queries."""

    model_config = ConfigDict(from_attributes=True)


class Board(Answer):
    """A board: votes on it are comparable with each other and with no other board."""

    slug: str
    name: str
    question: str = Field(description="What the table answers.")
    licence: str = Field(description="SPDX identifier of the licence of its votes.")
    attribution: str = Field(description="Who must be named; empty when nobody must.")
    opened_at: datetime
    position: int = Field(description="Position of the event that opened it.")


class BoardColumn(Answer):
    """A column of the table, and how to read it."""

    key: str
    title: str
    unit: str
    better: Literal["higher", "lower"] | None
    dimension: Literal["elo", "quality", "speed", "cost", "sovereign"] | None
    help: str
    digits: int = Field(description="Decimals shown.")


class BoardState(Answer):
    """What the rows were computed from."""

    position: int = Field(description="Position of the log that the rows stand for.")
    previous_position: int
    as_of: datetime | None = Field(description="When the event at `position` was recorded.")
    vote_count: int
    model_count: int = Field(description="Models with at least one vote.")
    formula_version: str
    anchor: str = Field(description="What fixes the zero of the scale.")


class BoardDetail(Board):
    """A board with its state and columns."""

    state: BoardState
    columns: list[BoardColumn]


class OfModel(BaseModel):
    """The rating of a whole model, Elo points, with its 95 % interval and votes."""

    value: float | None
    lower: float | None
    upper: float | None
    sample: int | None


class Cell(BaseModel):
    """A figure with what is needed to judge it. Without a value, `missing` says why."""

    value: bool | int | float | None
    lower: int | float | None = Field(description="Lower end of the 95 % interval.")
    upper: int | float | None = Field(description="Upper end of the 95 % interval.")
    sample: int | None = Field(description="Observations behind the figure.")
    counted: Literal["votes", "runs", "prices", "facts", "tasks"] = Field(
        description="What the observations are."
    )
    unit: str
    as_of: str | None = Field(description="ISO 8601 date or time.")
    kind: Literal["measured", "claim"] = Field(description="A claim is somebody else's figure.")
    approximate: bool
    source_name: str | None
    source_url: str | None
    note: str
    missing: str | None
    position: int | None = Field(description="Event that states it; null when it rests on many.")
    suffix: str = Field("", description="Words right after the figure, such as a level.")
    build: str = Field(
        "",
        description="Quantization whose votes alone a rating rests on; empty for the model's own.",
    )
    of_model: OfModel | None = Field(
        None, description="The model's rating, beside that of one of its builds."
    )
    result: str = Field(
        "", description="A result that is no figure, such as that no rate passes; `value` is null."
    )
    measures: Measures | None = Field(
        None, description="What a score measures: form, known answers, a judge, preferences."
    )
    variant: str | None = Field(
        None, description="Within what a score compares with others on its suite."
    )
    conditions: dict[str, str] = Field(
        {}, description="Under which the figure was made; empty where all of a column are alike."
    )
    not_comparable: str = Field(
        "", description="How they differ from those its column compares under; empty if it does."
    )


class ModelName(BaseModel):
    """How a model is called."""

    slug: str
    name: str


class Row(BaseModel):
    """One row of a board."""

    key: str
    order: int
    section: Literal["rated", "preliminary", "unrated", "measured", "claims"]
    tier: int | None
    rank_best: int | None = Field(description="Best rank within the 95 % intervals.")
    rank_worst: int | None = Field(description="Worst rank within the 95 % intervals.")
    model: ModelName
    deployment: str | None
    cells: dict[str, Cell] = Field(description="By column key.")


class ModelFact(Answer):
    """The newest statement of one fact about a model's weights."""

    source_name: str
    source_url: str | None
    stated_on: date
    position: int


class Model(Answer):
    """A model as last registered; null where nobody stated the fact."""

    slug: str
    name: str
    developer: str | None
    licence: str | None
    weights_open: bool | None
    family: str | None = Field(description="What its relatives are called together.")
    aliases: tuple[str, ...] = Field(description="Other names that would give it away.")
    position: int = Field(description="Position of the event that last registered it.")
    total_parameters: int | None = Field(None, description="All its weights.")
    active_parameters: int | None = Field(None, description="Weights that work on one token.")
    context_tokens: int | None = Field(None, description="Longest input and output together.")
    input_modalities: tuple[str, ...] = Field((), description="What it takes; empty if unsaid.")
    base_model: str | None = Field(None, description="What it was trained further from.")
    facts: dict[str, ModelFact] = Field(
        {}, description="Who states each of these five, by the name of the field."
    )


class Price(Answer):
    """What a deployment costs from a day on, in millionths of a US dollar for a million tokens."""

    input_usd_micros_per_million_tokens: int
    output_usd_micros_per_million_tokens: int
    source_name: str
    source_url: str | None
    effective_on: date
    position: int
    cached_input_usd_micros_per_million_tokens: int | None = Field(
        None, description="For prompt tokens from the operator's cache, where they cost less."
    )
    reasoning_usd_micros_per_million_tokens: int | None = Field(
        None, description="For hidden reasoning, where it has a price of its own."
    )


class Power(Answer):
    """What a deployment draws under load: the whole machine (`wall`) or its GPUs only."""

    watts: int
    scope: str
    source_name: str
    stated_on: date
    position: int


class Deployment(Answer):
    """A model as served in one place."""

    slug: str
    quantization: str | None
    engine: str | None
    hardware: str | None
    node_count: int | None
    operator: str | None
    position: int
    price: Price | None = None
    power: Power | None = None


class ExternalValue(Answer):
    """What one source last stated: a claim, never ranked."""

    deployment_slug: str
    metric: str
    value: float | None
    unit: str
    approximate: bool
    note: str
    source_name: str
    source_url: str | None
    stated_on: date
    position: int


class ModelRow(BaseModel):
    """A row of the model and the board it stands on."""

    board: str
    row: Row


class LogHead(Answer):
    """The newest event of the arena's log."""

    position: int = Field(description="0 for an empty log.")
    hash: str | None = Field(description="Chain hash, 64 hex digits; null for an empty log.")


Slug = Annotated[str, Field(pattern=SLUG)]
PRINTED = r"^[^\x00-\x1f\x7f]+$"
"""Text without control characters: no event and no query can hold a NUL."""
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTED)]
