"""What all of a machine's memory and processors together are rated for."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from arena_runner.contract.report import Machine
from benchmarks.hardware.catalogue import Hardware, catalogue, hardware_named


@dataclass(frozen=True, kw_only=True, slots=True)
class Capability:
    """Ratings of all parts of all nodes together. None where one part has no rating."""

    slug: str
    """Of the parts, which are all alike; the first where they differ."""
    description: str
    """Such as `2 nodes of 8 x NVIDIA H100 SXM`."""
    bandwidth_bytes_per_second: float
    tdp_watts: float | None
    peak_operations_per_second: float | None


def capability(
    machine: Machine | None, *, nodes: int = 1, slug: str | None = None
) -> Capability | str:
    """Return what a machine is rated for, or why that is not known, in words.

    What the drivers report counts. The slug that an owner states is believed only where a machine
    reports nothing that could be looked up: a claim must not raise its own limit.
    """
    if machine is None:
        return _stated(slug, nodes)
    if machine.accelerators:
        parts = [hardware_named(part.name) for part in machine.accelerators]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            unknown = machine.accelerators[parts.index(None)].name
            return f"{unknown} is not in the catalogue"
        return _together(known, nodes)
    part = hardware_named(machine.cpu)
    if part is None:
        return _stated(machine.hardware or slug, nodes)
    sockets = 1 if part.cores is None else max(1, ceil(machine.cpu_cores / part.cores))
    return _together([part] * sockets, nodes)


def slug_of(machine: Machine) -> str | None:
    """Return the slug by which machines alike are found; None for one that is not in the list."""
    found = capability(machine)
    return machine.hardware if isinstance(found, str) else found.slug


def _stated(slug: str | None, nodes: int) -> Capability | str:
    part = catalogue().get(slug or "")
    if part is None:
        return f"{slug} is not in the catalogue" if slug else "the hardware is not stated"
    return _together([part], nodes)


def _together(parts: Sequence[Hardware], nodes: int) -> Capability:
    first = parts[0]
    same = all(part is first for part in parts)
    count = f"{len(parts)} x " if len(parts) > 1 else ""
    names = first.name if same else " + ".join(part.name for part in parts)
    powers = [part.tdp_watts for part in parts]
    peaks = [part.peak_operations_per_second for part in parts]
    return Capability(
        slug=first.slug,
        description=(f"{nodes} nodes of " if nodes > 1 else "") + (count if same else "") + names,
        bandwidth_bytes_per_second=float(
            nodes * sum(part.memory_bandwidth_bytes_per_second for part in parts)
        ),
        tdp_watts=None if None in powers else nodes * sum(power or 0 for power in powers),
        peak_operations_per_second=None if None in peaks else nodes * sum(p or 0 for p in peaks),
    )
