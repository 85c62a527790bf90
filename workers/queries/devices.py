"""Read the device logins that wait for a person."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from arena.tenancy.models import Tenant
from workers.models import DeviceLogin
from workers.state.devices import UnknownUserCode, shown, typed


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceLoginInfo:
    """A program that waits to be confirmed."""

    client_name: str
    """What it calls itself; nobody has checked that."""
    user_code: str
    """As people read it: `BCDF-GHJK`."""
    created_at: datetime
    expires_at: datetime


def waiting_login(*, tenant: Tenant, user_code: str) -> DeviceLoginInfo:
    """Return who waits for this code; raise UnknownUserCode when nobody does (any more)."""
    row = DeviceLogin.objects.filter(
        tenant=tenant,
        user_code=typed(user_code),
        used_at=None,
        refused_at=None,
        confirmed_by=None,
        expires_at__gt=timezone.now(),
    ).first()
    if row is None:
        raise UnknownUserCode(
            "Nothing waits for this code. Codes last 15 minutes: start the login anew for another."
        )
    return DeviceLoginInfo(
        client_name=row.client_name,
        user_code=shown(row.user_code),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
