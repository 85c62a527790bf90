"""Figures of ours and of a peer that ran, or did not, in one row."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench import peers
from tests.bench.rows import Row

Figures = Mapping[str, Any]
"""What the process of a fit has printed: cold_s, warm_s, peak_memory_mb, ratings and more."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A peer that gave no figures, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Peer:
    """A library's environment, and the script that measures it there."""

    environment: str
    module: str
    timeout_s: float = 300

    def measure(self, *arguments: str) -> Figures | Missing:
        """Its figures, or why there are none; raises PeerFailedError when its script fails."""
        try:
            figures: Figures = peers.run(
                peer=self.environment,
                module=self.module,
                arguments=arguments,
                timeout_s=self.timeout_s,
            )
        except peers.PeerUnavailableError as problem:
            return Missing(str(problem))
        except subprocess.TimeoutExpired:
            return Missing(f"stopped after {self.timeout_s:g} s")
        return figures


def ours(*arguments: str) -> Figures:
    """Figures of ours, from a new process as well."""
    figures: Figures = peers.run_ours(module="tests.bench.ours_ratings", arguments=arguments)
    return figures


def best(runs: Sequence[Figures]) -> Figures:
    """The figures of several runs of one fit: shortest times, all else from the last."""
    times = [key for key in runs[-1] if key.endswith("_s")]
    return {**runs[-1], **{key: min(run[key] for run in runs) for key in times}}


def row(
    *, name: str, ours: float, theirs: float | Missing, unit: str, against: str, goal: str = ""
) -> Row:
    """A row where lower is better."""
    if isinstance(theirs, Missing):
        return Row.peer_missing(
            name=name, ours=ours, unit=unit, against=against, reason=theirs.reason, goal=goal
        )
    return Row.measured(name=name, ours=ours, unit=unit, against=against, theirs=theirs, goal=goal)


def figure(figures: Figures | Missing, key: str) -> float | Missing:
    """One figure of a peer."""
    return figures if isinstance(figures, Missing) else float(figures[key])


def largest_difference(ours: Figures, theirs: Figures, *, column: str = "rating") -> float:
    """Largest difference in Elo points between our ratings and a column of theirs."""
    return max(
        abs(float(ours["ratings"][model]["rating"] - theirs["ratings"][model][column]))
        for model in theirs["ratings"]
    )


def largest_half_width_difference(ours: Figures, theirs: Figures) -> float:
    """Largest difference in Elo points between half-widths of intervals."""

    def half_width(figures: Figures, model: str) -> float:
        bounds = figures["ratings"][model]
        return float(bounds["upper"] - bounds["lower"]) / 2

    return max(
        abs(half_width(ours, model) - half_width(theirs, model)) for model in theirs["ratings"]
    )
