"""The signed-in person's own pages."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arena.accounts import commands, queries
from arena.accounts.forms import CloseAccountForm
from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant


@require_GET
@require_role()
def account(request: MemberRequest) -> HttpResponse:
    """Show who is signed in, in which arenas, how the account is protected, and its keys here."""
    # At the root of the site this page exists even where there is no arena to see.
    tenant = cast(Tenant | None, request.tenant)
    factors = Authenticator.objects.filter(user=request.user).values_list("type", flat=True)
    context = {
        "memberships": queries.memberships_of(user=request.user),
        "factors": set(factors),
        "keys": queries.keys(tenant=tenant, maker=request.user) if tenant else [],
        "can_join": tenant is not None and tenant.is_public and request.role is None,
    }
    return render(request, "accounts/account.html", context)


@require_POST
@require_role()
def join(request: MemberRequest) -> HttpResponse:
    """Become a member of this public arena."""
    try:
        commands.join(tenant=request.tenant, user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"You are a member of {request.tenant.name}.")
    return redirect("account")


@require_POST
@require_role()
def leave(request: MemberRequest) -> HttpResponse:
    """Leave this arena, with the keys made for it."""
    name = request.tenant.name
    try:
        commands.remove_member(tenant=request.tenant, user=request.user, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("account")
    messages.success(request, f"You left {name}. Your keys for it are deleted.")
    # Below /t/ a private arena would answer 404 from now on.
    return redirect("/account/")


@require_http_methods(["GET", "POST"])
@require_role()
def close(request: MemberRequest) -> HttpResponseBase:
    """Ask for the address once more, then delete the account."""
    answer: HttpResponseBase = reauthentication_required(_close)(request)
    return answer


def _close(request: MemberRequest) -> HttpResponse:
    user = request.user
    form = CloseAccountForm(request.POST or None, address=user.email)
    if request.method == "POST" and form.is_valid():
        try:
            commands.close_account(user=user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            return render(request, "accounts/closed.html")
    status = 400 if form.errors else 200
    return render(request, "accounts/close.html", {"form": form}, status=status)
