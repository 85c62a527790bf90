"""What the machines of deployments hold and draw, as far as anybody says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.text import slugify

from benchmarks.hardware.catalogue import catalogue, hardware_named
from benchmarks.queries import DeploymentInfo, PowerInfo

_BYTES_PER_GB: Final = 10**9
_NO_WATTS: Final = "nobody has stated what the machine draws"
_GPUS_ONLY: Final = "only what its GPUs draw is stated, not the whole machine"


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineFacts:
    """The machine of one deployment, all nodes together; None where nobody states the fact."""

    memory_gb: float | None
    """Installed memory by the catalogue of hardware, in GB of 10^9 bytes; of it the weights take
    a part that is not recorded."""
    memory_source: str
    memory_url: str
    watts: float | None
    """Of the whole machine under load, as an event states it; GPUs alone are another quantity."""
    watts_note: str
    """Who states it and when; or why nothing stated serves."""
    watts_position: int | None


NOTHING: Final = MachineFacts(
    memory_gb=None,
    memory_source="",
    memory_url="",
    watts=None,
    watts_note=_NO_WATTS,
    watts_position=None,
)


def machines(
    deployments: Iterable[DeploymentInfo], power: Mapping[str, PowerInfo]
) -> Mapping[str, MachineFacts]:
    """Return the machine of each deployment, by its slug; `power` is what they draw, as stated."""
    return {info.slug: _facts(info, power.get(info.slug)) for info in deployments}


def _facts(info: DeploymentInfo, power: PowerInfo | None) -> MachineFacts:
    """One node where no number of nodes is stated."""
    part = hardware_named(info.hardware or "") or catalogue().get(slugify(info.hardware or ""))
    memory = part.memory_bytes if part else None
    wall = power if power and power.scope == "wall" else None
    return MachineFacts(
        memory_gb=None if memory is None else memory * (info.node_count or 1) / _BYTES_PER_GB,
        memory_source=part.source_name if part and memory else "",
        memory_url=part.source_url if part and memory else "",
        watts=float(wall.watts) if wall else None,
        watts_note=_stated(wall) if wall else _GPUS_ONLY if power else _NO_WATTS,
        watts_position=wall.position if wall else None,
    )


def _stated(power: PowerInfo) -> str:
    return f"the whole machine, {power.source_name}, {power.stated_on.isoformat()}"
