"""Which fields of the events about boards, battles and votes the public may read.

While a battle is open its events show nothing by which its two models could be told apart: no
length, no time, no cost. The event that closes it names them, and its salt opens the commitment
that the battle started with.
"""

from datetime import datetime

from pydantic import Field

from arena.api.event_data import EventData
from voting.events import (
    AnswersDelivered,
    BattleContinued,
    BattleSkipped,
    BattleStarted,
    BattleVoided,
    BoardOpened,
    ContentErased,
    ContestantEntered,
    ContestantRetired,
    ContestantReweighted,
    ErasureReason,
    Mode,
    RatingPolicySet,
    Side,
    Source,
    TiePolicy,
    VoidReason,
    VoteCast,
    VoteRecategorised,
    VoteRecorded,
    Winner,
)

_LANGUAGE = Field(description="BCP 47.")
_LEFT = Field(description="Slug of the model shown on the left.")
_PROBABILITY = Field(
    description="Probability of the pair in parts per billion; null where it was chosen."
)
_SALT = Field(description="With deployments and probability: `assignment_commitment`.")


class BoardOpenedData(EventData):
    """A board was opened."""

    slug: str
    name: str
    question: str
    licence: str = Field(description="SPDX identifier of the licence of its votes.")
    attribution: str = Field(description="Who must be named; empty when nobody must.")


class RatingPolicySetData(EventData):
    """How a board and its categories are rated from here on."""

    board: str
    ties: TiePolicy = Field(description="A tie is half a win for both, or no vote at all.")
    both_bad: TiePolicy
    reweight_below: int | None = Field(
        description="Votes of a pair weigh 1 / max(votes of the pair, this); null: each weighs 1."
    )
    preliminary_below: int = Field(description="Models with fewer votes have no tier.")
    reason: str


class ContestantEnteredData(EventData):
    """A deployment takes part in the battles of a board."""

    board: str
    deployment_slug: str
    model_slug: str
    weight: float = Field(description="How often it is drawn, relative to the others.")


class ContestantReweightedData(EventData):
    """A deployment is drawn more or less often."""

    board: str
    deployment_slug: str
    weight: float = Field(description="How often it is drawn, relative to the others.")
    reason: str


class ContestantRetiredData(EventData):
    """A deployment is no longer drawn."""

    board: str
    deployment_slug: str
    reason: str


class BattleStartedData(EventData):
    """A prompt was sent to models whose names are hidden. Who sent it is not public."""

    board: str
    mode: Mode
    source: Source
    consent_version: str
    publish_prompt: bool
    speed_hidden: bool = Field(description="Whether both answers were shown at one pace.")
    assignment_commitment: str = Field(description="SHA-256; the event that closes it opens it.")
    prompt_commitment: str
    system_commitment: str | None
    image_commitment: str | None
    language: str | None = _LANGUAGE
    categories: tuple[str, ...]


class BattleContinuedData(EventData):
    """Another prompt was sent to the same models."""

    turn: int
    prompt_commitment: str


class AnswersDeliveredData(EventData):
    """The answers of a turn are complete. Their figures could tell the models apart."""

    turn: int
    answer_commitment_a: str
    answer_commitment_b: str | None


class OpenedAssignmentData(EventData):
    """Who answered a battle that is closed."""

    board: str
    mode: Mode
    model_a: str = _LEFT
    model_b: str | None
    deployment_a: str
    deployment_b: str | None
    pair_probability_ppb: int | None = _PROBABILITY
    assignment_salt: str = _SALT
    turn: int


class BattleVoidedData(OpenedAssignmentData):
    """A battle that does not count."""

    reason: VoidReason
    side: Side | None = Field(description="Whose answer it was; null when it was neither's.")


class BattleSkippedData(OpenedAssignmentData):
    """The voter preferred not to say."""


class CountedVoteData(EventData):
    """What is counted of a vote in a battle; answers are measured over all their turns."""

    board: str
    mode: Mode = Field(description="Only `battle` counts.")
    model_a: str = _LEFT
    model_b: str
    winner: Winner
    style_tokens_a: int
    style_tokens_b: int
    headers_a: int
    headers_b: int
    list_items_a: int
    list_items_b: int
    bold_a: int
    bold_b: int


class VoteCastData(CountedVoteData):
    """The voter of a battle preferred an answer. The voter's pseudonym is not public."""

    deployment_a: str
    deployment_b: str
    pair_probability_ppb: int | None = _PROBABILITY
    assignment_salt: str = _SALT
    turns: int
    language: str | None = _LANGUAGE
    categories: tuple[str, ...]
    speed_hidden: bool
    reasons: tuple[str, ...]
    reading_ms: int = Field(description="From the complete answers to the vote.")


class VoteRecategorisedData(CountedVoteData):
    """A vote was filed under other categories or another language."""

    language_before: str | None = _LANGUAGE
    language_after: str | None = _LANGUAGE
    categories_before: tuple[str, ...]
    categories_after: tuple[str, ...]


class ContentErasedData(EventData):
    """Texts of a battle were blanked: what was committed to can no longer be checked."""

    reason: ErasureReason


class VoteRecordedData(EventData):
    """A person preferred one of two answers. The voter's pseudonym is not public."""

    board: str
    model_a: str = _LEFT
    model_b: str
    winner: Winner
    voted_at: datetime | None
    language: str | None = _LANGUAGE
    category: str | None
    turn: int | None
    anonymous: bool = Field(description="Whether names were hidden until the vote.")
    source: str


VotingData = (
    BoardOpenedData
    | RatingPolicySetData
    | ContestantEnteredData
    | ContestantReweightedData
    | ContestantRetiredData
    | BattleStartedData
    | BattleContinuedData
    | AnswersDeliveredData
    | BattleVoidedData
    | BattleSkippedData
    | VoteCastData
    | VoteRecategorisedData
    | ContentErasedData
    | VoteRecordedData
)
VOTING: dict[type, type[VotingData]] = {
    BoardOpened: BoardOpenedData,
    RatingPolicySet: RatingPolicySetData,
    ContestantEntered: ContestantEnteredData,
    ContestantReweighted: ContestantReweightedData,
    ContestantRetired: ContestantRetiredData,
    BattleStarted: BattleStartedData,
    BattleContinued: BattleContinuedData,
    AnswersDelivered: AnswersDeliveredData,
    BattleVoided: BattleVoidedData,
    BattleSkipped: BattleSkippedData,
    VoteCast: VoteCastData,
    VoteRecategorised: VoteRecategorisedData,
    ContentErased: ContentErasedData,
    VoteRecorded: VoteRecordedData,
}
