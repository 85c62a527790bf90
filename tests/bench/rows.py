"""One figure of a benchmark: what we reached, against what, and whether the goal is met."""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

_GOAL: Final = re.compile(r"(ours|ratio) (<=|>=|<|>) (\d+(?:\.\d+)?)")
_COMPARISON: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_NO_ERROR: Final = "no error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of var/bench.json.

    `ours` and `theirs` are in `unit`; `theirs` is None where there is no peer, or where it could
    not be run, and then `against` says why. `ratio` is how many times better ours is, whichever
    way better points. `goal` reads "ours <= 0.35" or "ratio >= 20", or is empty; `met` is None
    without a goal or without the figure that the goal speaks of.

    Raises ValueError when the fields contradict each other. Build rows with `measured`,
    `peer_missing` and `error`, which fill in ratio and met.
    """

    name: str
    ours: float | None
    unit: str
    against: str
    theirs: float | None
    ratio: float | None
    goal: str
    met: bool | None

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name: is empty")
        for field in ("ours", "theirs", "ratio"):
            value = getattr(self, field)
            if value is not None and not math.isfinite(value):
                raise ValueError(f"{self.name}: {field} is {value}, want a finite number or None")
        if (self.ratio is None) != (self.ours is None or self.theirs is None):
            raise ValueError(f"{self.name}: a ratio needs both figures, and both need a ratio")
        if self.ours is not None and not self.unit:
            raise ValueError(f"{self.name}: a figure without a unit")
        expected = _met(self.name, self.goal, self.ours, self.ratio)
        if self.met is not expected:
            raise ValueError(f"{self.name}: met is {self.met}, goal {self.goal!r} says {expected}")

    @classmethod
    def measured(
        cls,
        *,
        name: str,
        ours: float,
        unit: str,
        against: str,
        theirs: float | None = None,
        better: Literal["higher", "lower"] = "lower",
        goal: str = "",
    ) -> Self:
        """A figure of ours, beside that of a peer where `theirs` is given."""
        ratio = None
        if theirs is not None:
            if min(ours, theirs) <= 0:
                raise ValueError(f"{name}: no ratio of {ours} to {theirs}, want both above 0")
            ratio = ours / theirs if better == "higher" else theirs / ours
        met = _met(name, goal, ours, ratio)
        return cls(
            name=name,
            ours=ours,
            unit=unit,
            against=against,
            theirs=theirs,
            ratio=ratio,
            goal=goal,
            met=met,
        )

    @classmethod
    def peer_missing(
        cls, *, name: str, ours: float | None, unit: str, against: str, reason: str, goal: str = ""
    ) -> Self:
        """A row whose peer could not be installed or run here; `reason` says why."""
        return cls(
            name=name,
            ours=ours,
            unit=unit,
            against=f"{against}: {reason}",
            theirs=None,
            ratio=None,
            goal=goal,
            met=_met(name, goal, ours, None),
        )

    @classmethod
    def error(cls, *, name: str, reason: str) -> Self:
        """The row of a benchmark that failed."""
        return cls(
            name=name,
            ours=None,
            unit="",
            against=f"error: {reason}",
            theirs=None,
            ratio=None,
            goal=_NO_ERROR,
            met=False,
        )

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Self:
        """A row as written to var/bench.json; raises ValueError when it is not one."""
        if set(fields) != set(cls.__slots__):
            raise ValueError(f"a bench row has the fields {cls.__slots__}, got {sorted(fields)}")
        return cls(**fields)

    def as_dict(self) -> dict[str, Any]:
        """The row as written to var/bench.json."""
        return asdict(self)


def _met(name: str, goal: str, ours: float | None, ratio: float | None) -> bool | None:
    if goal == _NO_ERROR:
        return False
    if not goal:
        return None
    match = _GOAL.fullmatch(goal)
    if match is None:
        raise ValueError(f"{name}: goal is {goal!r}, want such as 'ratio >= 20' or 'ours <= 0.35'")
    value = ours if match[1] == "ours" else ratio
    return None if value is None else _COMPARISON[match[2]](value, float(match[3]))
