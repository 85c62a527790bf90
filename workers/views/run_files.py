"""Bytes of a run: its recipe, its raw files, its telemetry as numbers for a chart."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from arena.accounts.permissions import ArenaRequest
from arena_runner.contract import telemetry
from benchmarks.queries import runs
from workers.run_again import profile_yaml, recipe_yaml
from workers.run_page import file_of
from workers.views.runs import shown_run

_SERIES: Final = ("power_watts", "temperature_celsius", "sm_clock_mhz", "memory_used_bytes")
_POINTS_MAX: Final = 4_000
"""Of one chart; of a longer record every n-th row is sent."""


@never_cache
@require_safe
def recipe(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """Send the recipe as a file that the agent reads."""
    shown = shown_run(request, run_id)
    if shown.is_tombstone:
        raise Http404("the run was retracted")
    response = HttpResponse(recipe_yaml(shown.evidence.manifest), content_type="application/yaml")
    return _as_download(response, "recipe.yaml")


@never_cache
@require_safe
def profile(request: ArenaRequest, run_id: UUID) -> HttpResponse:
    """Send the profile as a file that the agent reads."""
    shown = shown_run(request, run_id)
    if shown.is_tombstone:
        raise Http404("the run was retracted")
    response = HttpResponse(profile_yaml(shown.evidence.manifest), content_type="application/yaml")
    return _as_download(response, "profile.yaml")


@never_cache
@require_safe
def file(request: ArenaRequest, run_id: UUID, sha256: str) -> HttpResponse:
    """Send raw bytes of a run; 404 for what is not the run's, or not for this visitor."""
    shown = shown_run(request, run_id)
    found = file_of(shown, sha256)
    if found is None:
        raise Http404("the run has no such file")
    try:
        artifact = runs.artifact(tenant=request.tenant, sha256=sha256)
    except runs.UnknownArtifact as error:
        raise Http404(str(error)) from None
    # Never with a type that a browser would show as a page of this site.
    response = HttpResponse(artifact.content, content_type="application/octet-stream")
    return _as_download(response, found.name)


@never_cache
@require_safe
def trace(request: ArenaRequest, run_id: UUID, sha256: str) -> HttpResponse:
    """Send a point's telemetry as columns of numbers, null where there is no sensor."""
    found = file_of(shown_run(request, run_id), sha256)
    if found is None or found.kind != "telemetry":
        raise Http404("the run has no such telemetry")
    try:
        artifact = runs.artifact(tenant=request.tenant, sha256=sha256)
        rows = telemetry.unpack(artifact.content)
    except (runs.UnknownArtifact, telemetry.BadTelemetryError) as error:
        raise Http404(str(error)) from None
    step = max(1, -(-len(rows) // _POINTS_MAX))
    taken = rows[::step]
    columns = {name: [getattr(row, name) for row in taken] for name in _SERIES}
    return JsonResponse(
        {
            "at_s": [row.at_ms / 1_000 for row in taken],
            "series": {
                name: values
                for name, values in columns.items()
                if any(value is not None for value in values)
            },
            "throttled_s": [row.at_ms / 1_000 for row in taken if row.throttle_reasons],
            "rows": len(rows),
            "step": step,
        }
    )


def _as_download(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
