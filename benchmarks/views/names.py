"""The queue of names that no model is registered by."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

import benchmarks.queries
from arena.accounts.permissions import ArenaRequest, MemberRequest, require_role
from arena.eventstore.domain import DomainError
from benchmarks import commands
from benchmarks.authors import MODERATORS, author_of
from benchmarks.commands import UnknownName
from benchmarks.name_forms import REASONS, DecisionForm, form_of
from benchmarks.queries.names import NameInfo, Similar
from benchmarks.views.sovereignty_changes import SeeOther


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One name of the queue as the page shows it; a form where it may be decided."""

    info: NameInfo
    reason: str
    similar: list[Similar]
    form: DecisionForm | None


@require_safe
def queue(request: ArenaRequest) -> HttpResponse:
    """Show every name seen, with models that are called alike; moderators decide here."""
    return _page(request)


@require_POST
@require_role(*MODERATORS)
def decide(request: MemberRequest, name: str) -> HttpResponse:
    """Decide what a name means; 404 for one never seen, 409 or 422 with the reason if refused."""
    infos = benchmarks.queries.names.names(tenant=request.tenant)
    info = next((info for info in infos if info.slug == name), None)
    if info is None:
        raise Http404(f"no name {name} was seen")
    form = form_of(info, _models(request), [], request.POST)
    if not form.is_valid():
        return _page(request, refused=(info.slug, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    try:
        commands.decide_name(
            tenant=request.tenant,
            slug=info.slug,
            decision=data["decision"],
            into=data["into"] or None if data["decision"] == "merged" else None,
            reason=data["reason"],
            decided_by=author_of(request),
            actor=str(request.user.actor_id),
        )
    except UnknownName as error:
        raise Http404(str(error)) from error
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, refused=(info.slug, form), status=HTTPStatus.CONFLICT)
    messages.success(request, f"{info.name} is {data['decision']}; the log says so.")
    return SeeOther(reverse("name_queue"))


def _page(
    request: ArenaRequest,
    *,
    refused: tuple[str, DecisionForm] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    may_decide = request.role in MODERATORS
    known = benchmarks.queries.models(tenant=request.tenant)
    models = [(model.slug, model.name) for model in known]
    entries = []
    for info in benchmarks.queries.names.names(tenant=request.tenant):
        is_open = info.status in ("waiting", "rejected")
        similar = benchmarks.queries.names.similar(info.name, known) if is_open else []
        form = form_of(info, models, similar) if may_decide and is_open else None
        if refused and refused[0] == info.slug:
            form = refused[1]
        reason = next((text for key, text in REASONS.items() if key == info.reason), "")
        entries.append(Entry(info=info, reason=reason, similar=similar, form=form))
    everybody = benchmarks.queries.runs.STRANGER
    words = benchmarks.queries.runs.run_words(tenant=request.tenant, viewer=everybody)
    context = {
        "with_runs": words.deployment_slugs,
        "waiting": [entry for entry in entries if entry.info.status == "waiting"],
        "decided": [entry for entry in entries if entry.info.status != "waiting"],
        "may_decide": may_decide,
    }
    return render(request, "lanes/names.html", context, status=status)


def _models(request: ArenaRequest) -> list[tuple[str, str]]:
    known = benchmarks.queries.models(tenant=request.tenant)
    return [(model.slug, model.name) for model in known]
