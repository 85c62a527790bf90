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

COOKIE: Final = "arena_voter"
CONSENT_VERSION: Final = "2026-11-21"
"""Of the text that people agree to before their first prompt is sent (templates/voting)."""
_SALT: Final = "voting.voter"
_MAX_AGE_S: Final = 365 * 86_400
_BYTES: Final = 16


def voter_of(
    *, tenant: Tenant, user: User | AnonymousUser | None, cookies: Mapping[str, str]
) -> str | None:
    """Return the voter's pseudonym in this arena; None for a browser that never voted."""
    if isinstance(user, User):
        return voter_pseudonym(tenant=tenant, raw=f"user:{user.actor_id}")
    number = _number(cookies)
    return None if number is None else voter_pseudonym(tenant=tenant, raw=f"browser:{number}")


def new_voter(*, tenant: Tenant) -> tuple[str, str]:
    """Return (pseudonym, cookie value) of a browser that sends its first prompt."""
    number = secrets.token_hex(_BYTES)
    pseudonym = voter_pseudonym(tenant=tenant, raw=f"browser:{number}")
    return pseudonym, signing.dumps(number, salt=_SALT)


def remember(response: HttpResponseBase, cookie: str, *, is_secure: bool) -> None:
    """Let the browser keep its number for a year."""
    response.set_cookie(
        COOKIE, cookie, max_age=_MAX_AGE_S, httponly=True, samesite="Lax", secure=is_secure
    )


def forget(response: HttpResponseBase) -> None:
    """Let the browser lose its number."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _number(cookies: Mapping[str, str]) -> str | None:
    try:
        return str(signing.loads(cookies.get(COOKIE, ""), salt=_SALT, max_age=_MAX_AGE_S))
    except signing.BadSignature:
        return None
