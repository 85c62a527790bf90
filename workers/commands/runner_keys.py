"""Change the key that a runner signs with, and take trust away from one."""

import uuid

from django.db import transaction

from arena.eventstore.domain import DomainError, IdempotencyConflict
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from arena_runner.contract.signing import Envelope
from workers.commands import runner_stream
from workers.events import RunnerKeyRevoked, RunnerKeyRotated
from workers.state.runners import RunnerInfo, RunnerRefused, key_event_id


@transaction.atomic
def rotate_key(
    *, tenant: Tenant, runner_id: uuid.UUID, public_key: str, proof: Envelope, actor: str
) -> RunnerInfo:
    """Sign with another key from now on. The present key must have signed the new one.

    What the old key signed before stays valid. The same rotation again changes nothing. Raises
    UnknownRunner, RunnerRefused (`bad-signature`; `key-revoked` when no key is left that could
    vouch for the new one), DomainError for what is no key or is in use already.
    """
    raw = runner_stream.public_bytes(public_key)
    new_id = signing.key_id(raw)
    state, version = runner_stream.load_active(tenant, runner_id)
    current = state.current_key
    if current is not None and current.key_id == new_id:
        return state
    if current is None:
        raise RunnerRefused(
            "key-revoked",
            "the runner's key was revoked, so nothing vouches for a new one; register anew",
        )
    runner_stream.check_proof(
        proof,
        signed_by=bytes.fromhex(current.public_key),
        purpose="rotate",
        public_key=raw.hex(),
    )
    try:
        return runner_stream.append(
            tenant,
            state,
            version,
            RunnerKeyRotated(
                runner_id=runner_id, public_key=raw.hex(), previous_key_id=current.key_id
            ),
            actor=actor,
            event_id=key_event_id(tenant_id=tenant.pk, key_id=new_id),
        )
    except IdempotencyConflict:
        raise DomainError("public_key: it was used before in this arena; make a new one") from None


def revoke_key(
    *, tenant: Tenant, runner_id: uuid.UUID, key_id: str, reason: str, actor: str
) -> RunnerInfo:
    """Trust a key no longer, also not what it signed before; nothing happens the second time.

    Raises UnknownRunner, DomainError for a key that is not the runner's or an empty reason.
    """
    clean = runner_stream.text(reason, what="the reason")
    state, version = runner_stream.load(tenant, runner_id)
    key = next((key for key in state.keys if key.key_id == key_id), None)
    if key is None:
        raise DomainError("key_id: the runner has no such key")
    if key.revoked_at is not None:
        return state
    return runner_stream.append(
        tenant,
        state,
        version,
        RunnerKeyRevoked(runner_id=runner_id, key_id=key_id, reason=clean),
        actor=actor,
    )
