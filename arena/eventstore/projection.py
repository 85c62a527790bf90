"""Projections fold events into read tables: exactly once, in order, stopping at a poison event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import QuerySet

from arena.eventstore import reader
from arena.eventstore.domain import DomainEvent
from arena.eventstore.models import Checkpoint
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant

log = structlog.get_logger(__name__)
LOCK_TIMEOUT_MS = 5_000
TRANSIENT = (OperationalError, InterfaceError)

Fold = Callable[[Tenant, Sequence[StoredEvent]], None]


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A fold, the events it wants and the tables it alone writes."""

    name: str
    fold: Fold
    types: frozenset[str]
    tables: tuple[type[models.Model], ...]


class ProjectionStopped(Exception):
    """A poison event stopped the projection; it stays at the event before until it is mended."""


_registry: dict[str, Projection] = {}


def projection(
    *, name: str, events: Sequence[type[DomainEvent]], tables: Sequence[type[models.Model]]
) -> Callable[[Fold], Fold]:
    """Register a function `fold(tenant, stored_events)` that writes `tables` and nothing else.

    It receives batches in log order, of the given event types only, inside a transaction that
    also moves the checkpoint. Every table has a `tenant` column. The fold must depend on nothing
    but the events and its own rows, so that a rebuild gives the same rows.
    """

    def register(fold: Fold) -> Fold:
        if name in _registry:
            raise TypeError(f"projection {name} is defined twice")
        _registry[name] = Projection(
            name=name,
            fold=fold,
            types=frozenset(event.__name__ for event in events),
            tables=tuple(tables),
        )
        return fold

    return register


def projections() -> dict[str, Projection]:
    """Return every registered projection by name, in the order of registration."""
    return dict(_registry)


def advance(*, tenant: Tenant, name: str) -> int:
    """Fold everything new and return the checkpoint's position; wait for another advance.

    Raises ProjectionStopped when a poison event is in the way.
    """
    item = _registry[name]
    while True:
        try:
            position, head = _advance_once(tenant, item, limit=reader.BATCH)
        except (*TRANSIENT, ProjectionStopped):
            raise
        except Exception as error:  # noqa: BLE001  any error of a fold stops it at its event
            log.warning("projection_batch_failed", projection=name, error=type(error).__name__)
            position, head = _find_poison(tenant, item)
        if position >= head:
            return position


def rebuild(*, tenant: Tenant, name: str) -> int:
    """Delete and fold anew in one transaction; readers see the old rows until it commits.

    Returns the position reached. On a poison event nothing changes and the error is raised.
    """
    item = _registry[name]
    with transaction.atomic(durable=True):
        checkpoint = _lock(tenant, item)
        for table in reversed(item.tables):
            _rows_of(table, tenant).delete()
        head, _ = reader.head(tenant_id=tenant.pk)
        position = 0
        while position < head:
            position = _fold_batch(tenant, item, position, head, reader.REBUILD_BATCH)
        _save(checkpoint, position)
    return position


def retry_stopped(*, tenant: Tenant, name: str) -> None:
    """Forget that the projection stopped, so that the next advance tries the event again."""
    Checkpoint.objects.filter(tenant=tenant, projection=name).update(
        stopped_at_position=None, stopped_reason=""
    )


def _advance_once(tenant: Tenant, item: Projection, *, limit: int) -> tuple[int, int]:
    with transaction.atomic(durable=True):
        checkpoint = _lock(tenant, item)
        if checkpoint.stopped_at_position is not None:
            raise ProjectionStopped(
                f"{item.name} stopped at position {checkpoint.stopped_at_position}: "
                f"{checkpoint.stopped_reason}"
            )
        head, _ = reader.head(tenant_id=tenant.pk)
        if checkpoint.position >= head:
            return checkpoint.position, head
        position = _fold_batch(tenant, item, checkpoint.position, head, limit)
        _save(checkpoint, position)
    return position, head


def _fold_batch(tenant: Tenant, item: Projection, after: int, head: int, limit: int) -> int:
    """Fold up to `limit` wanted events and return the position that is thereby done."""
    events = reader.read_after(
        tenant_id=tenant.pk, position=after, until=head, limit=limit, types=item.types
    )
    if events:
        item.fold(tenant, events)
    return head if len(events) < limit else events[-1].position


def _find_poison(tenant: Tenant, item: Projection) -> tuple[int, int]:
    """Fold event by event up to the one that fails, mark the projection stopped, and raise."""
    while True:
        try:
            position, head = _advance_once(tenant, item, limit=1)
        except (*TRANSIENT, ProjectionStopped):
            raise
        except Exception as error:
            _stop(tenant, item, error)
            raise ProjectionStopped(f"{item.name} stopped: {type(error).__name__}") from error
        if position >= head:
            return position, head


def _stop(tenant: Tenant, item: Projection, error: Exception) -> None:
    with transaction.atomic(durable=True):
        checkpoint = _lock(tenant, item)
        head, _ = reader.head(tenant_id=tenant.pk)
        poison = reader.read_after(
            tenant_id=tenant.pk, position=checkpoint.position, until=head, limit=1, types=item.types
        )
        checkpoint.stopped_at_position = poison[0].position
        # The type only: a message may quote the event's content.
        checkpoint.stopped_reason = f"{type(error).__name__} while folding {poison[0].type}"
        checkpoint.save()
    log.error(
        "projection_stopped",
        projection=item.name,
        tenant_id=tenant.pk,
        position=checkpoint.stopped_at_position,
        error=type(error).__name__,
        exc_info=error,
    )


def _lock(tenant: Tenant, item: Projection) -> Checkpoint:
    """Lock the checkpoint row, waiting: with SKIP LOCKED a wake-up would be lost."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
    Checkpoint.objects.bulk_create(
        [Checkpoint(tenant=tenant, projection=item.name)], ignore_conflicts=True
    )
    return Checkpoint.objects.select_for_update().get(tenant=tenant, projection=item.name)


def _save(checkpoint: Checkpoint, position: int) -> None:
    checkpoint.position = position
    checkpoint.stopped_at_position = None
    checkpoint.stopped_reason = ""
    checkpoint.save()


def _rows_of(table: type[models.Model], tenant: Tenant) -> QuerySet[models.Model]:
    return table._default_manager.filter(tenant=tenant)
