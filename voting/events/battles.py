"""Facts about battles. No event names a hidden model before the event that closes its battle."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from arena.eventstore.domain import DomainEvent

Mode = Literal["battle", "side_by_side", "direct"]
"""Blind and counted; two chosen models, never counted; one chosen model, without a vote."""
Side = Literal["a", "b"]
Source = Literal["web", "api"]
VoidReason = Literal[
    "timeout",
    "disconnected",
    "empty",
    "provider_error",
    "refused_target",
    "too_long",
    "identity_leak",
    "interrupted",
    "abandoned",
]
ErasureReason = Literal["erasure", "moderation"]


def battle_stream(battle_id: UUID) -> str:
    """Return the stream of one battle."""
    return f"battle-{battle_id}"


@dataclass(frozen=True, kw_only=True)
class BattleStarted(DomainEvent):
    """A prompt was sent to two models, or to one. Texts lie in content rows, which can be blanked.

    A commitment is the SHA-256 of a salt and what is committed to (commitments.py).
    """

    board: str
    mode: Mode
    voter: str
    """Pseudonym within this arena."""
    source: Source
    consent_version: str
    publish_prompt: bool
    speed_hidden: bool
    """Whether both answers were shown at the pace of the slower one."""
    assignment_commitment: str
    """To the two deployments and the probability of the pair; the closing event opens it."""
    prompt_content_id: UUID
    prompt_commitment: str
    system_content_id: UUID | None
    system_commitment: str | None
    image_content_id: UUID | None
    image_commitment: str | None
    language: str | None
    """BCP 47, as detected."""
    categories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BattleContinued(DomainEvent):
    """The voter sent both models another prompt; `turn` counts from 1, so this is 2 or more."""

    turn: int
    prompt_content_id: UUID
    prompt_commitment: str


@dataclass(frozen=True, kw_only=True)
class AnswersDelivered(DomainEvent):
    """Every answer of a turn is complete and stored. In a direct chat there is no side b.

    Times are the server's: to the first token from the moment the request was sent, generation
    from the first token to the last. Costs are by the price as it was, energy by the power as it
    was declared; None where the provider or the registry says nothing.
    """

    turn: int
    answer_content_id_a: UUID
    answer_commitment_a: str
    prompt_tokens_a: int | None
    output_tokens_a: int | None
    time_to_first_token_ms_a: int
    generation_ms_a: int
    cost_usd_nanos_a: int | None
    energy_millijoules_a: int | None
    finish_reason_a: str
    style_tokens_a: int
    headers_a: int
    list_items_a: int
    bold_a: int
    answer_content_id_b: UUID | None
    answer_commitment_b: str | None
    prompt_tokens_b: int | None
    output_tokens_b: int | None
    time_to_first_token_ms_b: int | None
    generation_ms_b: int | None
    cost_usd_nanos_b: int | None
    energy_millijoules_b: int | None
    finish_reason_b: str | None
    style_tokens_b: int | None
    headers_b: int | None
    list_items_b: int | None
    bold_b: int | None


@dataclass(frozen=True, kw_only=True)
class OpenedAssignment:
    """Which deployments answered: what `assignment_commitment` of the battle stands for."""

    board: str
    mode: Mode
    model_a: str
    model_b: str | None
    deployment_a: str
    deployment_b: str | None
    pair_probability_ppb: int | None
    """Probability with which the pair was drawn, in parts per billion; None where it was chosen."""
    assignment_salt: str


@dataclass(frozen=True, kw_only=True)
class BattleVoided(OpenedAssignment, DomainEvent):
    """A battle that cannot count: an answer failed, gave its model away, or nobody came back."""

    turn: int
    reason: VoidReason
    side: Side | None
    """Whose answer it was; None when it was neither's."""


@dataclass(frozen=True, kw_only=True)
class BattleSkipped(OpenedAssignment, DomainEvent):
    """The voter preferred not to say."""

    turn: int


@dataclass(frozen=True, kw_only=True)
class ContentErased(DomainEvent):
    """Texts of a battle were blanked; what is committed to them can no longer be checked."""

    content_ids: tuple[UUID, ...]
    reason: ErasureReason
