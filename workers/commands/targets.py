"""Let the endpoints of one arena reach private addresses. Only the operator may."""

import uuid

from django.db import transaction

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from workers import network
from workers.models import AllowedTarget

_MAX_PORT = 65535


@transaction.atomic
def allow_target(*, tenant: Tenant, target: str, port: int | None, by: str) -> str:
    """Put a network, address or host name on the list and return its spelling there.

    `by` is the operator's actor id, or `operator` at the command line. Nothing happens when it is
    there. Raises DomainError for what is neither a network nor a host name, or no port.
    """
    clean = _checked(target, port)
    AllowedTarget.objects.get_or_create(
        tenant=tenant, target=clean, port=port, defaults={"added_by": by}
    )
    return clean


def remove_target(*, tenant: Tenant, target: str, port: int | None) -> None:
    """Take an entry off the list: from now on nothing connects there; raise DomainError."""
    clean = _checked(target, port)
    found = AllowedTarget.objects.filter(tenant=tenant, target=clean, port=port)
    if not found.delete()[0]:
        where = clean if port is None else f"{clean} port {port}"
        raise DomainError(f"{where} is not on the list of {tenant.slug}")


def remove_target_by_id(*, tenant: Tenant, target_id: uuid.UUID) -> None:
    """Take an entry off the list; raise DomainError when it is not there."""
    if not AllowedTarget.objects.filter(tenant=tenant, pk=target_id).delete()[0]:
        raise DomainError("There is no such entry on the list of this arena.")


def _checked(target: str, port: int | None) -> str:
    if port is not None and not 1 <= port <= _MAX_PORT:
        raise DomainError(f"port {port}: want 1 to {_MAX_PORT}")
    try:
        return network.canonical_target(target)
    except ValueError as error:
        raise DomainError(str(error)) from None
