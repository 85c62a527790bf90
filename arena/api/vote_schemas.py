"""Shapes of a vote that was cast elsewhere, and of its receipt."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt

from arena.api.schemas import Slug, Text
from voting.events import Winner

_VOTED_AT_EARLIEST = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
_VOTED_AT_LATEST = datetime.fromisoformat("9000-01-01T00:00:00+00:00")


def _only_text(value: Any) -> Any:
    """Refuse the numbers that pydantic would take for Unix times."""
    if value is not None and not isinstance(value, str):
        raise ValueError("Input should be an ISO 8601 time with an offset")
    return value


class NewVote(BaseModel):
    """A vote that was cast elsewhere with both names hidden."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "board": "text",
                    "model_a": "alpha",
                    "model_b": "beta",
                    "winner": "model_a",
                    "voter": "4711",
                    "voted_at": "2026-11-20T12:00:00+01:00",
                    "language": "de",
                    "category": "maths",
                    "turn": 1,
                }
            ]
        },
    )

    board: Slug
    model_a: Slug = Field(description="Slug of the model shown on the left.")
    model_b: Slug = Field(description="Slug of the other model.")
    winner: Winner
    voter: Text | None = Field(
        None, description="Your id of the voter. Only a pseudonym of it is kept."
    )
    voted_at: (
        Annotated[
            AwareDatetime,
            BeforeValidator(_only_text),
            Field(ge=_VOTED_AT_EARLIEST, lt=_VOTED_AT_LATEST),
        ]
        | None
    ) = Field(None, description="When it was cast, ISO 8601 with offset.")
    language: (
        Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] | None
    ) = Field(None, description="BCP 47, such as `de` or `pt-BR`.")
    category: Text | None = None
    turn: Annotated[StrictInt, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="Turn of the conversation that was judged, from 1."
    )


class VoteReceipt(BaseModel):
    """Where the vote stands in the log."""

    event_id: UUID
    position: int
    recorded_at: datetime
