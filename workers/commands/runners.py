"""Register runners and keep their facts up to date; all commands of runners from one place."""

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from arena.eventstore import store
from arena.eventstore.domain import DomainError, IdempotencyConflict
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from arena_runner.contract.report import Machine
from arena_runner.contract.signing import Envelope
from workers.commands import runner_stream
from workers.commands.machines import MachineFacts, keep_machine
from workers.commands.presence import note_presence
from workers.commands.runner_keys import revoke_key, rotate_key
from workers.commands.runner_standing import (
    approve_runner,
    retire_runner,
    set_limits,
    suspend_runner,
)
from workers.events import (
    RunnerDescribed,
    RunnerOrigin,
    RunnerRegistered,
)
from workers.events import runner_stream as stream_of
from workers.state.runners import (
    PLATFORM,
    RunnerInfo,
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
    "register_platform_runner",
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
) -> Registration:
    """Let a machine join; its id follows from the key, so the same request again changes nothing.

    `proof` is signed by the key itself over `{"purpose": "register", "public_key": ...}`: nobody
    registers a key that is not theirs. Raises RunnerRefused (`bad-signature`, `foreign-runner` for
    a key that is somebody else's), DomainError for a name, tag or key that is none.
    """
    raw = runner_stream.public_bytes(public_key)
    runner_stream.check_proof(proof, signed_by=raw, purpose="register", public_key=raw.hex())
    return _join(
        tenant,
        raw,
        owner=owner,
        origin="owner",
        name=name,
        machine=machine,
        tags=tags,
        actor=actor,
    )


@transaction.atomic
def register_platform_runner(
    *,
    tenant: Tenant,
    name: str,
    public_key: str,
    machine: Machine,
    tags: Collection[str],
    actor: str,
) -> RunnerInfo:
    """Let a machine of the arena itself join, approved at once; the operator vouches for its key.

    Done again it brings the description up to date. Raises as `register_runner` does.
    """
    raw = runner_stream.public_bytes(public_key)
    registration = _join(
        tenant,
        raw,
        owner=PLATFORM,
        origin="platform",
        name=name,
        machine=machine,
        tags=tags,
        actor=actor,
    )
    runner_id = registration.runner.runner_id
    if not registration.is_new:
        describe_runner(tenant=tenant, runner_id=runner_id, machine=machine, tags=tags, actor=actor)
    if registration.runner.status != "registered":
        # Whoever suspended it meant it.
        return runner_stream.load(tenant, runner_id)[0]
    return approve_runner(tenant=tenant, runner_id=runner_id, actor=actor)


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


def _join(
    tenant: Tenant,
    raw: bytes,
    *,
    owner: str,
    origin: RunnerOrigin,
    name: str,
    machine: Machine,
    tags: Collection[str],
    actor: str,
) -> Registration:
    """Return the runner of this key, registered now unless it was before."""
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
