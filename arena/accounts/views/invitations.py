"""Invite people to an arena, and accept an invitation."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from arena.accounts import commands, queries
from arena.accounts.forms import InvitationForm
from arena.accounts.models import Invitation, Role
from arena.accounts.permissions import MemberRequest
from arena.accounts.views.members import may_manage, own_role, render_members
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from arena.tenancy.queries import PREFIX, UnknownTenant, by_slug

_NOT_MAILED = "The invitation is stored, but the mail could not be sent. Send it again later."


@require_POST
@may_manage
def invite(request: MemberRequest) -> HttpResponse:
    """Invite an address to this arena."""
    form = InvitationForm(request.POST, giver=own_role(request))
    if not form.is_valid():
        return render_members(request, form=form, status=400)
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        commands.invite(tenant=request.tenant, email=email, role=role, by=request.user)
    except DomainError as error:
        form.add_error(None, str(error))
        return render_members(request, form=form, status=400)
    except OSError:
        messages.warning(request, _NOT_MAILED)
    else:
        messages.success(request, f"An invitation is on its way to {email}.")
    return redirect("members")


@require_POST
@may_manage
def resend(request: MemberRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Mail a new link in place of the old one."""
    try:
        commands.resend_invitation(
            tenant=request.tenant, invitation_id=invitation_id, by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    except OSError:
        messages.warning(request, _NOT_MAILED)
    else:
        messages.success(request, "The invitation is sent again. The old link has stopped working.")
    return redirect("members")


@require_POST
@may_manage
def revoke(request: MemberRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    try:
        commands.revoke_invitation(
            tenant=request.tenant, invitation_id=invitation_id, by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The invitation is taken back.")
    return redirect("members")


@never_cache
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, arena: str, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link; accept it as the person invited."""
    tenant, invitation = _invitation(arena=arena, token=token)
    context = {"arena_name": tenant.name, "invitation": invitation, "error": ""}
    user = request.user
    if request.method == "POST" and user.is_authenticated:
        try:
            commands.accept_invitation(tenant=tenant, user=user, token=token)
        except DomainError as error:
            context["error"] = str(error)
            return render(request, "accounts/invitation.html", context, status=403)
        messages.success(request, f"You are a member of {tenant.name}.")
        return redirect(f"{PREFIX}{tenant.slug}/")
    return render(request, "accounts/invitation.html", context)


def _invitation(*, arena: str, token: str) -> tuple[Tenant, Invitation]:
    """Return the open invitation; the same 404 for a wrong arena and for a wrong token."""
    try:
        tenant = by_slug(arena)
    except UnknownTenant:
        raise Http404("No such invitation.") from None
    invitation = queries.invitation(tenant=tenant, token=token)
    if invitation is None:
        raise Http404("No such invitation.")
    return tenant, invitation
