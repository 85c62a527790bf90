"""The rows of a board with their composite scores, best first, those without a score at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from leaderboards.columns import Column
from leaderboards.composite import (
    Member,
    Norms,
    Scored,
    Standing,
    contributions,
    scored,
    standings,
)
from leaderboards.draws import Measure
from leaderboards.figures import Kinds, Missing, figures, without_marks
from leaderboards.machines import NOTHING, MachineFacts
from leaderboards.presentation import CellView, Setting, cell_view
from leaderboards.presets import Weights
from leaderboards.rows import Row
from leaderboards.templatetags.numbers import fixed

RATING: Final = "rating"
SPEED: Final = "decode_tokens_per_second"
DIMENSIONS: Final = ("Quality", "Speed", "Efficiency")
Per = Literal["memory", "watt"]
PER: Final[Mapping[str, str]] = {
    "memory": "GB of installed memory",
    "watt": "watt, as stated",
}
UNIT_PER: Final[Mapping[str, str]] = {"memory": "tok/s per GB", "watt": "tok/s per W"}
_NO_MEMORY: Final = "the catalogue of hardware does not know the memory of the machine"
_NO_SPEED: Final = "no speed to divide"
_STANDS_STILL: Final = "no measurement: 0 tok/s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """What a view of scores is computed with; weights in per cent."""

    weights: Weights
    per: Per
    kinds: Kinds
    quality: str = RATING
    """Key of the column that Q is taken from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One dimension of one score: 0 to 100, what it adds, and where its piece of the bar is."""

    title: str
    weight: float
    norm: float | None
    adds: float | None
    missing: str | None
    x: str
    width: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreRow:
    """One row; `missing` says why it has no score."""

    row: Row
    scored: Scored
    standing: Standing | None
    parts: tuple[Part, ...]
    rating: CellView
    """The figure behind Q: a rating, or a score on a suite."""
    speed: CellView
    resource: float | None
    machine: MachineFacts
    missing: tuple[str, ...]

    @property
    def is_claim(self) -> bool:
        """Return whether a figure behind the score was not measured here."""
        return "claim" in (self.rating.raw["kind"], self.speed.raw["kind"])

    @property
    def expected_percent(self) -> str:
        """Return the chance to be preferred to an average member of the cohort, in per cent."""
        return "" if self.scored.expected is None else f"{100 * self.scored.expected:.1f}"


def score_rows(
    rows: Sequence[Row],
    columns: Sequence[Column],
    cohort: Cohort,
    machines: Mapping[str, MachineFacts],
    setting: Setting,
) -> list[ScoreRow]:
    """Return every row of the cohort: by score, then those without one in the board's order."""
    by_key = {column.key: column for column in columns}
    rating, speed = by_key[cohort.quality], by_key[SPEED]
    rows = without_marks(rows, (rating, speed))
    ratings = figures(rows, rating, cohort.kinds)
    speeds = list(map(_moving, figures(rows, speed, cohort.kinds)))
    facts = [machines.get(row["key"].partition(":")[2], NOTHING) for row in rows]
    resources = [fact.memory_gb if cohort.per == "memory" else fact.watts for fact in facts]
    members = [
        Member(
            rating=one if isinstance(one, Measure) else None,
            speed=other if isinstance(other, Measure) else None,
            resource=resource,
        )
        for one, other, resource in zip(ratings, speeds, resources, strict=True)
    ]
    found = scored(members, cohort.weights, is_rated=cohort.quality == RATING)
    places = standings([one.score for one in found])
    result = []
    for index, (row, one, place) in enumerate(zip(rows, found, places, strict=True)):
        no_resource = _NO_MEMORY if cohort.per == "memory" else facts[index].watts_note
        reasons = _reasons(ratings[index], speeds[index], None if resources[index] else no_resource)
        parts = _parts(one.norms, reasons, cohort.weights)
        result.append(
            ScoreRow(
                row=row,
                scored=one,
                standing=place,
                parts=parts,
                rating=cell_view(row, rating, setting),
                speed=cell_view(row, speed, setting),
                resource=resources[index],
                machine=facts[index],
                missing=tuple(
                    f"{part.title}: {part.missing}"
                    for part in parts
                    if part.weight and part.norm is None
                ),
            )
        )
    return sorted(result, key=_order)


def _order(row: ScoreRow) -> tuple[bool, float, int]:
    return (row.scored.score is None, -(row.scored.score or 0.0), row.row["order"])


def _moving(speed: Measure | Missing) -> Measure | Missing:
    """A speed of nothing is the mark of a measurement that did not happen."""
    is_still = isinstance(speed, Measure) and speed.value <= 0
    return Missing(_STANDS_STILL) if is_still else speed


def _reasons(
    rating: Measure | Missing, speed: Measure | Missing, no_resource: str | None
) -> tuple[str | None, ...]:
    return (
        rating.reason if isinstance(rating, Missing) else None,
        speed.reason if isinstance(speed, Missing) else None,
        _NO_SPEED if isinstance(speed, Missing) else no_resource,
    )


def _parts(norms: Norms, reasons: Sequence[str | None], weights: Weights) -> tuple[Part, ...]:
    start, parts = 0.0, []
    adds = contributions(weights, norms)
    for title, weight, norm, added, reason in zip(
        DIMENSIONS, weights, norms, adds, reasons, strict=True
    ):
        parts.append(
            Part(
                title=title,
                weight=weight,
                norm=norm,
                adds=added,
                missing=reason,
                x=f"{fixed(start, 2)}%",
                width=f"{fixed(added or 0.0, 2)}%",
            )
        )
        start += added or 0.0
    return tuple(parts)
