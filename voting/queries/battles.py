"""Read a battle, its texts and its hidden names; and the battles of a voter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, Q

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from voting import models, state
from voting.events import battle_stream
from voting.state import UnknownBattle

OpenStatus = Literal["answering", "ready"]
Kind = Literal["prompt", "system", "image", "answer_a", "answer_b", "comment"]


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignmentInfo:
    """Who answers a battle; secret until it is closed. Side b is None in a direct chat."""

    model_a: str
    model_b: str | None
    deployment_a: str
    deployment_b: str | None
    pair_probability_ppb: int | None
    salt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnTexts:
    """The texts of one turn; None where not written yet, or erased."""

    turn: int
    prompt: str | None
    answer_a: str | None
    answer_b: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """All texts of a battle, oldest turn first. `is_erased` when any of them was blanked."""

    system: str | None
    image: bytes | None
    comment: str | None
    turns: tuple[TurnTexts, ...]
    is_erased: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class BattleSummary:
    """A battle in a list; names are None while it is open."""

    id: UUID
    board: str
    mode: str
    status: str
    turn: int
    started_at: datetime
    changed_at: datetime
    language: str | None
    categories: tuple[str, ...]
    winner: str | None
    void_reason: str | None
    model_a: str | None
    model_b: str | None
    position: int


def battle(*, tenant: Tenant, battle_id: UUID, voter: str | None = None) -> state.Battle:
    """Return a battle from its own events, which never lag; raise UnknownBattle.

    With `voter`, a battle of anybody else is as unknown as one that never was.
    """
    history = reader.read_stream(tenant_id=tenant.pk, stream=battle_stream(battle_id))
    found = state.fold(history)
    if voter is not None and found.started.voter != voter:
        raise UnknownBattle("there is no such battle")
    return found


def assignment(*, tenant: Tenant, battle_id: UUID) -> AssignmentInfo:
    """Return who answers a battle, for those who call the models; raise UnknownBattle."""
    row = models.Assignment.objects.filter(tenant=tenant, battle_id=battle_id).first()
    if row is None:
        raise UnknownBattle("there is no such battle")
    return AssignmentInfo(
        model_a=row.model_a,
        model_b=row.model_b,
        deployment_a=row.deployment_a,
        deployment_b=row.deployment_b,
        pair_probability_ppb=row.pair_probability_ppb,
        salt=row.salt,
    )


def conversation(*, tenant: Tenant, battle_id: UUID) -> Conversation:
    """Return the texts of a battle, whoever asks: callers check whose it is."""
    rows = list(models.Content.objects.filter(tenant=tenant, battle_id=battle_id))
    text_of = {(row.kind, row.turn): row.text for row in rows}
    images = [bytes(row.image) for row in rows if row.kind == "image" and row.image is not None]
    turns = sorted({row.turn for row in rows if row.kind == "prompt"})
    return Conversation(
        system=text_of.get(("system", 1)),
        image=images[0] if images else None,
        comment=next((row.text for row in rows if row.kind == "comment"), None),
        turns=tuple(
            TurnTexts(
                turn=turn,
                prompt=text_of.get(("prompt", turn)),
                answer_a=text_of.get(("answer_a", turn)),
                answer_b=text_of.get(("answer_b", turn)),
            )
            for turn in turns
        ),
        is_erased=any(row.erased_at is not None for row in rows),
    )


def battles_of_voter(
    *, tenant: Tenant, voter: str, limit: int, offset: int = 0
) -> list[BattleSummary]:
    """Return a voter's battles, newest first; as far as the projection has come."""
    rows = models.Battle.objects.filter(tenant=tenant, voter=voter).order_by("-started_at", "-id")
    return [_summary(row) for row in rows[offset : offset + limit]]


def open_battles(
    *, tenant: Tenant, status: OpenStatus, changed_before: datetime
) -> list[BattleSummary]:
    """Return battles in which nothing has happened since then, longest first."""
    rows = models.Battle.objects.filter(
        tenant=tenant, status=status, changed_at__lt=changed_before
    ).order_by("changed_at")
    return [_summary(row) for row in rows]


def voided_battles(*, tenant: Tenant, model: str) -> dict[str, int]:
    """Return how many battles with a model are void, by reason, the most frequent first.

    Only battles that count otherwise: in a chosen pair or a chat nothing is rated.
    """
    rows = (
        models.Battle.objects.filter(
            Q(model_a=model) | Q(model_b=model), tenant=tenant, status="void", mode="battle"
        )
        .values_list("void_reason")
        .annotate(battles=Count("id"))
        .order_by("-battles", "void_reason")
    )
    return dict(rows)


def battle_ids_of_voter(*, tenant: Tenant, voter: str) -> Iterator[UUID]:
    """Return the ids of all battles of a voter, for erasing them."""
    rows = models.Battle.objects.filter(tenant=tenant, voter=voter).order_by("position")
    return rows.values_list("id", flat=True).iterator()


def _summary(row: models.Battle) -> BattleSummary:
    return BattleSummary(
        id=row.id,
        board=row.board,
        mode=row.mode,
        status=row.status,
        turn=row.turn,
        started_at=row.started_at,
        changed_at=row.changed_at,
        language=row.language,
        categories=tuple(row.categories),
        winner=row.winner,
        void_reason=row.void_reason,
        model_a=row.model_a,
        model_b=row.model_b,
        position=row.position,
    )
