"""What pages say of a machine: what it is, and what it last said of itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from arena.tenancy.models import Tenant
from workers import queries
from workers.queries import PresenceInfo
from workers.state.runners import RunnerInfo

GIB: Final = 2**30
_STATUS: Final = {
    "registered": "not approved: measures for its owner only",
    "approved": "",
    "suspended": "suspended: gets no runs",
    "retired": "retired",
}
_SILENT: Final = "no heartbeat yet"
_NO_SENSOR: Final = "the machine has no such sensor, or does not say"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One thing that a machine said; `value` None with the reason in `missing`."""

    label: str
    value: float | str | None
    digits: int = 0
    note: str = ""
    missing: str = _NO_SENSOR

    @property
    def is_number(self) -> bool:
        """Tell whether it is aligned as a number."""
        return not isinstance(self.value, str)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What a machine is measuring, where the reader may know it."""

    run_id: UUID
    title: str
    progress: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineRow:
    """A runner with its last heartbeat."""

    info: RunnerInfo
    presence: PresenceInfo | None
    job: Job | None = None
    published_count: int = 0
    is_mine: bool = False

    @property
    def state(self) -> str:
        """Return idle, busy, paused or offline; retired and suspended before all of them."""
        if self.info.status in ("retired", "suspended"):
            return self.info.status
        if self.presence is None or not self.presence.is_online:
            return "offline"
        return self.presence.state

    @property
    def status_text(self) -> str:
        """Return what its standing in the arena means, empty where it is approved."""
        return _STATUS[self.info.status]

    @property
    def hardware(self) -> str:
        """Return the accelerators, else what is known of the hardware."""
        if self.info.accelerator:
            count = self.info.accelerator_count
            return f"{count} × {self.info.accelerator}" if count > 1 else self.info.accelerator
        return self.info.hardware or "no accelerator"

    @property
    def memory_gib(self) -> float:
        """Return the memory of the machine in GiB."""
        return self.info.memory_bytes / GIB

    @property
    def whose(self) -> str:
        """Return whose machine it is, as far as that is public."""
        if self.info.origin == "platform":
            return "the arena's own"
        return "yours" if self.is_mine else "an owner's"

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return temperature, clock, throttling, power and memory as last said."""
        said = self.presence.telemetry if self.presence else {}
        missing = _NO_SENSOR if self.presence else _SILENT
        return (
            Figure(
                label="Temperature, °C",
                value=_number(said, "temperature_celsius", "temperature_celsius_max"),
                missing=missing,
            ),
            Figure(
                label="Clock, MHz",
                value=_number(said, "sm_clock_mhz", "sm_clock_mhz_mean"),
                missing=missing,
            ),
            Figure(label="Throttled by", value=_throttled(said), missing=missing),
            Figure(
                label="Power, W",
                value=_number(said, "power_watts", "power_watts_mean"),
                note=str(said.get("power_scope") or "")[:20],
                missing=missing,
            ),
            Figure(label="Memory used, GiB", value=_memory(said), digits=1, missing=missing),
        )


def machine_rows(
    *,
    tenant: Tenant,
    infos: Collection[RunnerInfo],
    actor: str | None,
    jobs: Mapping[UUID, Job] | None = None,
    published: Mapping[UUID, int] | None = None,
) -> list[MachineRow]:
    """Return the machines with their last heartbeats, in the order given."""
    seen = queries.presence(tenant=tenant, runner_ids=[info.runner_id for info in infos])
    return [
        MachineRow(
            info=info,
            presence=seen.get(info.runner_id),
            job=(jobs or {}).get(info.runner_id),
            published_count=(published or {}).get(info.runner_id, 0),
            is_mine=actor is not None and info.owner == actor,
        )
        for info in infos
    ]


def _number(said: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        value = said.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None


def _memory(said: Mapping[str, Any]) -> float | None:
    used = _number(said, "memory_used_bytes", "memory_used_bytes_max")
    return None if used is None else used / GIB


def _throttled(said: Mapping[str, Any]) -> str | None:
    reasons = said.get("throttle_reasons")
    if not isinstance(reasons, list):
        return None
    return ", ".join(str(reason)[:40] for reason in reasons[:5]) or "nothing"
