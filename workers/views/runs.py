"""Runs: the board of all jobs, and the page of one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import benchmarks.queries
from arena.accounts.permissions import ArenaRequest
from arena.parameters import one_of
from arena.tenancy.middleware import TenantRequest
from arena_runner.contract import profiles
from benchmarks.queries import runs as queries
from benchmarks.queries.runs import Viewer
from workers import run_page
from workers.run_again import again
from workers.run_choices import forms_of
from workers.run_lines import blank_line, run_lines
from workers.viewers import viewer_of

PAGE_SIZE: Final = 50
STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "": (),
    "queued": ("queued",),
    "leased": ("leased",),
    "running": ("running",),
    "done": ("completed",),
    "failed": ("failed", "cancelled"),
}
_TITLES: Final = {
    "": "all",
    "leased": "leased: taken, not started",
    "failed": "failed or cancelled",
}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which runs a visitor asked for; an empty field lets everything through."""

    state: str
    profile: str
    model: str
    deployment: str
    mine: bool

    @property
    def query(self) -> dict[str, str]:
        """Return the filter as parameters of a link."""
        fields = {
            "state": self.state,
            "profile": self.profile,
            "model": self.model,
            "deployment": self.deployment,
            "whose": "mine" if self.mine else "",
        }
        return {name: value for name, value in fields.items() if value}


@never_cache
@require_safe
def runs(request: ArenaRequest) -> HttpResponse:
    """List runs, newest first; `?state=`, `?profile=`, `?model=`, `?whose=mine` filter,
    `?deployment=` too.

    Raises 400 naming what is allowed for any value that there is not, and for a `before` that no
    page gave.
    """
    viewer = viewer_of(request, tenant=request.tenant)
    wanted = _filter(request, viewer)
    found = queries.runs(
        tenant=request.tenant,
        viewer=viewer,
        statuses=STATES[wanted.state],
        profile=wanted.profile or None,
        model_slug=wanted.model or None,
        deployment_slug=wanted.deployment or None,
        mine=wanted.mine,
        before=_before(request),
        limit=PAGE_SIZE + 1,
    )
    page = found[:PAGE_SIZE]
    is_filtered = bool(wanted.query) or "before" in request.GET
    context = {
        "rows": run_lines(tenant=request.tenant, infos=page, viewer=viewer),
        "states": [(key, _TITLES.get(key, key)) for key in STATES],
        "profiles": profiles.names(),
        "filter": wanted,
        "may_own": viewer.actor is not None,
        "only": "yes" if is_filtered else "no",
        "socket_path": f"{get_script_prefix()}ws/runs/",
        "older_query": _older(wanted, page[-1]) if len(found) > PAGE_SIZE else "",
        "blank": blank_line(),
    }
    return render(request, "benchmarks/runs.html", context)


@never_cache
@require_safe
def run(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """Show one run; 404 for one that is not the visitor's to see."""
    return run_response(request, shown_run(request, run_id))


def _has_page(request: ArenaRequest, deployment: str) -> bool:
    try:
        benchmarks.queries.deployment(tenant=request.tenant, slug=deployment)
    except benchmarks.queries.UnknownDeployment:
        return False
    return True


def shown_run(request: ArenaRequest, run_id: UUID) -> run_page.Page:
    """Return a run as the visitor may see it; 404 for one that is not theirs to see."""
    viewer = viewer_of(request, tenant=request.tenant)
    try:
        return run_page.page(tenant=request.tenant, run_id=run_id, viewer=viewer)
    except queries.UnknownRun as error:
        raise Http404(str(error)) from None


def run_response(
    request: ArenaRequest,
    shown: run_page.Page,
    *,
    forms: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of a run; `forms` replace the empty ones by name."""
    if shown.is_tombstone:
        return render(request, "benchmarks/tombstone.html", {"info": shown.info}, status=status)
    context = {
        **run_page.context(tenant=request.tenant, shown=shown),
        **forms_of(shown),
        **(forms or {}),
        "is_name_unknown": shown.info.model_slug
        in benchmarks.queries.names.unresolved_names(tenant=request.tenant),
        "has_place": _has_page(request, shown.info.deployment_slug),
        "again": again(shown.evidence.manifest, urls=_urls(request, shown)),
        "socket_path": f"{get_script_prefix()}ws/runs/{shown.info.run_id}/",
    }
    return render(request, "benchmarks/run.html", context, status=status)


def _urls(request: ArenaRequest, shown: run_page.Page) -> tuple[str, str] | None:
    """Return where recipe and profile are, for everybody; None while the run is private."""
    if shown.info.visibility == "private":
        return None
    args = [shown.info.run_id]
    recipe, profile = reverse("run_recipe", args=args), reverse("run_profile", args=args)
    return request.build_absolute_uri(recipe), request.build_absolute_uri(profile)


def _filter(request: TenantRequest, viewer: Viewer) -> Filter:
    words = cache(partial(queries.run_words, tenant=request.tenant, viewer=viewer))

    def asked(name: str, of_runs: Callable[[], Iterable[str]]) -> str:
        # What runs can be asked for by is read only where somebody asks.
        known = ["", *of_runs()] if request.GET.get(name) else [""]
        return one_of(request, name, known, default="")

    return Filter(
        state=one_of(request, "state", STATES, default=""),
        profile=asked("profile", lambda: {*profiles.names(), *words().profiles}),
        model=asked("model", lambda: sorted(words().model_slugs)),
        deployment=asked("deployment", lambda: sorted(words().deployment_slugs)),
        mine=one_of(request, "whose", ("", "mine"), default="") == "mine",
    )


def _before(request: TenantRequest) -> tuple[datetime, UUID] | None:
    text = request.GET.get("before")
    if text is None:
        return None
    when, _, run_id = text.rpartition("_")
    try:
        at = parse_datetime(when)
        if at is None or at.tzinfo is None:
            raise ValueError(when)
        return at, UUID(run_id)
    except ValueError:
        raise BadRequest("before: give what the link to older runs holds.") from None


def _older(wanted: Filter, last: queries.RunInfo) -> str:
    before = f"{last.requested_at.isoformat()}_{last.run_id}"
    return urlencode({**wanted.query, "before": before})
