"""Runners for tests: keys, machines and proofs as an agent makes them."""

import uuid
from collections.abc import Collection
from typing import Any

from arena.tenancy.models import Tenant
from arena_runner.contract import profiles, signing
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.recipe import Recipe, Served
from arena_runner.contract.report import Accelerator, Machine
from arena_runner.contract.signing import Envelope
from benchmarks.commands import Wish, request_run
from workers.commands.runners import approve_runner
from workers.commands.runners import register_runner as register
from workers.state.runners import RunnerInfo

GIB = 2**30


def machine(**changes: Any) -> Machine:
    """Return a machine with one accelerator and 128 GiB."""
    facts: dict[str, Any] = {
        "os": "Linux",
        "kernel": "6.11",
        "architecture": "aarch64",
        "cpu": "20 cores of some kind",
        "cpu_cores": 20,
        "memory_bytes": 128 * GIB,
        "accelerators": (Accelerator(name="GB10", memory_bytes=128 * GIB),),
    }
    return Machine(**facts | changes)


def public_key(private: bytes) -> str:
    """Return the public half in hexadecimal."""
    return signing.public_key(private).hex()


def proof(private: bytes, *, of: str | None = None, purpose: str = "register") -> Envelope:
    """Sign a key, its own public half unless another is given."""
    return signing.sign({"purpose": purpose, "public_key": of or public_key(private)}, private)


def body(private: bytes, *, name: str = "spark", tags: Collection[str] = ()) -> dict[str, Any]:
    """Return what an agent posts to register."""
    return {
        "name": name,
        "public_key": public_key(private),
        "machine": machine().model_dump(mode="json"),
        "tags": list(tags),
        "proof": proof(private).model_dump(mode="json"),
    }


def runner(
    tenant: Tenant,
    *,
    owner: str | None = None,
    private: bytes | None = None,
    name: str = "spark",
    tags: Collection[str] = (),
    approved: bool = False,
) -> RunnerInfo:
    """Register a runner, of a new owner unless one is given."""
    key = private or signing.new_private_key()
    found = register(
        tenant=tenant,
        owner=owner or str(uuid.uuid4()),
        name=name,
        public_key=public_key(key),
        machine=machine(),
        tags=tags,
        proof=proof(key),
        actor="test",
    ).runner
    if approved:
        return approve_runner(tenant=tenant, runner_id=found.runner_id, actor="admin")
    return found


def manifest(*, profile: str = "quick", model: str = "Parrot 1B") -> Manifest:
    """Return a job at an endpoint that runs already."""
    recipe = Recipe(model=model, engine="other", endpoint=Served(model="parrot"))
    return Manifest(recipe=recipe, profile=profiles.load(profile))


def queue(tenant: Tenant, *, owner: str, **wish: Any) -> uuid.UUID:
    """Queue a run of this owner and return its id."""
    run_id = uuid.uuid4()
    request_run(
        tenant=tenant,
        run_id=run_id,
        wish=Wish(**{"manifest": manifest()} | wish),
        actor=owner,
    )
    return run_id
