"""Who is asking, which battles are theirs, and how many they may start in a minute."""

from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

import voting.queries
from arena.accounts.permissions import ArenaRequest
from arena.rates import Quota, client_digest, count
from voting import voters
from voting.state import Battle, UnknownBattle

CONSENT_COOKIE: Final = "arena_consent"
_CONSENT_MAX_AGE_S: Final = 365 * 86_400


class Visitor(NamedTuple):
    """A voter's pseudonym; and for a browser that has none yet, the cookie that gives it one."""

    voter: str
    cookie: str | None


def voters_of(request: ArenaRequest) -> list[str]:
    """Return the visitor's pseudonyms in this arena, the one that new votes get first."""
    user = request.user if request.user.is_authenticated else None
    return voters.voters_of(tenant=request.tenant, user=user, cookies=request.COOKIES)


def voter_of(request: ArenaRequest) -> str | None:
    """Return the pseudonym that new votes get; None for a browser that never voted."""
    return next(iter(voters_of(request)), None)


def visitor(request: ArenaRequest) -> Visitor:
    """Return who is asking, somebody new where the browser never voted."""
    known = voter_of(request)
    if known is not None:
        return Visitor(known, None)
    return Visitor(*voters.new_voter(tenant=request.tenant))


def own_battle(request: ArenaRequest, battle_id: UUID) -> Battle:
    """Return a battle of the visitor; 404 for any other."""
    known = voters_of(request)
    try:
        found = voting.queries.battle(tenant=request.tenant, battle_id=battle_id)
        if found.started.voter not in known:
            raise UnknownBattle("there is no such battle")
    except UnknownBattle as error:
        raise Http404("There is no such battle, or it is not yours.") from error
    return found


def exceeded(request: HttpRequest, *, voter: str) -> Quota | None:
    """Count one prompt; return the limit that it breaks, of the voter or of the address."""
    quotas = (
        count(f"battles:voter:{voter}", limit=settings.ARENA_RATE_BATTLES_VOTER),
        count(
            f"battles:address:{client_digest(request)}",
            limit=settings.ARENA_RATE_BATTLES_ADDRESS,
        ),
    )
    return next((quota for quota in quotas if quota is not None and quota.is_exceeded), None)


def has_consented(request: HttpRequest) -> bool:
    """Tell whether this browser has agreed to the terms as they are now."""
    return request.COOKIES.get(CONSENT_COOKIE) == voters.CONSENT_VERSION


def remember(request: ArenaRequest, response: HttpResponseBase, who: Visitor) -> None:
    """Let the browser keep its number, and that it has agreed."""
    if who.cookie is not None:
        voters.remember(response, who.cookie, tenant=request.tenant, is_secure=settings.IS_SECURE)
    response.set_cookie(
        CONSENT_COOKIE,
        voters.CONSENT_VERSION,
        max_age=_CONSENT_MAX_AGE_S,
        httponly=True,
        samesite="Lax",
        secure=settings.IS_SECURE,
    )


def forget(request: ArenaRequest, response: HttpResponseBase) -> None:
    """Let the browser lose its number, and that it ever agreed."""
    voters.forget(response, tenant=request.tenant)
    response.delete_cookie(CONSENT_COOKIE, samesite="Lax")
