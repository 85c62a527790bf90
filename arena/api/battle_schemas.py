"""Shapes of battles: what is sent, and what is shown before and after the names are known."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool, StrictInt

from arena.api.schemas import Slug, Text
from voting.commands.ballots import MAX_COMMENT_CHARACTERS
from voting.commands.prompts import MAX_PROMPT_CHARACTERS, MAX_SYSTEM_CHARACTERS
from voting.events import Mode, Side, VoidReason, Winner
from voting.state import MAX_TURNS, Status
from voting.text.categories import Category
from voting.voters import CONSENT_VERSION

Reason = Literal[
    "useful", "complete", "clear", "creative", "wrong", "shallow", "ignored_instructions"
]
PromptText = Annotated[
    str,
    Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS, description="What both models answer."),
]
LanguageTag = Annotated[
    str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", description="BCP 47.")
]
Categories = Annotated[list[Category], Field(max_length=20)]


def _with_example(**example: JsonValue) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class NewBattle(BaseModel):
    """A prompt for two hidden models."""

    model_config = _with_example(
        board="text",
        prompt="Why is the sky blue?",
        consent_version=CONSENT_VERSION,
        voter="4711",
    )

    board: Slug
    prompt: PromptText
    system: Annotated[str, Field(min_length=1, max_length=MAX_SYSTEM_CHARACTERS)] | None = Field(
        None, description="System prompt for both models."
    )
    voter: Text | None = Field(
        None,
        description="Your id of the person who votes. Only a pseudonym of it is kept. "
        "Without it the key itself is the voter.",
    )
    consent_version: Text = Field(
        description="Version of the terms that the voter agreed to: see `battles/terms`."
    )
    publish_prompt: StrictBool = Field(
        False, description="Whether the voter lets the prompt be published."
    )
    speed_hidden: StrictBool = Field(
        True, description="Stream both answers at the pace of the slower one."
    )


class NewTurn(BaseModel):
    """Another prompt for the same two models."""

    model_config = _with_example(turn=2, prompt="And at sunset?")

    turn: Annotated[StrictInt, Field(ge=2, le=MAX_TURNS)] = Field(
        description="Its number: one more than the battle's `turn`."
    )
    prompt: PromptText


class NewBallot(BaseModel):
    """The vote of a battle."""

    model_config = _with_example(winner="model_a", reasons=["clear"])

    winner: Winner = Field(description="`model_a` is side a, `model_b` side b.")
    reasons: Annotated[list[Reason], Field(max_length=20)] = Field(
        default_factory=list, description="What the vote was about."
    )
    comment: Annotated[str, Field(max_length=MAX_COMMENT_CHARACTERS)] | None = Field(
        None, description="Never published."
    )
    categories: Categories | None = Field(
        None, description="Instead of the detected ones; null leaves those."
    )
    language: LanguageTag | None = Field(
        None, description="Instead of the detected one; null leaves that."
    )


class Filing(BaseModel):
    """Where a vote belongs."""

    model_config = _with_example(categories=["maths"], language="en")

    categories: Categories
    language: LanguageTag | None = Field(description="Null when it is in none.")


class Figures(BaseModel):
    """What an answer took. Null where the provider or the registry says nothing."""

    prompt_tokens: int | None
    output_tokens: int | None
    time_to_first_token_ms: int = Field(description="From the request sent to the first token.")
    generation_ms: int = Field(description="From the first token to the last.")
    cost_usd_nanos: int | None = Field(description="Billionths of a US dollar.")
    energy_millijoules: int | None = Field(description="By the declared power of the machine.")
    finish_reason: str


class SideAnswer(BaseModel):
    """One side's answer of a turn."""

    text: str | None = Field(description="Null until both are complete, and after erasure.")
    figures: Figures | None = Field(
        description="Null while the battle is open: they would tell the models apart."
    )


class Turn(BaseModel):
    """One prompt and its two answers."""

    turn: int
    prompt: str | None = Field(description="Null after erasure.")
    a: SideAnswer
    b: SideAnswer


class OpenedSide(BaseModel):
    """Who answered on one side."""

    model: str = Field(description="Slug of the model.")
    deployment: str = Field(description="Slug of the deployment.")


class Opponents(BaseModel):
    """Who answered, and what opens the commitment of the event that started the battle."""

    a: OpenedSide
    b: OpenedSide
    pair_probability_ppb: int | None = Field(description="In parts per billion.")
    assignment_salt: str


class Void(BaseModel):
    """Why a battle does not count."""

    reason: VoidReason
    side: Side | None
    message: str


class BattleVote(BaseModel):
    """The vote of a battle."""

    winner: Winner
    reasons: list[str]
    comment: str | None = Field(description="Null without one, and after erasure.")
    position: int = Field(description="Position of its event in the log.")


class Battle(BaseModel):
    """A battle of this key. Names and figures are null until it is closed."""

    id: UUID
    board: str
    mode: Mode
    status: Status
    turn: int = Field(description="Number of the present turn, from 1.")
    turns: list[Turn]
    system: str | None
    started_at: datetime
    changed_at: datetime
    expires_at: datetime | None = Field(
        description="When it becomes void if nothing happens; null once it is closed."
    )
    language: str | None = Field(description="BCP 47.")
    categories: list[str]
    consent_version: str
    publish_prompt: bool
    speed_hidden: bool
    is_erased: bool = Field(description="Whether texts were blanked on request.")
    vote: BattleVote | None
    void: Void | None
    opponents: Opponents | None


class BattleBoard(BaseModel):
    """A board on which battles can be started now."""

    slug: str
    name: str
    licence: str = Field(description="SPDX identifier of the licence of its votes.")
    model_count: int


class BattleTerms(BaseModel):
    """What a voter must agree to before the first prompt is sent, and what can be sent."""

    consent_version: str
    terms: list[str] = Field(description="What to show to the voter, a sentence each.")
    boards: list[BattleBoard] = Field(description="Oldest first.")
    reasons: list[str]
    categories: list[str]
    max_prompt_characters: int
    max_system_characters: int
    max_comment_characters: int
    max_turns: int
    lifetime_s: int = Field(description="An open battle is void after so long without an event.")
