"""Who votes: a person signed in, or a browser that holds a random number.

Events know a voter by a pseudonym (arena.accounts.pseudonym), made from either of the two. Whoever
loses the number, or asks for it to be deleted, cannot be joined with the pseudonym any more.
"""

import secrets
from collections.abc import Mapping
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpResponseBase

from arena.accounts.models import User
from arena.accounts.pseudonym import voter_pseudonym
from arena.tenancy.models import Tenant

CONSENT_VERSION: Final = "2026-11-21"
"""Of the text that people agree to before their first prompt is sent (templates/voting)."""
_COOKIE: Final = "arena_voter"
_SALT: Final = "voting.voter"
_MAX_AGE_S: Final = 365 * 86_400
_BYTES: Final = 16


def cookie_name(tenant: Tenant) -> str:
    """Return the name of the cookie with the browser's number in one arena.

    Each arena has a number of its own: deleting one's data in an arena forgets the number, and
    with it the only way to ask for the texts that it stands for.
    """
    return f"{_COOKIE}_{tenant.slug}"


def voter_of(
    *, tenant: Tenant, user: User | AnonymousUser | None, cookies: Mapping[str, str]
) -> str | None:
    """Return the pseudonym that new votes get; None for a browser that never voted."""
    return next(iter(voters_of(tenant=tenant, user=user, cookies=cookies)), None)


def voters_of(
    *, tenant: Tenant, user: User | AnonymousUser | None, cookies: Mapping[str, str]
) -> list[str]:
    """Return the pseudonyms of a visitor in this arena, the one that new votes get first.

    Whoever signs in keeps what the same browser began before; empty for one that never voted.
    """
    raw = []
    if isinstance(user, User):
        raw.append(f"user:{user.actor_id}")
    number = _number(cookies.get(cookie_name(tenant), ""))
    if number is not None:
        raw.append(f"browser:{number}")
    return [voter_pseudonym(tenant=tenant, raw=each) for each in raw]


def new_voter(*, tenant: Tenant) -> tuple[str, str]:
    """Return (pseudonym, cookie value) of a browser that sends its first prompt."""
    number = secrets.token_hex(_BYTES)
    pseudonym = voter_pseudonym(tenant=tenant, raw=f"browser:{number}")
    return pseudonym, signing.dumps(number, salt=_SALT)


def remember(response: HttpResponseBase, cookie: str, *, tenant: Tenant, is_secure: bool) -> None:
    """Let the browser keep its number for a year."""
    response.set_cookie(
        cookie_name(tenant),
        cookie,
        max_age=_MAX_AGE_S,
        httponly=True,
        samesite="Lax",
        secure=is_secure,
    )


def forget(response: HttpResponseBase, *, tenant: Tenant) -> None:
    """Let the browser lose its number."""
    response.delete_cookie(cookie_name(tenant), samesite="Lax")


def _number(cookie: str) -> str | None:
    try:
        return str(signing.loads(cookie, salt=_SALT, max_age=_MAX_AGE_S))
    except signing.BadSignature:
        return None
