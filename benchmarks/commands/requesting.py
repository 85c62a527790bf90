"""Ask for a run: check its manifest before hours are spent, keep it, and queue it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from arena.eventstore import store
from arena.eventstore.domain import DomainError, IdempotencyConflict
from arena.eventstore.reader import fact_of
from arena.tenancy.models import Tenant
from arena_runner.contract import resolve
from arena_runner.contract.manifest import Manifest
from benchmarks.bell import ring_run
from benchmarks.commands.artifacts import keep_json
from benchmarks.commands.deployments import new_deployment
from benchmarks.commands.leases import database_now
from benchmarks.commands.models import new_model
from benchmarks.events import (
    Attribution,
    DeploymentRegistered,
    RunRequested,
    RunSource,
    deployment_stream,
    run_stream,
)
from benchmarks.models import RunJob
from benchmarks.state.refusals import Fault, RunRefused
from benchmarks.state.run import RunInfo, fold

OPERATOR: Final = "self-hosted"
"""Who runs what owners measure on their own machines."""
MAX_PRIORITY: Final = 10
_MAX_TAGS: Final = 20
_MAX_TAG: Final = 80


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants measured, and by whom."""

    manifest: Manifest
    source: RunSource = "site"
    runner_id: UUID | None = None
    required_tags: tuple[str, ...] = ()
    priority: int = 0
    reproduces: UUID | None = None
    publish: Attribution | None = None
    """Decided beforehand; takes effect on the arena's own machines only."""
    deployment_slug: str | None = None
    """A registered deployment; None for the one that the recipe describes."""


def check_manifest(*, manifest: Manifest) -> tuple[Fault, ...]:
    """Return what is wrong with a manifest; nothing is stored. Empty when it can be run."""
    faults = [
        Fault(pointer=f"/manifest{problem.pointer}", message=problem.message)
        for problem in resolve.check(manifest)
    ]
    seen: set[str] = set()
    for index, point in enumerate(manifest.profile.points):
        if point.key in seen:
            faults.append(
                Fault(
                    pointer=f"/manifest/profile/points/{index}/key",
                    message=f"{point.key} is the key of an earlier point",
                )
            )
        seen.add(point.key)
    return tuple(faults)


def request_run(*, tenant: Tenant, run_id: UUID, wish: Wish, actor: str) -> tuple[RunInfo, bool]:
    """Queue a run; return it, and whether it is new. The same wish again changes nothing.

    The run is private. Its model and deployment are registered once it is published, so that
    nobody learns their names before. Raises RunRefused for a manifest that cannot be run,
    IdempotencyConflict for another wish under this id, DomainError for tags, a priority or a
    deployment that cannot be.
    """
    check_wish(wish)
    event = requested(tenant, run_id, wish)
    with transaction.atomic(durable=True):
        # Of two that ask at once one waits here, and then finds the stream.
        RunJob.objects.bulk_create([_job(tenant, event, wish, actor=actor)], ignore_conflicts=True)
        if stored := store.read_stream(tenant=tenant, stream=run_stream(run_id)):
            if fact_of(stored[0], RunRequested) != event:
                raise IdempotencyConflict("another run was asked for under this id")
            return fold(stored).info, False
        keep_json(tenant, kind="manifest", value=wish.manifest.model_dump(mode="json"))
        store.append(
            tenant=tenant,
            stream=run_stream(run_id),
            events=[event],
            expected_version=0,
            actor=actor,
        )
        ring_run(tenant_id=tenant.pk, run_id=run_id)
    return fold(store.read_stream(tenant=tenant, stream=run_stream(run_id))).info, True


def check_wish(wish: Wish) -> None:
    """Raise RunRefused or DomainError for what cannot be asked for."""
    if faults := check_manifest(manifest=wish.manifest):
        raise RunRefused(
            "invalid-manifest",
            "The manifest cannot be run: "
            + "; ".join(f"{fault.pointer}: {fault.message}" for fault in faults),
            faults=faults,
        )
    if len(wish.required_tags) > _MAX_TAGS or any(
        not 0 < len(tag) <= _MAX_TAG or not tag.isprintable() for tag in wish.required_tags
    ):
        raise DomainError(f"required_tags: want at most {_MAX_TAGS}, of 1 to {_MAX_TAG} characters")
    if abs(wish.priority) > MAX_PRIORITY:
        raise DomainError(f"priority is {wish.priority}, want -{MAX_PRIORITY} to {MAX_PRIORITY}")


def requested(tenant: Tenant, run_id: UUID, wish: Wish) -> RunRequested:
    """Return the event of a wish; appends nothing."""
    manifest = wish.manifest
    model_slug, deployment_slug = _slugs(tenant, wish)
    return RunRequested(
        run_id=run_id,
        identity_sha256=manifest.identity_sha256,
        manifest_sha256=manifest.identity_sha256,
        model_slug=model_slug,
        model_name=manifest.recipe.model,
        deployment_slug=deployment_slug,
        profile=manifest.profile.id,
        point_keys=tuple(point.key for point in manifest.profile.points),
        source=wish.source,
        runner_id=wish.runner_id,
        required_tags=wish.required_tags,
        priority=wish.priority,
        reproduces=wish.reproduces,
        publish=wish.publish,
    )


def _job(tenant: Tenant, event: RunRequested, wish: Wish, *, actor: str) -> RunJob:
    return RunJob(
        tenant=tenant,
        run_id=event.run_id,
        state="queued",
        runner_id=wish.runner_id,
        required_tags=list(wish.required_tags),
        profile=event.profile,
        requested_by=actor,
        priority=wish.priority,
        requested_at=database_now(tenant),
        points_total=len(event.point_keys),
    )


def _slugs(tenant: Tenant, wish: Wish) -> tuple[str, str]:
    """Return the slugs of model and deployment, registered or not."""
    if wish.deployment_slug is not None:
        stored = store.read_stream(tenant=tenant, stream=deployment_stream(wish.deployment_slug))
        if not stored:
            raise DomainError(f"no deployment {wish.deployment_slug!r} is registered")
        return fact_of(stored[0], DeploymentRegistered).model_slug, wish.deployment_slug
    recipe = wish.manifest.recipe
    model_slug, _ = new_model(tenant=tenant, name=recipe.model)
    deployment_slug, _ = new_deployment(
        tenant=tenant,
        model_slug=model_slug,
        quantization=recipe.quantization,
        engine=recipe.engine,
        hardware=recipe.hardware,
        node_count=recipe.nodes,
        operator=OPERATOR,
    )
    return model_slug, deployment_slug
