"""Makes this machine known to an arena, tells it of changes, and replaces the signing key."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from arena_runner.agent.errors import AgentError
from arena_runner.agent.keys import SigningKey
from arena_runner.agent.session import Session
from arena_runner.contract.canonical import sha256
from arena_runner.contract.report import Machine
from arena_runner.site.client import ArenaClient
from arena_runner.site.errors import ArenaError


def register(
    session: Session, client: ArenaClient, *, name: str, machine: Machine, tags: Sequence[str]
) -> UUID:
    """Make the machine known and keep its id; the same again changes nothing. Raises ArenaError."""
    runner_id = hand_in(client, request_of(session, name=name, machine=machine, tags=tags))
    session.change(
        session.configuration.model_copy(
            update={"runner_id": runner_id, "name": name, "tags": tuple(tags)}
        )
    )
    return runner_id


def request_of(session: Session, *, name: str, machine: Machine, tags: Sequence[str]) -> Any:
    """Return what `register` sends, for a machine without network; it holds no secret."""
    key = session.keys.present_or_new()
    return {
        "name": name,
        "public_key": key.public.hex(),
        "machine": machine.model_dump(mode="json"),
        "tags": list(tags),
        "proof": _proof(key, "register", key),
    }


def hand_in(client: ArenaClient, request: Any) -> UUID:
    """Register another machine by its request and return its id; raise ArenaError."""
    answer = client.register_runner(
        request, idempotency_key=f"register-{sha256(str(request.get('public_key')).encode())}"
    )
    return UUID(str(answer.get("runner_id")))


def is_request(content: Any) -> bool:
    """Return whether a JSON value is what `request_of` returns."""
    return isinstance(content, dict) and {"public_key", "machine", "proof"} <= content.keys()


def default_name(machine: Machine) -> str:
    """Return what a machine is called until its owner says otherwise; never its host name."""
    if not machine.accelerators:
        return machine.cpu[:80]
    count = len(machine.accelerators)
    times = f"{count} × " if count > 1 else ""
    return f"{times}{machine.accelerators[0].name}"[:80]


def send_limits(session: Session, client: ArenaClient) -> None:
    """Tell the arena what the owner allows, so that it offers nothing else; raise ArenaError."""
    limits = session.configuration.limits.model_dump(mode="json")
    client.set_limits(session.runner_id, limits)


def rotate(session: Session, client: ArenaClient) -> SigningKey:
    """Replace the signing key and return the new one; raise ArenaError.

    The new key is on the disk before the arena hears of it, and a rotation that was cut short is
    finished by the next one.
    """
    old = session.keys.present()
    if old is None:
        raise AgentError(
            "no-key", "there is no signing key yet", remedy="arena-runner register makes one"
        )
    new = session.keys.next_or_new()
    try:
        client.rotate_key(
            session.runner_id,
            {"public_key": new.public.hex(), "proof": _proof(old, "rotate", new)},
        )
    except ArenaError as error:
        if not _is_present(client, session.runner_id, new):
            raise error from None
    session.keys.adopt_next()
    return new


def _is_present(client: ArenaClient, runner_id: UUID, key: SigningKey) -> bool:
    """Return whether the arena has the key already: the answer to the rotation was lost."""
    keys: list[dict[str, Any]] = client.runner(runner_id).get("keys") or []
    return any(item.get("key_id") == key.key_id and item.get("is_current") for item in keys)


def _proof(signer: SigningKey, purpose: str, subject: SigningKey) -> dict[str, Any]:
    payload: dict[str, object] = {"purpose": purpose, "public_key": subject.public.hex()}
    return signer.sign(payload).model_dump(mode="json")
