"""The keys of an arena: everybody sees their own, those who manage the arena see all."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from arena.accounts import commands, queries
from arena.accounts.forms import ApiKeyForm
from arena.accounts.models import Role
from arena.accounts.permissions import MemberRequest, require_role
from arena.accounts.views.members import own_role
from arena.eventstore.domain import DomainError

_any_member = require_role(*Role)


@never_cache
@require_http_methods(["GET", "POST"])
@_any_member
def keys(request: MemberRequest) -> HttpResponse:
    """List keys; make one and show it this once."""
    role = own_role(request)
    form = ApiKeyForm(request.POST or None, maker=role)
    new_key = None
    if request.method == "POST" and form.is_valid():
        try:
            # Answered without a redirect: the secret may be stored nowhere in between.
            new_key = commands.create_api_key(
                tenant=request.tenant,
                by=request.user,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
    sees_all = role in (Role.OWNER, Role.ADMIN)
    context = {
        "form": form if new_key is None else ApiKeyForm(maker=role),
        "new_key": new_key,
        "keys": queries.keys(tenant=request.tenant, maker=None if sees_all else request.user),
        "sees_all": sees_all,
    }
    status = 400 if form.errors else 200
    return render(request, "accounts/api_keys.html", context, status=status)


@require_POST
@_any_member
def revoke(request: MemberRequest, key_id: uuid.UUID) -> HttpResponse:
    """Make a key useless at once."""
    try:
        commands.revoke_api_key(tenant=request.tenant, key_id=key_id, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The key is revoked.")
    return redirect("api_keys")
