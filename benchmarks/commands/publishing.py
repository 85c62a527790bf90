"""Show a run to others, take it back, and what moderators may do with it."""

import re
import uuid
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from arena.eventstore import store
from arena.eventstore.domain import DomainError, DomainEvent
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks.bell import ring_run
from benchmarks.commands.artifacts import keep
from benchmarks.commands.deployments import new_deployment
from benchmarks.commands.leases import append, state_of
from benchmarks.commands.measuring import manifest_of
from benchmarks.commands.models import new_model
from benchmarks.commands.names import see_model
from benchmarks.commands.requesting import OPERATOR
from benchmarks.events import (
    Attribution,
    RunInvalidated,
    RunPublished,
    RunReleased,
    RunRetracted,
    deployment_stream,
    run_stream,
)
from benchmarks.queries.payloads import payload_of
from benchmarks.state.refusals import RunRefused
from benchmarks.state.run import RunInfo, RunState, evolve

LICENCE: Final = "CC-BY-4.0"
"""Of published runs, unless their owner says otherwise."""
_LICENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,39}")
_MAX_REASON: Final = 500


def publish_run(
    *,
    tenant: Tenant,
    run_id: UUID,
    attribution: Attribution,
    licence: str,
    payload_sha256: str,
    actor: str,
    registers: bool = False,
) -> tuple[RunInfo, bool]:
    """Show a completed run to whoever may read the arena; return it, and whether that is new.

    `payload_sha256` says what the owner was shown: it must be what would be public now. The
    deployment is registered along with it. A model that nobody has registered waits in the queue
    of names, and the run is on no board, unless a moderator publishes (`registers`). An anonymous
    run may be named later, never the other way round. Raises RunRefused, UnknownRun, DomainError
    for a licence that cannot be.
    """
    if not _LICENCE.fullmatch(licence):
        raise DomainError(f"licence: {licence[:40]!r} is no SPDX identifier, such as {LICENCE}")
    with transaction.atomic(durable=True):
        state = state_of(tenant, run_id)
        info = state.info
        if (info.visibility, info.attribution, info.payload_sha256) == (
            "published",
            attribution,
            payload_sha256,
        ):
            return info, False
        _check_publishable(info, attribution)
        shown = payload_of(tenant=tenant, state=state, attribution=attribution)
        if shown.sha256 != payload_sha256:
            raise RunRefused(
                "payload-changed",
                f"What would be public has the SHA-256 {shown.sha256} now. Look at it again.",
            )
        append_published(
            tenant, state, [], attribution=attribution, licence=licence, actor=actor,
            registers=registers,
        )  # fmt: skip
    return state_of(tenant, run_id).info, True


def retract_run(
    *, tenant: Tenant, run_id: UUID, reason: str, actor: str, superseded_by: UUID | None = None
) -> tuple[RunInfo, bool]:
    """Take a published run back; a tombstone with the reason stays. Again, it changes nothing.

    `superseded_by` names the published run that stands in its place. Raises RunRefused when it is
    not published or the other is not, UnknownRun, DomainError without a reason.
    """
    clean = _reason(reason)
    state = state_of(tenant, run_id)
    if state.info.visibility == "retracted":
        return state.info, False
    if state.info.visibility != "published":
        raise RunRefused("not-publishable", "The run is not published; nothing is to take back.")
    if superseded_by is not None:
        other = state_of(tenant, superseded_by).info
        if other.visibility != "published" or superseded_by == run_id:
            raise RunRefused("not-publishable", "The run that is to replace it is not published.")
    event = RunRetracted(run_id=run_id, reason=clean, superseded_by=superseded_by)
    return _append(tenant, state, event, actor), True


def invalidate_run(
    *, tenant: Tenant, run_id: UUID, reason: str, actor: str
) -> tuple[RunInfo, bool]:
    """Take a completed run out of every figure, for moderators; everything stays in the log."""
    clean = _reason(reason)
    state = state_of(tenant, run_id)
    if state.info.invalidation_reason == clean:
        return state.info, False
    if state.info.status != "completed":
        raise RunRefused("not-publishable", "The run is not completed; it counts nowhere.")
    return _append(tenant, state, RunInvalidated(run_id=run_id, reason=clean), actor), True


