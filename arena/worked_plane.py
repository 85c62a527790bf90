"""A small plane and a small cohort, computed by the code that draws boards and scores them."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from leaderboards.composite import Norms, Standing, composite, standings
from leaderboards.draws import Measure
from leaderboards.frontier import Directions, non_dominated, probability_on_frontier
from leaderboards.presets import DEFAULT, Preset, presets

POINTS: Final = {
    "A": (Measure(20.0), Measure(1080.0, 1060.0, 1100.0)),
    "B": (Measure(60.0), Measure(1040.0, 1020.0, 1060.0)),
    "C": (Measure(50.0), Measure(1030.0, 1010.0, 1050.0)),
    "D": (Measure(90.0), Measure(1000.0, 980.0, 1020.0)),
    "E": (Measure(90.0), Measure(950.0, 930.0, 970.0)),
}
"""Speed in tok/s and rating in points with its 95 % interval; more is better on both."""
NORMS: Final = Norms(quality=99, speed=48, efficiency=22)
SAMPLES: Final = (81.1, 54.0, 26.4)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaneRow:
    """One point of the example; the probability in per cent."""

    name: str
    speed: Measure
    rating: Measure
    is_on: bool
    probability_percent: float

    @property
    def half_width(self) -> float:
        """Return half the width of the rating's interval."""
        return ((self.rating.upper or 0.0) - (self.rating.lower or 0.0)) / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreExample:
    """A score of given parts by the first preset, and where three scores stand."""

    preset: Preset
    norms: Norms
    score: float | None
    samples: tuple[tuple[float, Standing | None], ...]


@cache
def worked_plane() -> tuple[PlaneRow, ...]:
    """Return the five points with what the frontier and 1,000 draws say of them."""
    speeds, ratings = ([pair[axis] for pair in POINTS.values()] for axis in (0, 1))
    both = Directions(x="higher", y="higher")
    is_on = non_dominated([m.value for m in speeds], [m.value for m in ratings], both)
    shares = probability_on_frontier(speeds, ratings, both)
    return tuple(
        PlaneRow(name=name, speed=x, rating=y, is_on=bool(on), probability_percent=100 * share)
        for (name, (x, y)), on, share in zip(POINTS.items(), is_on, shares, strict=True)
    )


@cache
def worked_score() -> ScoreExample:
    """Return the published example: 0.70 · 99 + 0.20 · 48 + 0.10 · 22."""
    preset = presets().by_slug[DEFAULT]
    return ScoreExample(
        preset=preset,
        norms=NORMS,
        score=composite(preset.weights, NORMS),
        samples=tuple(zip(SAMPLES, standings(SAMPLES), strict=True)),
    )
