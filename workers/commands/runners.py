"""Register runners, keep their facts up to date, and decide whether they may work."""

import re
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from arena.eventstore import store
from arena.eventstore.domain import DomainError, DomainEvent, IdempotencyConflict
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from arena_runner.contract.report import Machine
from arena_runner.contract.signing import Envelope
from workers.commands import runner_stream
from workers.commands.machines import MachineFacts, keep_machine
from workers.commands.presence import note_presence
from workers.commands.runner_keys import revoke_key, rotate_key
from workers.events import (
    RunnerApproved,
    RunnerDescribed,
    RunnerLimitsSet,
    RunnerOrigin,
    RunnerRegistered,
    RunnerRetired,
    RunnerSuspended,
)
from workers.events import runner_stream as stream_of
from workers.state.runners import (
    RunnerInfo,
    RunnerLimits,
    RunnerRefused,
    key_event_id,
    runner_id_of,
    runner_of,
)

__all__ = [
    "Registration",
    "approve_runner",
    "describe_runner",
    "note_presence",
    "register_runner",
    "retire_runner",
    "revoke_key",
    "rotate_key",
    "set_limits",
    "suspend_runner",
]

_TAG: Final = re.compile(r"[a-z0-9][a-z0-9._:/+-]{0,59}")
_MAX_TAGS: Final = 50
_MAX_NAME: Final = 100
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_MAX_WATTS: Final = 1_000_000
_MAX_CELSIUS: Final = 150
_MAX_ENTRIES: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """A runner, and whether it has been registered just now."""

    runner: RunnerInfo
    is_new: bool


@transaction.atomic
def register_runner(
    *,
    tenant: Tenant,
    owner: str,
    name: str,
    public_key: str,
    machine: Machine,
    tags: Collection[str],
    proof: Envelope,
    actor: str,
    origin: RunnerOrigin = "owner",
) -> Registration:
    """Let a machine join; its id follows from the key, so the same request again changes nothing.

    `proof` is signed by the key itself over `{"purpose": "register", "public_key": ...}`: nobody
    registers a key that is not theirs. Raises RunnerRefused (`bad-signature`, `foreign-runner` for
    a key that is somebody else's), DomainError for a name, tag or key that is none.
    """
    raw = runner_stream.public_bytes(public_key)
    runner_stream.check_proof(proof, signed_by=raw, purpose="register", public_key=raw.hex())
    clean_name = runner_stream.text(name, what="the name of the runner", most=_MAX_NAME)
    clean_tags = _tags(tags)
    key_id = signing.key_id(raw)
    runner_id = runner_id_of(tenant_id=tenant.pk, key_id=key_id)
    known = runner_of(store.read_stream(tenant=tenant, stream=stream_of(runner_id)))
    if known is not None:
        return Registration(runner=_own(known, owner), is_new=False)
    facts = keep_machine(tenant=tenant, machine=machine)
    event = RunnerRegistered(
        runner_id=runner_id,
        name=clean_name,
        owner=owner,
        origin=origin,
        public_key=raw.hex(),
        tags=clean_tags,
        **facts.fields(),
    )
    try:
        store.append(
            tenant=tenant,
            stream=stream_of(runner_id),
            events=[event],
            expected_version=0,
            actor=actor,
            ids=[key_event_id(tenant_id=tenant.pk, key_id=key_id)],
        )
    except IdempotencyConflict:
        raise RunnerRefused(
            "foreign-runner", "public_key: it was used before in this arena; make a new one"
        ) from None
    return Registration(runner=runner_stream.load(tenant, runner_id)[0], is_new=True)


@transaction.atomic
def describe_runner(
    *,
    tenant: Tenant,
    runner_id: uuid.UUID,
    machine: Machine,
    tags: Collection[str],
    actor: str,
) -> RunnerInfo:
    """Bring hardware and tags to what the agent finds now; nothing is appended when they are so.

    Raises UnknownRunner, RunnerRefused for a retired one, DomainError for a tag that is none.
    """
    clean_tags = _tags(tags)
    state, version = runner_stream.load_active(tenant, runner_id)
    facts = keep_machine(tenant=tenant, machine=machine)
    if MachineFacts.of(state) == facts and set(state.tags) == set(clean_tags):
        return state
    event = RunnerDescribed(runner_id=runner_id, tags=clean_tags, **facts.fields())
    return runner_stream.append(tenant, state, version, event, actor=actor)


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


def _own(runner: RunnerInfo, owner: str) -> RunnerInfo:
    if runner.owner != owner:
        raise RunnerRefused("foreign-runner", "this key belongs to a runner of somebody else")
    if runner.status == "retired":
        raise RunnerRefused(
            "runner-retired", "the runner of this key is retired; register with a new key"
        )
    return runner


def _tags(tags: Collection[str]) -> tuple[str, ...]:
    """Return the tags sorted and once each; raise DomainError for one that is none."""
    if len(tags) > _MAX_TAGS:
        raise DomainError(f"tags: {len(tags)}, at most {_MAX_TAGS} are taken")
    for tag in tags:
        if not _TAG.fullmatch(tag):
            raise DomainError(
                f"tags: {tag!r:.80}: want a letter or digit, then letters, digits and . _ : / + -,"
                " in lower case, at most 60"
            )
    return tuple(sorted(set(tags)))


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
