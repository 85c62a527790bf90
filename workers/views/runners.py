"""The fleet: machines that measure, what they are, and how they feel."""

from collections import Counter
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from arena.accounts.models import Role
from arena.accounts.permissions import ArenaRequest, MemberRequest, require_role
from arena.tenancy.models import Tenant
from benchmarks.queries import runs
from benchmarks.queries.runs import RunInfo, Viewer
from workers import queries, runner_page
from workers.machine_rows import MachineRow, machine_rows
from workers.queries.runners import ONLINE_WITHIN
from workers.run_lines import run_lines
from workers.runner_forms import LimitsForm, ReasonForm
from workers.state.runners import RunnerInfo
from workers.viewers import viewer_of

RUNS_SHOWN: Final = 25
COUNTED_MAX: Final = 1_000
APPROVERS: Final = (Role.OWNER, Role.ADMIN)
signed_in = require_role()


@require_safe
def runners(request: ArenaRequest) -> HttpResponse:
    """List one's own machines, those that wait for approval, and the approved ones."""
    tenant = request.tenant
    viewer = viewer_of(request, tenant=tenant)
    every = queries.runners(tenant=tenant)
    approved = [info for info in every if info.status == "approved"]
    waiting = [info for info in every if info.status in ("registered", "suspended")]
    context = {
        **_mine(tenant, viewer),
        "approved": machine_rows(
            tenant=tenant, infos=approved, actor=viewer.actor, published=_published(tenant)
        ),
        "waiting": machine_rows(
            tenant=tenant,
            infos=waiting if request.role in APPROVERS else [],
            actor=viewer.actor,
        ),
    }
    return render(request, "workers/runners.html", context)


@never_cache
@require_GET
@signed_in
def my_machines(request: MemberRequest) -> HttpResponse:
    """Return one's own machines as a part of a page, which a script puts in place."""
    viewer = viewer_of(request, tenant=request.tenant)
    return render(request, "workers/_my_machines.html", _mine(request.tenant, viewer))


@never_cache
@require_safe
def add_runner(request: ArenaRequest) -> HttpResponse:
    """Say how a machine joins; it appears on the page once it has."""
    slug = request.tenant_slug_in_path
    line = f"arena-runner setup --url {request.build_absolute_uri('/')}"
    context = {
        "install": "pipx install arena-runner",
        "setup": line if slug is None else f"{line} --tenant {slug}",
        **_mine(request.tenant, viewer_of(request, tenant=request.tenant)),
    }
    return render(request, "workers/runner_add.html", context)


@never_cache
@require_safe
def runner(request: ArenaRequest, runner_id: UUID) -> HttpResponse:
    """Show one machine: public facts to everybody, the rest to its owner and administrators."""
    return runner_response(request, visible_runner(request, runner_id))


def visible_runner(request: ArenaRequest, runner_id: UUID) -> RunnerInfo:
    """Return a machine that the visitor may know of; 404 for any other.

    Approved machines are public, and so are those that have published runs by name; others are
    seen by their owner and by administrators.
    """
    info = _runner_or_404(request.tenant, runner_id)
    if not _is_public(request.tenant, info) and not may_manage(request, info):
        raise Http404("there is no such runner")
    return info


def public_runner(*, tenant: Tenant, runner_id: UUID) -> RunnerInfo:
    """Return a machine that everybody who reads the arena may know of; 404 for any other."""
    info = _runner_or_404(tenant, runner_id)
    if not _is_public(tenant, info):
        raise Http404("there is no such runner")
    return info


def _runner_or_404(tenant: Tenant, runner_id: UUID) -> RunnerInfo:
    try:
        return queries.runner(tenant=tenant, runner_id=runner_id)
    except queries.UnknownRunner as error:
        raise Http404(str(error)) from None


def _is_public(tenant: Tenant, info: RunnerInfo) -> bool:
    return info.status == "approved" or bool(
        runs.runs(tenant=tenant, runner_id=info.runner_id, limit=1)
    )


def is_owner(request: ArenaRequest, info: RunnerInfo) -> bool:
    """Tell whether the machine is the visitor's."""
    return info.owner == viewer_of(request, tenant=request.tenant).actor


def may_manage(request: ArenaRequest, info: RunnerInfo) -> bool:
    """Tell whether the visitor may see and change what is not public of the machine."""
    return request.role in APPROVERS or is_owner(request, info)


def runner_response(
    request: ArenaRequest,
    info: RunnerInfo,
    *,
    forms: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of a machine; `forms` replace the empty ones by name."""
    tenant = request.tenant
    viewer = viewer_of(request, tenant=tenant)
    is_manager = may_manage(request, info)
    listed = runs.runs(tenant=tenant, viewer=viewer, runner_id=info.runner_id, limit=RUNS_SHOWN)
    row = machine_rows(tenant=tenant, infos=[info], actor=viewer.actor)[0]
    context = {
        "machine": row,
        "info": info,
        "is_mine": row.is_mine,
        "is_manager": is_manager,
        "is_public": _is_public(tenant, info),
        "may_approve": request.role in APPROVERS,
        "about": runner_page.facts(tenant=tenant, info=info),
        "findings": runner_page.findings(row) if is_manager else [],
        "lines": run_lines(tenant=tenant, infos=listed, viewer=viewer),
        "comparisons": runner_page.comparisons(tenant=tenant, infos=listed) if is_manager else [],
        "requests": runner_page.reproduce_requests(tenant=tenant, info=info) if row.is_mine else [],
        "limits_form": LimitsForm.of(info.limits),
        "suspend_form": ReasonForm(auto_id="id_suspend_%s"),
        "retire_form": ReasonForm(auto_id="id_retire_%s"),
        "revoke_form": ReasonForm(auto_id="id_revoke_%s"),
        **(forms or {}),
    }
    return render(request, "workers/runner.html", context, status=status)


def _mine(tenant: Tenant, viewer: Viewer) -> dict[str, Any]:
    return {
        "machines": own_machines(tenant, viewer),
        "online_within_s": round(ONLINE_WITHIN.total_seconds()),
    }


def own_machines(tenant: Tenant, viewer: Viewer) -> list[MachineRow]:
    """Return the viewer's machines that are not retired, with what they are doing."""
    if viewer.actor is None or not viewer.runner_ids:
        return []
    infos = [
        info
        for info in queries.runners(tenant=tenant, owner=viewer.actor)
        if info.status != "retired"
    ]
    return machine_rows(
        tenant=tenant, infos=infos, actor=viewer.actor, jobs=runner_page.jobs_of(tenant, viewer)
    )


def _published(tenant: Tenant) -> Counter[UUID]:
    """Return how many published runs each runner has that are not anonymous."""
    return Counter(
        info.runner_id for info in published_by_name(tenant=tenant) if info.runner_id is not None
    )


def published_by_name(*, tenant: Tenant, runner_id: UUID | None = None) -> list[RunInfo]:
    """Return the newest published runs that name their runner, those of one runner if asked."""
    listed = runs.runs(
        tenant=tenant, statuses=["completed"], runner_id=runner_id, limit=COUNTED_MAX
    )
    return [info for info in listed if info.visibility == "published" and info.runner_id]
