"""The view of one board that a reader asked for: its page and every export show the same rows."""

from dataclasses import dataclass, replace

from benchmarks.sovereignty import Profile
from leaderboards.columns import Column
from leaderboards.cost.parameters import Parameters
from leaderboards.ordering import DEFAULT_SORT
from leaderboards.queries import BoardTable
from leaderboards.rows import Row
from leaderboards.view import View

__all__ = ["DEFAULT_SORT", "ShownBoard"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownBoard:
    """A board with the columns chosen and the rows that search and facets left, in order.

    `view` identifies it together with the board and its version; `table.rows` are all rows.
    """

    table: BoardTable
    rows: list[Row]
    view: View
    all_columns: tuple[Column, ...]
    """Those that can be chosen."""

    @property
    def canonical(self) -> str:
        """Return the query string that identifies this view of the board."""
        return self.view.canonical

    @property
    def sort(self) -> str:
        """Return the column that orders the rows, `-` before it for highest first."""
        return self.view.sort

    @property
    def query(self) -> str:
        """Return what was searched for."""
        return self.view.query

    @property
    def costs(self) -> Parameters:
        """Return how costs are reckoned."""
        return self.view.costs

    @property
    def profile(self) -> Profile:
        """Return whose sovereignty."""
        return self.view.profile

    @property
    def parameters(self) -> str:
        """Return the query string of this view with its `?`, empty for the board as it opens."""
        return self.view.parameters


def with_columns(table: BoardTable, view: View) -> BoardTable:
    """Return the table with the chosen columns only; its rows keep every cell."""
    return replace(
        table, columns=tuple(column for column in table.columns if column.key in view.columns)
    )
