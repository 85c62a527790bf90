"""Boards of lanes: one page for each version of each bench."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import benchmarks.queries
from arena.accounts.permissions import ArenaRequest
from benchmarks.authors import MODERATORS
from benchmarks.queries.lanes import UnknownBench


@require_safe
def benches(request: ArenaRequest) -> HttpResponse:
    """Show every bench with its versions."""
    found = benchmarks.queries.lanes.benches(tenant=request.tenant)
    return render(request, "lanes/benches.html", {"benches": found})


@require_safe
def bench(request: ArenaRequest, bench: str, version: str) -> HttpResponse:
    """Show the lanes of one version of one bench; 404 where there is none."""
    try:
        found = benchmarks.queries.lanes.bench(tenant=request.tenant, bench=bench, version=version)
    except UnknownBench as error:
        raise Http404(str(error)) from error
    known = {item.slug for item in benchmarks.queries.deployments(tenant=request.tenant)}
    context = {"bench": found, "known": known, "may_award": request.role in MODERATORS}
    return render(request, "lanes/bench.html", context)
