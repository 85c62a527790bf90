"""Keep what an agent found out about its machine, and read off it what runs are matched by."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from arena_runner.contract.canonical import NotCanonicalError
from arena_runner.contract.report import Machine
from benchmarks.commands.artifacts import keep_json
from benchmarks.hardware import catalogue, slug_of
from workers.state.runners import RunnerInfo


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineFacts:
    """What the events of a runner say of its machine; the rest is in the artifact."""

    machine_sha256: str
    hardware: str | None
    """Slug in the hardware catalogue; None for a machine that it does not know."""
    accelerator: str | None
    accelerator_count: int
    memory_bytes: int

    @classmethod
    def of(cls, runner: RunnerInfo) -> Self:
        """Return the facts that a runner was last described with."""
        return cls(
            machine_sha256=runner.machine_sha256,
            hardware=runner.hardware,
            accelerator=runner.accelerator,
            accelerator_count=runner.accelerator_count,
            memory_bytes=runner.memory_bytes,
        )

    def fields(self) -> dict[str, Any]:
        """Return them as fields of RunnerRegistered and RunnerDescribed."""
        return asdict(self)


def keep_machine(*, tenant: Tenant, machine: Machine) -> MachineFacts:
    """Keep the description as an artifact and return the facts for an event about it.

    Raises DomainError for text or numbers that have no canonical form.
    """
    accelerators = machine.accelerators
    if any(not accelerator.name.isprintable() for accelerator in accelerators):
        raise DomainError("machine: the name of an accelerator is not printable")
    try:
        name = keep_json(tenant, kind="machine", value=machine.model_dump(mode="json"))
    except NotCanonicalError as error:
        raise DomainError(f"machine: {error}") from None
    return MachineFacts(
        machine_sha256=name,
        hardware=_in_catalogue(slug_of(machine)),
        accelerator=accelerators[0].name if accelerators else None,
        accelerator_count=len(accelerators),
        memory_bytes=machine.memory_bytes,
    )


def _in_catalogue(slug: str | None) -> str | None:
    """Return the slug unless the catalogue has no such hardware; agents may say anything."""
    return slug if slug in catalogue() else None
