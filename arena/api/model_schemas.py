"""Shapes of what is on record of a model."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from arena.api.compare_schemas import HeadToHead, RatingDifference
from arena.api.deployments import DeploymentRun
from arena.api.schemas import Answer, Deployment, ExternalValue, Model, ModelRow


class RatingPoint(Answer):
    """The rating in one fit, in Elo points, with the ends of its 95 % interval."""

    position: int
    made_at: datetime
    rating: float
    lower: float
    upper: float
    votes: int


class Happening(Answer):
    """Something beside votes that may have moved the rating."""

    position: int
    at: datetime | None
    words: str


class RatingHistory(BaseModel):
    """How the rating went on one board; of many fits evenly spaced ones."""

    board: str
    fits: int = Field(description="All that are kept of the board.")
    points: list[RatingPoint]
    happenings: list[Happening]


class Opponent(BaseModel):
    """The votes against another model, and what the ratings expect; null where one is not rated."""

    board: str
    model: str
    met: HeadToHead
    expected: RatingDifference | None
    is_as_expected: bool | None = Field(
        description="Whether the interval of the share won holds the share expected."
    )


class ServingRecipe(Answer):
    """How published runs served it, and the line that measures the same thing again."""

    manifest_sha256: str
    run_id: UUID = Field(description="The newest run of it.")
    deployment: str
    quantization: str | None
    engine: str
    engine_version: str | None
    image_digest: str | None
    profile: str
    runs: int
    counted: int = Field(description="Runs that count.")
    decode: float | None = Field(description="Median of those, tok/s.")
    line: str


class Incidents(BaseModel):
    """Runs that count nowhere for a reason, and void battles."""

    runs: list[DeploymentRun]
    void_battles: dict[str, int] = Field(description="By reason, whichever side failed.")


class Source(Answer):
    """Who states how many figures about it, and when last."""

    name: str
    url: str | None
    count: int
    last_on: date


class ModelDetail(Model):
    """A model with where it runs, what others say of it, its rows and what is on record."""

    deployments: list[Deployment]
    external_values: list[ExternalValue]
    rows: list[ModelRow]
    histories: list[RatingHistory] = Field(
        description="On the boards that are no parts of others, or on the one asked for."
    )
    opponents: list[Opponent] = Field(description="On the same boards, the most votes first.")
    recipes: list[ServingRecipe]
    incidents: Incidents
    sources: list[Source]
