"""Public fields of events about model facts, names, lanes and badges: roles, never people."""

from datetime import date

from pydantic import Field

from arena.api.event_data import EventData
from benchmarks.events import (
    Author,
    Badge,
    BadgeAwarded,
    BadgeKind,
    BadgeReason,
    BadgeWithdrawn,
    LaneRegistered,
    LaneScored,
    LaneScoreKind,
    Modality,
    ModelFactsStated,
    ModelNameDecided,
    ModelNameSeen,
    NameDecision,
    NameOrigin,
    NameReason,
)


class ModelFactsStatedData(EventData):
    """A source states facts about a model."""

    slug: str
    total_parameters: int | None
    active_parameters: int | None = Field(description="That work on one token.")
    context_tokens: int | None
    input_modalities: tuple[Modality, ...]
    base_model: str | None
    source_name: str
    source_url: str | None
    stated_on: date


class ModelNameSeenData(EventData):
    """Something was measured under a name that no model is registered by."""

    slug: str
    name: str
    origin: NameOrigin


class ModelNameDecidedData(EventData):
    """A moderator said what a name means."""

    slug: str
    decision: NameDecision
    into: str | None = Field(description="Slug of the model that it is another name of.")
    reason: NameReason
    decided_by: Author = Field(description="The role; people are not public.")


class LaneRegisteredData(EventData):
    """A lane became known."""

    lane: str = Field(description="`variant::bench-version::article`.")
    title: str
    deployment_slug: str | None


class LaneScoredData(EventData):
    """Somebody scored a lane."""

    lane: str
    kind: LaneScoreKind
    stated_rank: int | None
    quality: float | None
    quality_unit: str
    tokens_per_second: float | None
    runs: int
    source_name: str
    source_url: str | None
    stated_on: date


class BadgeAwardedData(EventData):
    """A lane, model or deployment carries a badge."""

    kind: BadgeKind
    subject: str
    badge: Badge
    reason: BadgeReason
    stated_on: date
    awarded_by: Author = Field(description="The role; people are not public.")


class BadgeWithdrawnData(EventData):
    """It carries the badge no more."""

    kind: BadgeKind
    subject: str
    badge: Badge
    reason: BadgeReason
    withdrawn_by: Author = Field(description="The role; people are not public.")


LaneData = (
    ModelFactsStatedData
    | ModelNameSeenData
    | ModelNameDecidedData
    | LaneRegisteredData
    | LaneScoredData
    | BadgeAwardedData
    | BadgeWithdrawnData
)
LANES: dict[type, type[LaneData]] = {
    ModelFactsStated: ModelFactsStatedData,
    ModelNameSeen: ModelNameSeenData,
    ModelNameDecided: ModelNameDecidedData,
    LaneRegistered: LaneRegisteredData,
    LaneScored: LaneScoredData,
    BadgeAwarded: BadgeAwardedData,
    BadgeWithdrawn: BadgeWithdrawnData,
}
