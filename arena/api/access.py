"""Who is calling, and what that caller may do."""

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security.http import HttpAuthBase
from typing_extensions import override

from arena.accounts.models import User
from arena.accounts.queries import ApiKeyInfo
from arena.api.problems import ProblemError
from arena.tenancy.middleware import TenantRequest
from workers.state.runners import PLATFORM


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whoever sent the request: a key, a signed-in person, or a stranger."""

    key: ApiKeyInfo | None
    has_refused_key: bool
    """A key was sent that this arena does not know, or no longer."""
    user: User | AnonymousUser

    @property
    def account(self) -> str | None:
        """Return what to count requests against; None for a stranger."""
        if self.key is not None:
            return f"key:{self.key.id}"
        return f"user:{self.user.actor_id}" if isinstance(self.user, User) else None


class ApiRequest(TenantRequest):
    """A request as the endpoints see it."""

    caller: Caller


def identify(request: HttpRequest) -> Caller:
    """Return the caller, from what the membership middleware found out."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    key: ApiKeyInfo | None = getattr(request, "api_key", None)
    user = getattr(request, "user", None)
    return Caller(
        key=key,
        has_refused_key=scheme.lower() == "bearer" and key is None,
        user=user if isinstance(user, User) and user.is_authenticated else AnonymousUser(),
    )


class ApiKey(HttpAuthBase):
    """An API key of the arena, sent as `Authorization: Bearer ak_...`.

    With a scope the key is needed and must hold it. Without one it is optional, since whoever
    got past the membership middleware may read; a key that is sent must still be a valid one.
    """

    openapi_scheme = "bearer"
    openapi_description = "API key of the arena, made on the account page; begins with `ak_`."

    def __init__(self, scope: str | None = None) -> None:
        super().__init__()
        self.scope = scope

    @override
    def __call__(self, request: HttpRequest) -> Caller:
        caller: Caller = request.caller  # type: ignore[attr-defined]  # set by ApiMiddleware
        if caller.has_refused_key or (self.scope and caller.key is None):
            raise AuthenticationError
        if self.scope and caller.key and self.scope not in caller.key.scopes:
            raise ProblemError(
                "insufficient-scope", f"This key does not hold the scope {self.scope!r}."
            )
        return caller


def good_key(request: ApiRequest) -> ApiKeyInfo:
    """Return the key of a request that an ApiKey with a scope has let through."""
    if request.caller.key is None:
        raise AuthenticationError
    return request.caller.key


def key_of(request: ApiRequest) -> uuid.UUID:
    """Return the id of that key."""
    return good_key(request).id


def owner_of(request: ApiRequest) -> str:
    """Return who owns what the request's key does: the `actor_id` of its maker.

    A key that the operator has made at the command line belongs to the arena itself.
    """
    maker = good_key(request).maker
    return PLATFORM if maker is None else str(maker)