def release_run(
    *, tenant: Tenant, run_id: UUID, reason: str, actor: str, is_platform: bool = False
) -> tuple[RunInfo, bool]:
    """Let a quarantined or invalidated run count, for moderators; again, it changes nothing.

    One of the arena's own machines is published too, when its requester had decided so.
    """
    clean = _reason(reason)
    with transaction.atomic(durable=True):
        state = state_of(tenant, run_id)
        info = state.info
        if info.verdict == "void" or info.status != "completed":
            raise RunRefused("not-publishable", "The run measured nothing that could count.")
        if info.verdict == "accepted" and info.invalidation_reason is None:
            return info, False
        event = RunReleased(run_id=run_id, reason=clean)
        if is_platform and info.publish is not None and info.visibility == "private":
            append_published(
                tenant, state, [event], attribution=info.publish, licence=LICENCE, actor=actor
            )
        else:
            append(tenant, state, [event], actor=actor)
    return state_of(tenant, run_id).info, True


def append_published(
    tenant: Tenant,
    state: RunState,
    events: list[DomainEvent],
    *,
    attribution: Attribution,
    licence: str,
    actor: str,
    registers: bool = False,
) -> None:
    """Append these events and the publication of what the run then is, in one transaction.

    For commands. Keeps the payload, and registers the deployment where it is new; a new name of a
    model becomes a model if it `registers`, else it waits in the queue of names.
    """
    now = timezone.now()
    after = state
    for event in events:
        after = evolve(after, event, actor=actor, at=now, position=state.info.position)
    newcomers = _newcomers(tenant, after, registers=registers)
    shown = payload_of(tenant=tenant, state=after, attribution=attribution)
    keep(tenant, kind="payload", content=shown.content)
    published = RunPublished(
        run_id=state.info.run_id,
        attribution=attribution,
        licence=licence,
        payload_sha256=shown.sha256,
    )
    own = [
        NewEvent(
            stream=run_stream(state.info.run_id),
            event=event,
            event_id=uuid.uuid4(),
            expected_version=state.version + offset,
        )
        for offset, event in enumerate([*events, published])
    ]
    store.append_many(tenant=tenant, events=[*newcomers, *own], actor=actor)
    ring_run(tenant_id=tenant.pk, run_id=state.info.run_id)


def _newcomers(tenant: Tenant, state: RunState, *, registers: bool) -> list[NewEvent]:
    """Return the events that register or name the run's model, and its deployment, if new."""
    info = state.info
    if store.read_stream(tenant=tenant, stream=deployment_stream(info.deployment_slug)):
        return []
    recipe = manifest_of(tenant, state).recipe
    if registers:
        model_slug, models = new_model(tenant=tenant, name=recipe.model)
    else:
        model_slug, models = see_model(tenant=tenant, name=recipe.model, origin="run")
    deployment_slug, deployments = new_deployment(
        tenant=tenant,
        model_slug=model_slug,
        quantization=recipe.quantization,
        engine=recipe.engine,
        hardware=recipe.hardware,
        node_count=recipe.nodes,
        operator=OPERATOR,
    )
    if (model_slug, deployment_slug) != (info.model_slug, info.deployment_slug):
        raise RunRefused(
            "identity-conflict",
            f"Another model has been registered as {info.model_slug} since the run was asked for."
            " Ask a moderator to give it a name of its own.",
        )
    return [*models, *deployments]


def _check_publishable(info: RunInfo, attribution: Attribution) -> None:
    if info.status != "completed":
        raise RunRefused("not-publishable", f"The run is {info.status}, not completed.")
    if info.visibility == "retracted":
        raise RunRefused("not-publishable", "The run was retracted; publish another one instead.")
    if info.attribution == "named" and attribution == "anonymous":
        raise RunRefused("not-publishable", "The run is published by name; the log keeps that.")


def _append(tenant: Tenant, state: RunState, event: DomainEvent, actor: str) -> RunInfo:
    with transaction.atomic(durable=True):
        append(tenant, state, [event], actor=actor)
    return state_of(tenant, state.info.run_id).info


def _reason(text: str) -> str:
    clean = text.strip()
    if not clean or len(clean) > _MAX_REASON or not clean.isprintable():
        raise DomainError(f"reason: want 1 to {_MAX_REASON} printable characters")
    return clean
