"""Dispute a cell, resolve a dispute, erase what somebody wrote to theirs."""

from typing import Final, get_args
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from arena.eventstore import store
from arena.eventstore.domain import DomainError
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from leaderboards.disputes import CellKey
from leaderboards.events import (
    CellDisputed,
    DisputeReason,
    DisputeResolution,
    DisputeResolved,
    dispute_stream,
)
from leaderboards.models import Dispute, DisputeText
from voting.commitments import commitment, new_salt

TEXT_MAX: Final = 2_000
"""Characters of what somebody writes to a dispute."""
OPEN_MAX: Final = 20
"""Open disputes of one reader in an arena."""


class UnknownDispute(LookupError):
    """The cell has no dispute of that id."""


def dispute_cell(
    *,
    tenant: Tenant,
    board: str,
    cell: CellKey,
    reason: DisputeReason,
    text: str,
    seen_position: int,
    event_position: int | None,
    reader: str,
) -> UUID:
    """Dispute a cell and return the dispute's id; that of an open one if they have it already.

    The event commits to the text; the text itself lies beside the log. That board, cell and event
    exist is the caller's to check. Raises DomainError for an unknown reason, a text that is too
    long, or too many open disputes; ConcurrencyError when others dispute the cell right now.
    """
    _check(tenant, reason, text, reader)
    stream = dispute_stream(board=board, row=cell.row, column=cell.column)
    history = store.read_stream(tenant=tenant, stream=stream)
    for disputed in _open(history):
        if (disputed.disputed_by, disputed.reason) == (reader, reason):
            return disputed.dispute_id
    dispute_id, salt, text = uuid4(), new_salt(), text.strip()
    event = CellDisputed(
        dispute_id=dispute_id,
        board=board,
        row=cell.row,
        column=cell.column,
        reason=reason,
        seen_position=seen_position,
        event_position=event_position,
        text_commitment=commitment(salt=salt, content=text) if text else None,
        disputed_by=reader,
    )
    with transaction.atomic():
        store.append(
            tenant=tenant,
            stream=stream,
            events=[event],
            expected_version=len(history),
            actor=reader,
        )
        if text:
            DisputeText.objects.create(
                tenant=tenant, dispute_id=dispute_id, written_by=reader, text=text, salt=salt
            )
    return dispute_id


def resolve_dispute(
    *,
    tenant: Tenant,
    board: str,
    cell: CellKey,
    dispute_id: UUID,
    resolution: DisputeResolution,
    actor: str,
) -> None:
    """Decide a dispute; nothing happens when it was decided just so already.

    Raises UnknownDispute, and DomainError for an unknown resolution or one that differs from the
    one there is: what was decided stays, a new dispute may follow.
    """
    if resolution not in get_args(DisputeResolution):
        raise DomainError(
            f"{resolution[:40]!r} resolves nothing: {', '.join(get_args(DisputeResolution))}"
        )
    stream = dispute_stream(board=board, row=cell.row, column=cell.column)
    history = store.read_stream(tenant=tenant, stream=stream)
    mine = [stored.event for stored in history if stored.data["dispute_id"] == str(dispute_id)]
    if not mine:
        raise UnknownDispute(f"no dispute {dispute_id} of this cell")
    if isinstance(decided := mine[-1], DisputeResolved):
        if decided.resolution == resolution:
            return
        raise DomainError(f"it is resolved already: {decided.resolution}")
    store.append(
        tenant=tenant,
        stream=stream,
        events=[
            DisputeResolved(
                dispute_id=dispute_id,
                board=board,
                row=cell.row,
                column=cell.column,
                resolution=resolution,
                resolved_by=actor,
            )
        ],
        expected_version=len(history),
        actor=actor,
    )


def erase_reader(*, tenant: Tenant, reader: str) -> int:
    """Blank what somebody wrote to their disputes and return how many texts that were.

    The salts go with the texts, so that what the log commits to can no longer be guessed.
    """
    texts = DisputeText.objects.filter(tenant=tenant, written_by=reader, erased_at=None)
    return texts.update(text=None, salt=None, erased_at=timezone.now())


def _check(tenant: Tenant, reason: str, text: str, reader: str) -> None:
    if reason not in get_args(DisputeReason):
        known = ", ".join(get_args(DisputeReason))
        raise DomainError(f"{reason[:40]!r} is no reason of a dispute. Reasons: {known}.")
    if len(text) > TEXT_MAX or "\x00" in text:
        raise DomainError(f"The text has {len(text):,} characters; {TEXT_MAX:,} without NUL do.")
    mine = Dispute.objects.filter(tenant=tenant, disputed_by=reader, resolution=None)
    if mine.count() >= OPEN_MAX:
        raise DomainError(f"You have {OPEN_MAX} open disputes; wait until one is resolved.")


def _open(history: list[StoredEvent]) -> list[CellDisputed]:
    found: dict[UUID, CellDisputed] = {}
    for stored in history:
        match stored.event:
            case CellDisputed() as disputed:
                found[disputed.dispute_id] = disputed
            case DisputeResolved() as resolved:
                found.pop(resolved.dispute_id)
    return list(found.values())
