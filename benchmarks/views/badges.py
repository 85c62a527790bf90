"""Badges that are held, and who awarded them; moderators award and withdraw them here."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

import benchmarks.queries
from arena.accounts.permissions import ArenaRequest, MemberRequest, require_role
from arena.eventstore.domain import DomainError, Outcome
from arena.parameters import one_of
from benchmarks import commands
from benchmarks.authors import MODERATORS, author_of
from benchmarks.badge_forms import AwardForm, WithdrawForm
from benchmarks.commands import UnknownSubject
from benchmarks.commands.badges import KINDS
from benchmarks.events import BADGES
from benchmarks.views.sovereignty_changes import SeeOther


@require_safe
def badges(request: ArenaRequest) -> HttpResponse:
    """Show every badge; `?kind=`, `?subject=`, `?badge=` fill in the form; 400 if unknown."""
    kind = one_of(request, "kind", KINDS, default=KINDS[0])
    badge = one_of(request, "badge", BADGES, default=next(iter(BADGES)))
    initial = {"kind": kind, "badge": badge, "subject": request.GET.get("subject", "")[:300]}
    return _page(request, AwardForm(initial=initial | {"stated_on": timezone.now().date()}))


@require_POST
@require_role(*MODERATORS)
def award(request: MemberRequest) -> HttpResponse:
    """Award a badge; once more changes nothing. 404, 409 or 422 with the reason if refused."""
    form = AwardForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        outcome = commands.award_badge(
            tenant=request.tenant,
            by=author_of(request),
            actor=str(request.user.actor_id),
            **form.cleaned_data,
        )
    except UnknownSubject as error:
        form.add_error("subject", str(error))
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, form, status=HTTPStatus.CONFLICT)
    is_new = outcome is Outcome.APPENDED
    messages.success(request, "Awarded." if is_new else "It holds the badge already.")
    return SeeOther(reverse("badges"))


@require_POST
@require_role(*MODERATORS)
def withdraw(request: MemberRequest) -> HttpResponse:
    """Withdraw a badge; one that is not held stays so. 400 names what is wrong with a request."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise BadRequest(f"{field}: {errors[0]}")
    try:
        commands.withdraw_badge(
            tenant=request.tenant,
            by=author_of(request),
            actor=str(request.user.actor_id),
            **form.cleaned_data,
        )
    except UnknownSubject as error:
        raise Http404(str(error)) from error
    messages.success(request, "Withdrawn; the log keeps both.")
    return SeeOther(reverse("badges"))


def _page(request: ArenaRequest, form: AwardForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    found = benchmarks.queries.badges.badges(tenant=request.tenant)
    context = {
        "held": [info for info in found if info.is_held],
        "withdrawn": [info for info in found if not info.is_held],
        "meanings": list(BADGES.values()),
        "may_award": request.role in MODERATORS,
        "form": form,
    }
    return render(request, "lanes/badges.html", context, status=status)
