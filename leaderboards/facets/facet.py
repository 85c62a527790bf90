"""What a facet is: a choice among values, or a bound on a quantity."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from leaderboards.facets.place import Known, Place

NOT_STATED: Final = "not-stated"
"""The value of a row of which nobody has said anything; it can be chosen like any other."""
ANY: Final = "any"
"""What lifts a bound that holds for figures where an address says nothing of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Keeps rows that have one of the chosen values.

    `of` gives the values of a row, none where nobody stated any. With `labels` these are all the
    values there are; without, whatever is on record in the arena.
    """

    key: str
    title: str
    of: Callable[[Place], Iterable[str]]
    labels: Mapping[str, str] = field(default_factory=dict)
    is_always_stated: bool = False

    def values(self, place: Place) -> tuple[str, ...]:
        """Return the values of a row; NOT_STATED alone where it has none."""
        return tuple(value for value in self.of(place) if value) or (NOT_STATED,)

    def allowed(self, known: Known) -> tuple[str, ...]:
        """Return every value that can be chosen, in the order of a form."""
        if self.labels:
            stated = tuple(self.labels)
        else:
            found = {value for place in known.places() for value in self.of(place) if value}
            stated = tuple(sorted(found, key=lambda value: (value.casefold(), value)))
        return stated if self.is_always_stated else (*stated, NOT_STATED)

    def label(self, value: str) -> str:
        """Return a value in words."""
        return "not stated" if value == NOT_STATED else self.labels.get(value, value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """Keeps rows whose quantity is at most, or at least, a number; without a quantity none is kept.

    `low` and `high` are what may be asked for, in `unit`.
    """

    key: str
    title: str
    unit: str
    keeps: Literal["at most", "at least"]
    of: Callable[[Place], float | None]
    low: float
    high: float
    is_lifted_by_any: bool = False
    """Whether a board as it opens has a bound of the kind on its figures, which `any` lifts."""

    @property
    def allowed(self) -> str:
        """Return what may be given besides a number and its unit."""
        return f"{self.unit}, or {ANY}," if self.is_lifted_by_any else self.unit

    def holds(self, place: Place, bound: float) -> bool:
        """Return whether a row is kept."""
        value = self.of(place)
        if value is None:
            return False
        return value <= bound if self.keeps == "at most" else value >= bound


Facet = Choice | Bound
