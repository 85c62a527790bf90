"""The people of an arena, for those who manage them."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from arena.accounts import commands, queries
from arena.accounts.forms import InvitationForm, RoleForm
from arena.accounts.models import Membership, Role, User
from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError

may_manage = require_role(Role.OWNER, Role.ADMIN)


@require_GET
@may_manage
def members(request: MemberRequest) -> HttpResponse:
    """List members and open invitations."""
    return render_members(request)


@require_POST
@may_manage
def change_role(request: MemberRequest, actor_id: uuid.UUID) -> HttpResponse:
    """Give a member another role."""
    person = _member(request, actor_id)
    form = RoleForm(request.POST, giver=own_role(request))
    if not form.is_valid():
        messages.error(request, "Choose one of the roles that you may give.")
        return redirect("members")
    role = Role(form.cleaned_data["role"])
    try:
        commands.change_role(tenant=request.tenant, user=person, role=role, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{person.email} is {role.label.lower()} now.")
    return redirect("members")


@require_POST
@may_manage
def remove(request: MemberRequest, actor_id: uuid.UUID) -> HttpResponse:
    """Take a member and the member's keys out of the arena."""
    person = _member(request, actor_id)
    try:
        commands.remove_member(tenant=request.tenant, user=person, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{person.email} is no member any more.")
    return redirect("members")


def render_members(
    request: MemberRequest, *, form: InvitationForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the page, with the invitation form as it was sent in when it was wrong."""
    role = own_role(request)
    rows: list[dict[str, Any]] = [
        {
            "membership": membership,
            "form": RoleForm(
                giver=role,
                initial={"role": membership.role},
                auto_id=f"role_{membership.user.actor_id}",
            ),
            "can_change": not Role(membership.role).outranks(role),
        }
        for membership in queries.members(tenant=request.tenant)
    ]
    context = {
        "rows": rows,
        "invitations": queries.invitations(tenant=request.tenant),
        "form": form or InvitationForm(giver=role),
    }
    return render(request, "accounts/members.html", context, status=status)


def own_role(request: MemberRequest) -> Role:
    """Return the role that the decorator has already asked for."""
    return cast(Role, request.role)


def _member(request: MemberRequest, actor_id: uuid.UUID) -> User:
    try:
        return queries.person(tenant=request.tenant, actor_id=actor_id)
    except Membership.DoesNotExist:
        raise Http404("No such member.") from None
