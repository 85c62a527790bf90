"""Confirm that a program on another machine may act as one's runner."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from arena import rates
from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError
from workers.commands import devices
from workers.queries.devices import waiting_login
from workers.runner_forms import DeviceForm
from workers.state.devices import UnknownUserCode

_LOOKS_A_MINUTE: Final = 10
signed_in = require_role()


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def device(request: MemberRequest) -> HttpResponse:
    """Show which program waits for a code, and take the decision; `?code=` fills it in."""
    data = request.POST if request.method == "POST" else request.GET
    form = DeviceForm(data if "code" in data else None)
    login, status = None, 400 if form.errors else 200
    if form.is_bound and form.is_valid():
        try:
            if request.method == "POST":
                return _decide(request, form.cleaned_data["code"])
            _count_look(request)
            login = waiting_login(tenant=request.tenant, user_code=form.cleaned_data["code"])
        except DomainError as error:
            form.add_error("code", str(error))
            status = 404 if isinstance(error, UnknownUserCode) else 400
    return render(request, "workers/device.html", {"form": form, "login": login}, status=status)


def _decide(request: MemberRequest, code: str) -> HttpResponse:
    decision = request.POST.get("decision")
    if decision == "confirm":
        devices.confirm(tenant=request.tenant, user_code=code, by=request.user)
        messages.success(
            request, "Confirmed. The agent goes on by itself; its machine appears here in moments."
        )
        return redirect("add_runner")
    if decision == "refuse":
        devices.refuse(tenant=request.tenant, user_code=code, by=request.user)
        messages.success(request, "Refused. The program gets no key.")
        return redirect("device")
    raise BadRequest("decision: want confirm or refuse.")


def _count_look(request: MemberRequest) -> None:
    """Slow down whoever looks through codes that are not theirs."""
    account = f"device-look:{request.tenant.pk}:{request.user.actor_id}"
    quota = rates.count(account, limit=_LOOKS_A_MINUTE)
    if quota is not None and quota.is_exceeded:
        raise DomainError(f"Too many codes tried. Wait {quota.reset_seconds} seconds.")
