"""Decide whether a runner may work: approved, suspended, retired, within its owner's limits."""

import re
import uuid
from collections.abc import Callable
from typing import Final

from arena.eventstore.domain import DomainError, DomainEvent
from arena.tenancy.models import Tenant
from workers.commands import runner_stream
from workers.events import RunnerApproved, RunnerLimitsSet, RunnerRetired, RunnerSuspended
from workers.state.runners import RunnerInfo, RunnerLimits

_HOURS: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_MAX_WATTS: Final = 1_000_000
_MAX_CELSIUS: Final = 150
_MAX_ENTRIES: Final = 50


def approve_runner(*, tenant: Tenant, runner_id: uuid.UUID, actor: str) -> RunnerInfo:
    """Let the runner take what others ask for; raises UnknownRunner, RunnerRefused if retired."""
    return _move(
        tenant, runner_id, "approved", lambda: RunnerApproved(runner_id=runner_id), actor=actor
    )


def suspend_runner(*, tenant: Tenant, runner_id: uuid.UUID, reason: str, actor: str) -> RunnerInfo:
    """Give the runner no more runs, until it is approved again.

    Raises UnknownRunner, RunnerRefused for a retired one, DomainError for an empty reason.
    """
    clean = runner_stream.text(reason, what="the reason")
    return _move(
        tenant,
        runner_id,
        "suspended",
        lambda: RunnerSuspended(runner_id=runner_id, reason=clean),
        actor=actor,
    )


def retire_runner(*, tenant: Tenant, runner_id: uuid.UUID, reason: str, actor: str) -> RunnerInfo:
    """Take the machine away for good; its results stay. Nothing happens the second time.

    Raises UnknownRunner, DomainError for an empty reason.
    """
    clean = runner_stream.text(reason, what="the reason")
    state, version = runner_stream.load(tenant, runner_id)
    if state.status == "retired":
        return state
    event = RunnerRetired(runner_id=runner_id, reason=clean)
    return runner_stream.append(tenant, state, version, event, actor=actor)


def set_limits(
    *, tenant: Tenant, runner_id: uuid.UUID, limits: RunnerLimits, actor: str
) -> RunnerInfo:
    """Set all that the owner allows; nothing is appended when it is so already.

    Raises UnknownRunner, RunnerRefused for a retired one, DomainError naming the limit that is
    none.
    """
    _check_limits(limits)
    state, version = runner_stream.load_active(tenant, runner_id)
    if state.limits == limits:
        return state
    event = RunnerLimitsSet(
        runner_id=runner_id,
        hours_utc=limits.hours_utc,
        max_power_watts=limits.max_power_watts,
        max_temperature_celsius=limits.max_temperature_celsius,
        only_when_idle=limits.only_when_idle,
        allowed_images=limits.allowed_images,
    )
    return runner_stream.append(tenant, state, version, event, actor=actor)


def _move(
    tenant: Tenant,
    runner_id: uuid.UUID,
    status: str,
    event: Callable[[], DomainEvent],
    *,
    actor: str,
) -> RunnerInfo:
    state, version = runner_stream.load_active(tenant, runner_id)
    if state.status == status:
        return state
    return runner_stream.append(tenant, state, version, event(), actor=actor)


def _check_limits(limits: RunnerLimits) -> None:
    if max(len(limits.hours_utc), len(limits.allowed_images)) > _MAX_ENTRIES:
        raise DomainError(f"limits: at most {_MAX_ENTRIES} hours and images")
    for hours in limits.hours_utc:
        if not _HOURS.fullmatch(hours):
            raise DomainError(f"hours_utc: {hours!r:.40}: want a span such as 22:00-06:00")
    for image in limits.allowed_images:
        runner_stream.text(image, what="allowed_images", most=300)
    for name, value, most in (
        ("max_power_watts", limits.max_power_watts, _MAX_WATTS),
        ("max_temperature_celsius", limits.max_temperature_celsius, _MAX_CELSIUS),
    ):
        if value is not None and not 1 <= value <= most:
            raise DomainError(f"{name} is {value}, want 1 to {most}")
