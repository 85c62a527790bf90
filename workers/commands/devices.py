"""Sign in an agent on a machine without a browser: the device flow of RFC 8628.

The agent gets a device code, its owner a user code; who confirms the one lets the other be redeemed
for an API key, once. Only digests of device codes are stored, and the key not at all.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from arena import rates
from arena.accounts import tokens
from arena.accounts.commands import create_api_key
from arena.accounts.models import SCOPES_BY_ROLE, Scope, User
from arena.accounts.queries import role_of
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from workers.models import DeviceLogin
from workers.state.devices import (
    KEY_LIFETIME,
    LIFETIME,
    POLL_INTERVAL,
    DeviceRefused,
    UnknownUserCode,
    new_user_code,
    shown,
    typed,
)

SCOPES: Final = (Scope.READ, Scope.RUNNER)
_MAX_NAME: Final = 60
_MAX_WAITING: Final = 1_000
_TRIES: Final = 5
_GUESSES_A_MINUTE: Final = 10
_JITTER: Final = timedelta(seconds=1)
"""Requests of an agent that waits five seconds may come a little closer together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDeviceLogin:
    """What the agent is told once. The device code cannot be read back."""

    device_code: str = field(repr=False)
    user_code: str
    """As people read it: `BCDF-GHJK`."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RedeemedKey:
    """The API key that a confirmed login is good for; `raw` is shown this once."""

    key_id: uuid.UUID
    raw: str = field(repr=False)
    expires_at: datetime


def begin(*, tenant: Tenant, client_name: str) -> NewDeviceLogin:
    """Open a login for a program that calls itself so.

    Raises DomainError for a name that is none, and while a thousand logins wait already.
    """
    name = client_name.strip()
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise DomainError(f"client_name: want 1 to {_MAX_NAME} printable characters")
    now = timezone.now()
    # Codes of the past would stand in the way of new ones; nobody can redeem them.
    DeviceLogin.objects.filter(tenant=tenant, expires_at__lt=now).delete()
    if DeviceLogin.objects.filter(tenant=tenant, used_at=None).count() >= _MAX_WAITING:
        raise DomainError(
            "Too many logins wait to be confirmed; try again in a quarter of an hour."
        )
    device_code = tokens.new_token()
    row = _insert(tenant, name, device_code, expires_at=now + LIFETIME)
    return NewDeviceLogin(
        device_code=device_code, user_code=shown(row.user_code), expires_at=row.expires_at
    )


@transaction.atomic
def confirm(*, tenant: Tenant, user_code: str, by: User) -> None:
    """Let the waiting program act as a runner in this person's name.

    Raises UnknownUserCode when nothing waits for the code, DomainError when the person's role in
    the arena allows no runners or they guess too fast.
    """
    _check_guesses(tenant, by)
    role = role_of(tenant=tenant, user=by)
    if role is None or Scope.RUNNER not in SCOPES_BY_ROLE[role]:
        raise DomainError(
            "Your role in this arena allows no runners; ask an administrator for the role of a"
            " runner owner."
        )
    row = _waiting(tenant, user_code)
    row.confirmed_by = by
    row.save(update_fields=["confirmed_by"])


@transaction.atomic
def refuse(*, tenant: Tenant, user_code: str, by: User) -> None:
    """Turn the waiting program away; raises UnknownUserCode, DomainError as `confirm` does."""
    _check_guesses(tenant, by)
    row = _waiting(tenant, user_code)
    row.refused_at = timezone.now()
    row.save(update_fields=["refused_at"])


def redeem(*, tenant: Tenant, device_code: str) -> RedeemedKey | None:
    """Return the key of a confirmed login, once; None while nobody has confirmed it.

    Raises DeviceRefused: `slow-down` for asking more often than every five seconds, which costs
    nothing else; `device-code-refused`; `device-code-expired`, also for a code that was used or
    never given out. DomainError when who confirmed may have no such key any more.
    """
    with transaction.atomic():
        outcome = _redeem(tenant, device_code)
    if isinstance(outcome, DeviceRefused):
        # Only now: the time of this poll stays noted.
        raise outcome
    return outcome


def _redeem(tenant: Tenant, device_code: str) -> RedeemedKey | DeviceRefused | None:
    now = timezone.now()
    row = (
        DeviceLogin.objects.select_for_update(of=("self",))
        .select_related("confirmed_by")
        .filter(tenant=tenant, device_code_sha256=tokens.digest(device_code))
        .first()
    )
    if row is None or row.used_at is not None or row.expires_at <= now:
        return DeviceRefused(
            "device-code-expired", "The device code is not valid any more; begin the login anew."
        )
    polled_at, row.polled_at = row.polled_at, now
    row.save(update_fields=["polled_at"])
    if polled_at is not None and now - polled_at < POLL_INTERVAL - _JITTER:
        return DeviceRefused("slow-down", "Ask at most every five seconds.")
    if row.refused_at is not None:
        return DeviceRefused("device-code-refused", "The login was refused in the browser.")
    return None if row.confirmed_by is None else _use(tenant, row, row.confirmed_by, now)


def _use(tenant: Tenant, row: DeviceLogin, by: User, now: datetime) -> RedeemedKey:
    key = create_api_key(
        tenant=tenant,
        by=by,
        name=f"Runner: {row.client_name}",
        scopes=SCOPES,
        expires_at=now + KEY_LIFETIME,
    )
    row.used_at = now
    row.save(update_fields=["used_at"])
    return RedeemedKey(key_id=key.id, raw=key.raw, expires_at=now + KEY_LIFETIME)


def _insert(tenant: Tenant, name: str, device_code: str, *, expires_at: datetime) -> DeviceLogin:
    for attempt in range(_TRIES):
        try:
            with transaction.atomic():
                return DeviceLogin.objects.create(
                    tenant=tenant,
                    device_code_sha256=tokens.digest(device_code),
                    user_code=new_user_code(),
                    client_name=name,
                    expires_at=expires_at,
                )
        except IntegrityError:
            # Somebody waits for the same eight letters.
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _waiting(tenant: Tenant, user_code: str) -> DeviceLogin:
    row = (
        DeviceLogin.objects.select_for_update()
        .filter(
            tenant=tenant,
            user_code=typed(user_code),
            used_at=None,
            refused_at=None,
            confirmed_by=None,
            expires_at__gt=timezone.now(),
        )
        .first()
    )
    if row is None:
        raise UnknownUserCode(
            "Nothing waits for this code. Codes last 15 minutes: start the login anew for another."
        )
    return row


def _check_guesses(tenant: Tenant, by: User) -> None:
    quota = rates.count(f"device:{tenant.pk}:{by.actor_id}", limit=_GUESSES_A_MINUTE)
    if quota is not None and quota.is_exceeded:
        raise DomainError(f"Too many codes tried. Wait {quota.reset_seconds} seconds.")
