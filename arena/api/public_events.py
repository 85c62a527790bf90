"""Which events the public may read, and which of their fields.

PUBLIC is the whole allow-list. An event type, or a field, that is not in it stays private.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, cast
from uuid import UUID

from pydantic import BaseModel, Field

from arena.api.dispute_events import DISPUTES, DisputeData
from arena.api.event_data import EventData
from arena.api.lane_events import LANES, LaneData
from arena.api.run_events import RUNS, RunData
from arena.api.score_events import SCORES, ScoreData
from arena.api.sovereignty_events import SOVEREIGNTY, SovereigntyData
from arena.api.voting_events import VOTING, VotingData
from arena.eventstore.domain import DomainEvent
from arena.eventstore.queries import Digests
from arena.eventstore.reader import StoredEvent
from benchmarks.events import (
    DeploymentPowerDeclared,
    DeploymentPriced,
    DeploymentRegistered,
    ExternalValueStated,
    HardwarePriced,
    Metric,
    ModelRegistered,
    PowerScope,
    SeedClaimStated,
    SeedMetric,
)
from workers.events import EndpointChanged, EndpointRegistered, EndpointRetired


class ModelRegisteredData(EventData):
    """A model became known."""

    slug: str
    name: str
    developer: str | None
    licence: str | None
    weights_open: bool | None
    family: str | None = Field(description="What its relatives are called together.")
    aliases: tuple[str, ...] = Field(description="Other names that would give it away.")


class DeploymentRegisteredData(EventData):
    """A model as served in one place became known."""

    slug: str
    model_slug: str
    quantization: str | None
    engine: str | None
    hardware: str | None
    node_count: int | None
    operator: str | None


class DeploymentPricedData(EventData):
    """What a deployment costs from a day on."""

    deployment_slug: str
    input_usd_micros_per_million_tokens: int = Field(description="Millionths of a US dollar.")
    output_usd_micros_per_million_tokens: int = Field(description="Millionths of a US dollar.")
    source_name: str
    source_url: str | None
    effective_on: date
    cached_input_usd_micros_per_million_tokens: int | None = Field(
        description="For prompt tokens that the operator has in its cache."
    )
    reasoning_usd_micros_per_million_tokens: int | None = Field(
        description="For hidden reasoning, where it does not cost what the answer costs."
    )


class HardwarePricedData(EventData):
    """What the machines of a deployment, all nodes together, cost to buy."""

    deployment_slug: str
    usd_micros: int = Field(description="Millionths of a US dollar.")
    months: int = Field(description="Over which it is written off.")
    source_name: str
    source_url: str | None
    stated_on: date


class DeploymentPowerDeclaredData(EventData):
    """What a deployment draws under load."""

    deployment_slug: str
    watts: int
    scope: PowerScope = Field(description="At the wall socket, or of the GPUs alone.")
    source_name: str
    stated_on: date


class EndpointRegisteredData(EventData):
    """A deployment became reachable for battles. Where it is reached is not public."""

    deployment_slug: str
    model_slug: str
    accepts_images: bool
    context_tokens: int | None
    max_output_tokens: int
    max_concurrent: int = Field(description="Answers at a time.")


class EndpointChangedData(EventData):
    """What an endpoint takes has changed."""

    deployment_slug: str
    accepts_images: bool
    context_tokens: int | None
    max_output_tokens: int
    max_concurrent: int = Field(description="Answers at a time.")


class EndpointRetiredData(EventData):
    """A deployment gives no more answers."""

    deployment_slug: str
    reason: str


class ExternalValueStatedData(EventData):
    """Somebody else published a value: a claim, never ranked."""

    deployment_slug: str
    metric: Metric
    value: float | None
    unit: str
    approximate: bool
    note: str
    source_name: str
    source_url: str | None
    stated_on: date


class SeedClaimStatedData(EventData):
    """A seed text states a number: a claim, never ranked."""

    seed: str = Field(description="Id of the text.")
    section: str
    deployment_slug: str | None
    subject: str = Field(description="What it is about where it is no deployment.")
    metric: SeedMetric
    value: float
    unit: str
    out_of: float | None = Field(description="Denominator of a score.")
    setting: str
    approximate: bool
    note: str
    source_name: str
    source_url: str | None
    stated_on: date


PublicData = (
    ModelRegisteredData
    | DeploymentRegisteredData
    | DeploymentPricedData
    | DeploymentPowerDeclaredData
    | HardwarePricedData
    | EndpointRegisteredData
    | EndpointChangedData
    | EndpointRetiredData
    | ExternalValueStatedData
    | SeedClaimStatedData
    | LaneData
    | RunData
    | ScoreData
    | SovereigntyData
    | VotingData
    | DisputeData
)
PUBLIC: dict[type[DomainEvent], type[PublicData]] = {
    ModelRegistered: ModelRegisteredData,
    DeploymentRegistered: DeploymentRegisteredData,
    DeploymentPriced: DeploymentPricedData,
    DeploymentPowerDeclared: DeploymentPowerDeclaredData,
    EndpointRegistered: EndpointRegisteredData,
    EndpointChanged: EndpointChangedData,
    EndpointRetired: EndpointRetiredData,
    ExternalValueStated: ExternalValueStatedData,
    SeedClaimStated: SeedClaimStatedData,
    HardwarePriced: HardwarePricedData,
    **LANES,
    **RUNS,
    **SCORES,
    **SOVEREIGNTY,
    **VOTING,
    **DISPUTES,
}
PUBLIC_TYPES = frozenset(cls.__name__ for cls in PUBLIC)
PublicType = Literal[
    "AnswersDelivered",
    "BadgeAwarded",
    "BadgeWithdrawn",
    "BattleContinued",
    "BattleSkipped",
    "BattleStarted",
    "BattleVoided",
    "BoardOpened",
    "CellDisputed",
    "ContentErased",
    "ContestantEntered",
    "ContestantRetired",
    "ContestantReweighted",
    "DeploymentPowerDeclared",
    "DeploymentPriced",
    "DeploymentRegistered",
    "DisputeResolved",
    "EndpointChanged",
    "EndpointRegistered",
    "EndpointRetired",
    "ExternalValueStated",
    "HardwarePriced",
    "LaneRegistered",
    "LaneScored",
    "ModelFactsStated",
    "ModelNameDecided",
    "ModelNameSeen",
    "ModelRegistered",
    "OperatorReplied",
    "RatingPolicySet",
    "RunPublished",
    "RunReproduced",
    "RunRetracted",
    "RunnerApproved",
    "ScoreRetracted",
    "ScoreStated",
    "SeedClaimStated",
    "SovereigntyFactReviewed",
    "SovereigntyFactSubmitted",
    "VoteCast",
    "VoteRecategorised",
    "VoteRecorded",
]


class PublicEvent(BaseModel):
    """One event of the log, without its private fields.

    `hash` is SHA-256 of the hash before it, position, stream version, time and `body_sha256`;
    the body covers private fields too, so its digest cannot be computed from `data` alone.
    """

    position: int = Field(description="Place in the arena's log, from 1 without gaps.")
    id: UUID
    type: PublicType
    type_version: int = Field(description="Version of the shape of `data`.")
    stream_version: int = Field(description="Place in the event's own stream, from 1.")
    recorded_at: datetime = Field(description="When the log took it, UTC, to the microsecond.")
    body_sha256: str = Field(description="SHA-256 of the whole body, 64 hex digits.")
    hash: str = Field(description="Link of the chain, 64 hex digits.")
    data: PublicData


def public_events(
    *, stored: Sequence[StoredEvent], digests: dict[int, Digests]
) -> list[PublicEvent]:
    """Return the public form of events whose types are all in PUBLIC_TYPES."""
    return [_public_event(event, digests[event.position]) for event in stored]


def _public_event(stored: StoredEvent, digests: Digests) -> PublicEvent:
    event = stored.event
    # Not validated: to find out which of all the shapes `data` has takes half a millisecond, and
    # it has just been made in the one of its type.
    return PublicEvent.model_construct(
        position=stored.position,
        id=stored.id,
        type=cast(PublicType, stored.type),
        type_version=event.VERSION,
        stream_version=stored.version,
        recorded_at=stored.recorded_at,
        body_sha256=digests.body_sha256.hex(),
        hash=digests.hash.hex(),
        data=PUBLIC[type(event)].model_validate(event),
    )
