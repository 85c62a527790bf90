"""Which two columns span a plane, and what of an address says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.http import HttpRequest

from leaderboards import choices
from leaderboards.columns import Column
from leaderboards.figures import KINDS, Kinds
from leaderboards.frontier import Better, Directions

DEFAULT_X: Final = "decode_tokens_per_second"
DEFAULT_Y: Final = "rating"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plane:
    """Which two columns span it, where the axis is logarithmic, and whose figures count."""

    x: Column
    y: Column
    log_x: bool
    log_y: bool
    kinds: Kinds

    @property
    def directions(self) -> Directions:
        """Return the better ends; of a column that has none, more is taken as better."""
        return Directions(x=better(self.x), y=better(self.y))

    @property
    def logs(self) -> list[str]:
        """Return the names of the logarithmic axes."""
        return [name for name, is_on in (("x", self.log_x), ("y", self.log_y)) if is_on]


def better(column: Column) -> Better:
    """Return which end of a column is the better one; more, where it does not say."""
    return column.better or "higher"


def read(request: HttpRequest, columns: Sequence[Column]) -> Plane:
    """Return the plane that an address asks for: `x`, `y`, `log` and `figures`.

    `columns` are those that can be drawn. Raises BadRequest naming what is allowed for an unknown
    column, one column on both axes, and whatever else is no choice.
    """
    by_key = {column.key: column for column in columns}
    x = choices.one_of(request, "x", by_key, default=DEFAULT_X)
    others = [key for key in by_key if key != x]
    y = choices.one_of(request, "y", others, default=DEFAULT_Y if x != DEFAULT_Y else DEFAULT_X)
    logs = choices.some_of(request, "log", ("x", "y"))
    kinds = cast(Kinds, choices.one_of(request, "figures", KINDS, default="measured"))
    return Plane(x=by_key[x], y=by_key[y], log_x="x" in logs, log_y="y" in logs, kinds=kinds)
