"""Freeze a pack, so that its address says the same for ever, and read it again."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from arena.eventstore.domain import DomainError, IdempotencyConflict
from arena.tenancy.models import Tenant
from leaderboards.models import PackRequest, ProcurementPack
from leaderboards.procurement.contents import Pack, from_bytes, id_of, to_bytes

MAX_BYTES: Final = 4 * 1024 * 1024
"""Of the content: 50 candidates with all facts, notes and replies at their longest stay below."""


class UnknownPack(LookupError):
    """No pack of that id has been frozen in the arena."""


class DamagedPack(RuntimeError):
    """The stored bytes are not those that the id was made of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frozen:
    """A frozen pack; `content` are the bytes whose SHA-256 is its id."""

    pack_id: str
    pack: Pack
    content: bytes


def freeze(*, tenant: Tenant, pack: Pack) -> tuple[Frozen, bool]:
    """Keep a pack and return it, and whether it is new: the same content is the same pack.

    Raises DomainError for more than MAX_BYTES.
    """
    content = to_bytes(pack)
    if len(content) > MAX_BYTES:
        raise DomainError(
            f"The pack has {len(content)} bytes, at most {MAX_BYTES} are kept. Raise a floor."
        )
    kept = Frozen(pack_id=id_of(content), pack=pack, content=content)
    if ProcurementPack.objects.filter(tenant=tenant, pack_id=kept.pack_id).exists():
        return kept, False
    row = ProcurementPack(tenant=tenant, pack_id=kept.pack_id, content=content)
    ProcurementPack.objects.bulk_create([row], ignore_conflicts=True)
    return kept, True


def freeze_once(*, tenant: Tenant, pack: Pack, request_id: UUID) -> tuple[Frozen, bool]:
    """Freeze a pack for one request; the same request gets its first pack again.

    Raises IdempotencyConflict when the request asked something else before.
    """
    before = _of_request(tenant, request_id)
    if before is None:
        with transaction.atomic():
            kept, _ = freeze(tenant=tenant, pack=pack)
            row = PackRequest(tenant=tenant, request_id=request_id, pack_id=kept.pack_id)
            PackRequest.objects.bulk_create([row], ignore_conflicts=True)
        # Of two requests at once the first one has decided.
        before = _of_request(tenant, request_id)
        if before == kept.pack_id:
            return kept, True
    first = frozen(tenant=tenant, pack_id=before or "")
    if first.pack.query != pack.query:
        raise IdempotencyConflict("another pack was asked for under this key")
    return first, False


def frozen(*, tenant: Tenant, pack_id: str) -> Frozen:
    """Return a frozen pack; raise UnknownPack, or DamagedPack when its bytes have changed."""
    row = ProcurementPack.objects.filter(tenant=tenant, pack_id=pack_id).first()
    if row is None:
        raise UnknownPack(f"no procurement pack has the id {pack_id[:64]}")
    content = bytes(row.content)
    if id_of(content) != pack_id:
        raise DamagedPack(f"procurement pack {pack_id}: the stored bytes have another SHA-256")
    return Frozen(pack_id=pack_id, pack=from_bytes(content), content=content)


def is_frozen(*, tenant: Tenant, pack_id: str) -> bool:
    """Return whether this very content has been frozen."""
    return ProcurementPack.objects.filter(tenant=tenant, pack_id=pack_id).exists()


def _of_request(tenant: Tenant, request_id: UUID) -> str | None:
    row = PackRequest.objects.filter(tenant=tenant, request_id=request_id).first()
    return row.pack_id if row else None
