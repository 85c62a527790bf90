"""All that is looked at before somebody trusts a number of this machine."""

from dataclasses import dataclass
from functools import partial

from arena_runner import machine
from arena_runner.agent.session import Session
from arena_runner.agent.target import Target
from arena_runner.contract.findings import Finding
from arena_runner.contract.report import Machine
from arena_runner.engine import checkup
from arena_runner.machine import doctor
from arena_runner.machine.network_checks import EGRESS_TARGETS


@dataclass(frozen=True)
class Diagnosis:
    """The machine and what was found."""

    machine: Machine
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Return whether nothing failed; a warning is no failure."""
        return doctor.passed(self.findings)


async def examine(
    session: Session, *, target: Target | None, site_url: str | None, egress: bool
) -> Diagnosis:
    """Look at the machine, at an engine if there is one, and at the way to the arena.

    `egress` tries to get out to the internet, which is the proof that a machine cannot; nothing
    is sent without it. `site_url` is None when no arena may be asked.
    """
    secrets = [path for path in (session.paths.token, session.paths.signing_key) if path.exists()]
    findings = await doctor.examine(
        work=None if target is None else partial(checkup.work, target),
        site_url=site_url,
        secrets=secrets,
        egress=EGRESS_TARGETS if egress else None,
    )
    if target is not None:
        findings += await checkup.examine(target)
    return Diagnosis(machine=machine.describe(), findings=findings)
