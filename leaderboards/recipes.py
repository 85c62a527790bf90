"""How a model was served in its published runs, and the line that measures it again elsewhere."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final
from uuid import UUID

from arena.tenancy.models import Tenant
from arena_runner.contract.manifest import Manifest
from benchmarks.queries.runs import STRANGER, artifact, shows_figures
from leaderboards.measured_runs import MeasuredRun
from workers.run_again import again

RECIPES_MAX: Final = 20
Files = Callable[[UUID], tuple[str, str]]
"""Addresses of the recipe and the profile of a run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipeLine:
    """One manifest and the runs of it; `decode` is the median tok/s of those that count."""

    manifest_sha256: str
    run_id: UUID
    """The newest run of it."""
    deployment: str
    quantization: str | None
    engine: str
    engine_version: str | None
    image_digest: str | None
    profile: str
    runs: int
    counted: int
    decode: float | None
    line: str


def recipes(*, tenant: Tenant, found: Iterable[MeasuredRun], files: Files) -> list[RecipeLine]:
    """Return one line a manifest of runs that everybody may see, the newest run's first."""
    of: dict[str, list[MeasuredRun]] = {}
    for run in found:
        if shows_figures(run.info, STRANGER):
            of.setdefault(run.info.manifest_sha256, []).append(run)
    return [_line(tenant, sha256, runs, files) for sha256, runs in list(of.items())[:RECIPES_MAX]]


def _line(tenant: Tenant, sha256: str, runs: list[MeasuredRun], files: Files) -> RecipeLine:
    manifest = Manifest.model_validate_json(artifact(tenant=tenant, sha256=sha256).content)
    newest = runs[0].info
    speeds = [run.decode.value for run in runs if run.decode and not run.why_not]
    return RecipeLine(
        manifest_sha256=sha256,
        run_id=newest.run_id,
        deployment=newest.deployment_slug,
        quantization=manifest.recipe.quantization,
        engine=manifest.recipe.engine,
        engine_version=newest.engine_version or manifest.recipe.engine_version,
        image_digest=manifest.image_digest,
        profile=manifest.profile.id,
        runs=len(runs),
        counted=len(speeds),
        decode=median(speeds) if speeds else None,
        line=again(manifest, urls=files(newest.run_id)),
    )
