"""Make, watch and mend webhooks."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arena.accounts.models import Role
from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError
from arena.notices import commands, queries
from arena.notices.forms import WebhookForm
from arena.notices.managers import ROLES, Manager
from arena.notices.queries import UnknownDelivery, UnknownWebhook
from arena.notices.views.chosen import chosen_board

_may_manage = require_role(*ROLES)


@never_cache
@require_http_methods(["GET", "POST"])
@_may_manage
def webhooks(request: MemberRequest) -> HttpResponse:
    """List webhooks; make one and show its secret this once. `?board=` is chosen at first."""
    tenant, chosen = request.tenant, chosen_board(request)
    manager = _manager(request)
    form = WebhookForm(request.POST or None, tenant=tenant, chosen=chosen)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            # Answered without a redirect: the secret may be stored nowhere in between.
            made = commands.register_webhook(tenant=tenant, manager=manager, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": WebhookForm(tenant=tenant, chosen=chosen) if made else form,
        "made": made,
        "webhooks": queries.webhooks(tenant=tenant, manager=manager),
        "manages_all": manager.manages_all,
    }
    status = 400 if form.errors else 200
    return render(request, "notices/webhooks.html", context, status=status)


@never_cache
@_may_manage
@require_safe
def webhook(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Show one webhook and its last deliveries; 404 for one that is not theirs."""
    try:
        info = queries.webhook(
            tenant=request.tenant, webhook_id=webhook_id, manager=_manager(request)
        )
    except UnknownWebhook as error:
        raise Http404(str(error)) from error
    found = queries.deliveries(tenant=request.tenant, webhook_id=webhook_id)
    return render(request, "notices/webhook.html", {"webhook": info, "deliveries": found})


@require_POST
@_may_manage
def delete(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Forget a webhook; 404 for one that is not theirs."""
    _do(request, commands.delete_webhook, webhook_id=webhook_id)
    messages.success(request, "The webhook is deleted.")
    return redirect("webhooks")


@require_POST
@_may_manage
def resume(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Send news again after a pause; 404 for one that is not theirs."""
    _do(request, commands.resume_webhook, webhook_id=webhook_id)
    messages.success(request, "News are sent again, also those that did not arrive before.")
    return redirect("webhook", webhook_id=webhook_id)


@require_POST
@_may_manage
def test(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Send a test; 404 for a webhook that is not theirs."""
    try:
        _do(request, commands.send_test, webhook_id=webhook_id)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "A test is on its way. Load this page again to see how it went.")
    return redirect("webhook", webhook_id=webhook_id)


@require_POST
@_may_manage
def again(request: MemberRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send a delivery again; 404 for one that is not theirs."""
    _do(request, commands.send_again, webhook_id=webhook_id, delivery_id=delivery_id)
    messages.success(request, "It is on its way again, under the same id.")
    return redirect("webhook", webhook_id=webhook_id)


def _manager(request: MemberRequest) -> Manager:
    # The decorator has already asked for one of the roles.
    role = cast(Role, request.role)
    return Manager(actor_id=request.user.actor_id, manages_all=role in (Role.OWNER, Role.ADMIN))


def _do(request: MemberRequest, command: Callable[..., None], **named: Any) -> None:
    """Do it as the person who asks; raise Http404 for a webhook or delivery not theirs."""
    try:
        command(tenant=request.tenant, manager=_manager(request), **named)
    except (UnknownWebhook, UnknownDelivery) as error:
        raise Http404(str(error)) from error
