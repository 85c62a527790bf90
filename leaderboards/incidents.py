"""What went wrong with a model: runs taken back or out, runs that cannot be, void battles."""

from collections.abc import Iterable
from dataclasses import dataclass

import voting.queries
from arena.tenancy.models import Tenant
from leaderboards.measured_runs import MeasuredRun


@dataclass(frozen=True, kw_only=True, slots=True)
class Incidents:
    """Runs that count nowhere for a reason, newest first, and void battles by reason."""

    runs: tuple[MeasuredRun, ...]
    voided: dict[str, int]

    @property
    def void_battles(self) -> int:
        """Return how many battles are void."""
        return sum(self.voided.values())


def incidents(*, tenant: Tenant, model: str, found: Iterable[MeasuredRun]) -> Incidents:
    """Return the incidents of a model among these runs and in all battles."""
    return Incidents(
        runs=tuple(run for run in found if _is_incident(run)),
        voided=voting.queries.voided_battles(tenant=tenant, model=model),
    )


def _is_incident(run: MeasuredRun) -> bool:
    info = run.info
    return (
        info.visibility == "retracted"
        or info.invalidation_reason is not None
        or info.verdict in ("quarantined", "void")
    )
