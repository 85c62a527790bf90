"""What owners and moderators do with a run: publish, retract, cancel, reproduce, judge."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from arena.accounts.permissions import ArenaRequest
from arena.eventstore.domain import DomainError
from arena.parameters import one_of
from benchmarks import commands
from benchmarks.events import Attribution
from benchmarks.queries import runs
from workers.commands.confirming import confirm_twins
from workers.run_choices import forms_of
from workers.run_page import Page, is_platform
from workers.runner_forms import PublishForm, ReasonForm, RetractForm
from workers.viewers import asking_actor
from workers.views.runs import run_response, shown_run

_ATTRIBUTIONS: Final = ("named", "anonymous")


@never_cache
@require_safe
def payload(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """Show exactly which bytes would become public; `?raw=yes` sends them as they are."""
    shown = _own(request, run_id)
    return _payload_response(request, shown, _attribution(request.GET.get("attribution")))


@never_cache
@require_POST
def publish(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """Publish what its owner was shown a moment ago; nothing else."""
    shown = _own(request, run_id)
    form = PublishForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            published, _ = commands.publish_run(
                tenant=request.tenant,
                run_id=run_id,
                attribution=data["attribution"],
                licence=data["licence"],
                payload_sha256=data["payload_sha256"],
                actor=asking_actor(request),
                registers=shown.viewer.sees_all,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            confirm_twins(tenant=request.tenant, info=published, actor=asking_actor(request))
            messages.success(request, "Published.")
            return redirect("run", run_id=run_id)
    attribution = _attribution(request.POST.get("attribution"))
    return _payload_response(request, shown, attribution, form=form)


@never_cache
@require_POST
def retract(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """Take a published run back; the reason stays."""
    shown = _own(request, run_id)
    form = RetractForm(request.POST)
    if form.is_valid():
        try:
            commands.retract_run(
                tenant=request.tenant,
                run_id=run_id,
                reason=form.cleaned_data["reason"],
                superseded_by=form.cleaned_data["superseded_by"],
                actor=asking_actor(request),
            )
        except (DomainError, runs.UnknownRun) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Retracted. It counts nowhere any more.")
            return redirect("run", run_id=run_id)
    return run_response(request, shown, forms={"retract_form": form}, status=400)


@never_cache
@require_POST
def cancel(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """End a run that is queued or being measured."""
    shown = shown_run(request, run_id)
    if forms_of(shown)["cancel_form"] is None:
        raise PermissionDenied("Only its owner or a moderator cancels a run, before it is over.")
    return _with_reason(request, shown, "cancel", commands.cancel_run, done="Cancelled.")


@never_cache
@require_POST
def invalidate(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """Take a run out of every figure, as a moderator."""
    shown = _moderated(request, run_id)
    return _with_reason(
        request, shown, "invalidate", commands.invalidate_run, done="It counts nowhere any more."
    )


@never_cache
@require_POST
def release(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """Let a quarantined or invalidated run count, as a moderator."""
    shown = _moderated(request, run_id)
    command = partial(commands.release_run, is_platform=is_platform(request.tenant, shown.info))
    return _with_reason(request, shown, "release", command, done="Released; it counts.")


def _with_reason(
    request: ArenaRequest,
    shown: Page,
    name: str,
    command: Callable[..., Any],
    *,
    done: str,
) -> HttpResponse:
    """Run a command that wants a reason; show the page again with what is wrong with it."""
    form = ReasonForm(request.POST, auto_id=f"id_{name}_%s")
    if form.is_valid():
        try:
            command(
                tenant=request.tenant,
                run_id=shown.info.run_id,
                reason=form.cleaned_data["reason"],
                actor=asking_actor(request),
            )
        except DomainError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, done)
            return redirect("run", run_id=shown.info.run_id)
    return run_response(request, shown, forms={f"{name}_form": form}, status=400)


def _own(request: ArenaRequest, run_id: UUID) -> Page:
    """Return a run of the visitor's own; 404 where they may not see it, else 403."""
    shown = shown_run(request, run_id)
    if not shown.is_owner:
        raise PermissionDenied("Only the owner of this run may do that.")
    return shown


def _moderated(request: ArenaRequest, run_id: UUID) -> Page:
    shown = shown_run(request, run_id)
    if not shown.viewer.sees_all:
        raise PermissionDenied("Only moderators of the arena may do that.")
    return shown


def _attribution(text: str | None) -> Attribution:
    if text not in (None, *_ATTRIBUTIONS):
        raise BadRequest(f"attribution: want {' or '.join(_ATTRIBUTIONS)}.")
    return cast(Attribution, text or "named")


def _payload_response(
    request: ArenaRequest, shown: Page, attribution: Attribution, *, form: PublishForm | None = None
) -> HttpResponse:
    run_id = shown.info.run_id
    found = runs.payload(tenant=request.tenant, run_id=run_id, attribution=attribution)
    if one_of(request, "raw", ("no", "yes"), default="no") == "yes":
        return HttpResponse(found.content, content_type="application/json")
    is_open = bool(forms_of(shown)["may_publish"]) and (
        shown.info.visibility != "published" or attribution == "named"
    )
    fresh = PublishForm(
        initial={
            "attribution": attribution,
            "licence": commands.LICENCE,
            "payload_sha256": found.sha256,
        }
    )
    context = {
        "info": shown.info,
        "payload": found,
        "attribution": attribution,
        "readable": json.dumps(json.loads(found.content), indent=2, ensure_ascii=False),
        "form": form or fresh,
        "can_publish": is_open,
    }
    return render(request, "benchmarks/payload.html", context, status=400 if form else 200)
