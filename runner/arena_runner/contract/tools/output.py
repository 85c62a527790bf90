"""What is taken from another tool's result, and what is only quoted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from arena_runner.contract.metric_gates import Notice
from arena_runner.contract.metrics import Metric
from arena_runner.contract.problem import Problem, ProblemsError
from arena_runner.contract.profile import Tool

LoadKind = Literal["lockstep", "closed", "open", "in_process"]


class ToolOutputError(ProblemsError):
    """The file is not a result of a known tool, or holds numbers that cannot be; where and why."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__((Problem(0, pointer, message),), "tool output")


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolPoint:
    """One test of the tool."""

    key: str
    title: str
    load: LoadKind
    concurrency: int | None = None
    rate_per_second: float | None = None
    burstiness: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    context_tokens: int = 0
    sample_count: int
    """Requests, or repetitions of a test without requests."""
    runs: int
    measurements: tuple[Metric, ...]
    """Only what the tool measures as we do; names and formulas of metric_names."""
    request_sd: Mapping[str, float] = field(default_factory=dict)
    """Sample sd (n - 1) over requests, by metric, where the tool states one over a single run."""
    reported: Mapping[str, float] = field(default_factory=dict)
    """What the tool reports under a meaning of its own, by its own name: quoted, never compared."""

    def value(self, metric: str) -> float | None:
        """Return the value of a metric, or None where the tool has nothing that deserves it."""
        return next((row.value for row in self.measurements if row.metric == metric), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolOutput:
    """One result file."""

    tool: Tool
    version: str | None
    model: str | None
    """As the tool was told; not verified."""
    parameters: Mapping[str, str]
    """Each parameter of the tool, such as `--depth 4`, and what it really did."""
    points: tuple[ToolPoint, ...]
    warnings: tuple[Notice, ...]
