"""What a column of a board is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from leaderboards.cells import Cell
from leaderboards.sources import Sources, Subject

CellOf = Callable[[Subject], Cell]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: how it reads, and where its cells come from.

    `cells` is called once a rebuild and returns the function that gives each row its cell, so
    that what it looks up, it looks up once. `digits` are the decimals shown.
    """

    key: str
    title: str
    unit: str
    better: Literal["higher", "lower"] | None
    dimension: Literal["elo", "quality", "speed", "cost", "sovereign"] | None
    help: str
    digits: int
    cells: Callable[[Sources], CellOf]
    is_default: bool = True
    """Whether a board shows it before a reader has chosen columns."""
