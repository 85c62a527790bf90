"""Who may read an arena, and which roles a page asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from arena.accounts.models import Role, Scope, User
from arena.accounts.queries import ApiKeyInfo, authenticate_key, role_of
from arena.tenancy.middleware import TenantRequest
from arena.tenancy.models import Tenant

_P = ParamSpec("_P")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ArenaRequest(TenantRequest):
    """A request that reached a view of an arena."""

    role: Role | None
    api_key: ApiKeyInfo | None


class MemberRequest(ArenaRequest):
    """A request of somebody signed in."""

    user: User


def can_read(
    *, tenant: Tenant, user: User | AnonymousUser | None, key: ApiKeyInfo | None = None
) -> bool:
    """Tell whether boards, models and events of the arena may be shown to this visitor.

    Everybody reads a public arena; a private one is read by its members and by its keys with the
    scope `read`. A key is one that `authenticate_key` returned for this same arena.
    """
    if tenant.is_public or (key is not None and Scope.READ in key.scopes):
        return True
    return role_of(tenant=tenant, user=user) is not None


def may_enter(
    *, tenant: Tenant, role: Role | None, key: ApiKeyInfo | None, method: str | None
) -> bool:
    """Tell whether a request may reach the arena's endpoints at all.

    A key without the scope `read` may still do what it is for, such as recording votes.
    """
    if tenant.is_public or role is not None:
        return True
    return key is not None and (Scope.READ in key.scopes or method not in _SAFE_METHODS)


def bearer_key(*, tenant: Tenant, request: HttpRequest) -> ApiKeyInfo | None:
    """Return the good API key in the request's `Authorization: Bearer` header, if there is one."""
    kind, _, raw = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not raw:
        return None
    return authenticate_key(tenant=tenant, raw=raw.strip())


def require_role(
    *roles: Role,
) -> Callable[
    [Callable[Concatenate[MemberRequest, _P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, _P], HttpResponseBase],
]:
    """Let a view answer members in one of the roles only; without roles, anybody signed in.

    The anonymous are sent to sign in, which can happen in public arenas only: a private one has
    answered 404 before. Anybody else gets 403.
    """

    def decorate(
        view: Callable[Concatenate[MemberRequest, _P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, _P], HttpResponseBase]:
        @wraps(view)
        def checked(
            request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            member = cast(MemberRequest, request)
            if roles and member.role not in roles:
                names = " or ".join(role.label.lower() for role in roles)
                raise PermissionDenied(f"This page is for the {names} of the arena.")
            return view(member, *args, **kwargs)

        return checked

    return decorate
