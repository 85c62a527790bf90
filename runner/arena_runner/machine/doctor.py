"""The doctor: looks at this machine and says what would spoil a measurement, and how to mend it.

    findings = await doctor.examine(work=..., site_url=..., secrets=(token, key))

What concerns an engine's endpoint is found by `arena_runner.engine.checkup`. No finding names the
host, an address, a file's owner or a key, so that findings can be shown on the runner's page.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from arena_runner.contract.findings import Finding
from arena_runner.machine import gpu_checks, host_checks, load_check, network_checks, nvml
from arena_runner.machine.network_checks import EgressTarget


async def examine(
    *,
    work: Callable[[], Awaitable[object]] | None = None,
    site_url: str | None = None,
    secrets: Sequence[Path] = (),
    egress: Sequence[EgressTarget] | None = None,
) -> tuple[Finding, ...]:
    """Return one finding a check, in the order of a person who looks for the cause.

    `work` keeps the engine busy for a few seconds while clocks are watched; without it only the
    processor is loaded. `site_url` is compared for the time of day. `secrets` are files that must
    be the owner's alone. `egress` is tried only when given: it is the one check that sends
    something out.
    """
    gpus = nvml.open_gpus()
    findings = [
        host_checks.python(),
        host_checks.cpu(),
        host_checks.memory(),
        host_checks.disk(Path.home()),
        await asyncio.to_thread(host_checks.container),
        gpu_checks.gpu(gpus),
        *gpu_checks.driver(gpus),
        await load_check.clock(gpus, work),
        gpu_checks.temperature(gpus),
        gpu_checks.throttle(gpus),
        gpu_checks.power(gpus),
        host_checks.files(secrets),
    ]
    if site_url is not None:
        findings.append(await network_checks.clock_skew(site_url))
    if egress is not None:
        findings.append(await network_checks.egress(egress))
    return tuple(findings)


def passed(findings: Sequence[Finding]) -> bool:
    """Tell whether nothing failed; warnings are no failure."""
    return all(finding.level != "fail" for finding in findings)
