"""A runner's stream as the commands read and extend it, and the checks they share."""

import uuid

from arena.eventstore import store
from arena.eventstore.domain import DomainError, DomainEvent
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from arena_runner.contract.canonical import NotCanonicalError
from arena_runner.contract.signing import BadSignatureError, Envelope
from workers.events import runner_stream
from workers.state.runners import RunnerInfo, RunnerRefused, UnknownRunner, after, runner_of

_MAX_TEXT = 500
_KEY_BYTES = 32


def load(tenant: Tenant, runner_id: uuid.UUID) -> tuple[RunnerInfo, int]:
    """Return the runner and the version of its stream; raise UnknownRunner."""
    stream = store.read_stream(tenant=tenant, stream=runner_stream(runner_id))
    state = runner_of(stream)
    if state is None:
        raise UnknownRunner("there is no such runner")
    return state, stream[-1].version


def load_active(tenant: Tenant, runner_id: uuid.UUID) -> tuple[RunnerInfo, int]:
    """Return the same of a runner that is still there; raise RunnerRefused for a retired one."""
    state, version = load(tenant, runner_id)
    if state.status == "retired":
        raise RunnerRefused(
            "runner-retired", "the runner is retired; register the machine anew with another key"
        )
    return state, version


def append(
    tenant: Tenant,
    state: RunnerInfo,
    version: int,
    event: DomainEvent,
    *,
    actor: str,
    event_id: uuid.UUID | None = None,
) -> RunnerInfo:
    """Append one event to the runner's stream and return the runner after it.

    Raises ConcurrencyError when the stream has moved on since `version`.
    """
    stream = runner_stream(state.runner_id)
    store.append(
        tenant=tenant,
        stream=stream,
        events=[event],
        expected_version=version,
        actor=actor,
        ids=[event_id or uuid.uuid4()],
    )
    return after(state, store.read_stream(tenant=tenant, stream=stream)[version])


def public_bytes(public_key: str) -> bytes:
    """Return the 32 bytes of a key in hexadecimal; raise DomainError."""
    try:
        raw = bytes.fromhex(public_key)
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise DomainError("public_key: want the 64 hexadecimal digits of an Ed25519 public key")
    return raw


def check_proof(proof: Envelope, *, signed_by: bytes, purpose: str, public_key: str) -> None:
    """Return when this key has signed that purpose for `public_key`; raise RunnerRefused."""
    try:
        signing.verify(proof, signed_by)
    except (BadSignatureError, NotCanonicalError) as error:
        raise RunnerRefused("bad-signature", f"proof: {error}") from None
    if proof.payload != {"purpose": purpose, "public_key": public_key}:
        raise RunnerRefused(
            "bad-signature",
            f"proof: want a signature over the purpose {purpose!r} and the public key sent",
        )


def text(value: str, *, what: str, most: int = _MAX_TEXT) -> str:
    """Return the text without blanks around it; raise DomainError for an empty or odd one."""
    clean = value.strip()
    if not clean or len(clean) > most or not clean.isprintable():
        raise DomainError(f"{what}: want 1 to {most} printable characters")
    return clean
