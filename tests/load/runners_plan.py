"""What simulated runners are told to do, and what they report."""

import json
from dataclasses import asdict, dataclass, field
from typing import Self


@dataclass(frozen=True, kw_only=True)
class SimulatedRunner:
    """A runner and the key of its owner."""

    runner_id: str
    api_key: str


@dataclass(frozen=True, kw_only=True)
class RunnersPlan:
    """Runners that long-poll and say that they are there, at one server."""

    port: int
    runners: list[SimulatedRunner]
    wait_s: int
    """Longest wait of a claim."""
    beat_s: float
    """Between two signs of life of a runner."""
    settle_s: float
    """What happens before that much time has passed is not counted: all arrive in it."""

    def to_json(self) -> str:
        """Return the plan as it is handed to the process of the runners."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the plan again."""
        fields = json.loads(text)
        runners = [SimulatedRunner(**runner) for runner in fields.pop("runners")]
        return cls(runners=runners, **fields)


@dataclass(kw_only=True)
class RunnersReport:
    """What happened. Times are of the monotonic clock that all processes share."""

    claimed_at_s: dict[str, float] = field(default_factory=dict)
    """By run, when its runner had the answer."""
    doubled: list[str] = field(default_factory=list)
    """Runs that two runners were given."""
    empty_polls: int = 0
    """Claims that ended without a run."""
    poll_excess_s: list[float] = field(default_factory=list)
    """How much longer those took than they had asked to wait."""
    beat_s: list[float] = field(default_factory=list)
    """Seconds that a sign of life took."""
    failures: dict[str, int] = field(default_factory=dict)
    """Answers that should not be, by status and code."""

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return a report that the process of the runners has printed."""
        return cls(**json.loads(text))
