"""The view of one board that a reader asked for: its page and every export show the same rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.queries.badges import Badges
from benchmarks.sovereignty import Profile
from leaderboards import moments
from leaderboards.columns import Column
from leaderboards.cost.parameters import Parameters
from leaderboards.facets.place import Known
from leaderboards.freshness import Old
from leaderboards.machines import MachineFacts, machines
from leaderboards.ordering import DEFAULT_SORT
from leaderboards.past import PastBoard
from leaderboards.queries import BoardTable
from leaderboards.rows import Row
from leaderboards.sources import today
from leaderboards.view import View

__all__ = ["DEFAULT_SORT", "ShownBoard"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownBoard:
    """A board with the columns chosen and the rows that search and facets left, in order.

    `view` identifies it together with the board and its version; `table.rows` are all rows of
    the board.
    """

    table: BoardTable
    rows: list[Row]
    view: View
    stored_rows: list[Row]
    """All rows of the board with the costs that are stored, which facets ask for."""
    all_columns: tuple[Column, ...]
    """Those that can be chosen."""
    old: Old
    """What is left out of `rows`, though it is on record."""
    then: PastBoard | None
    """What the board of its moment was computed from; None for now."""
    known: Callable[[], Known]
    """Reads what facets may ask for, at that moment."""

    def machines(self, tenant: Tenant) -> Mapping[str, MachineFacts]:
        """Return the machine of each deployment, by its slug."""
        power = self.then.catalogue.power if self.then else benchmarks.queries.power(tenant=tenant)
        return machines(self.known().deployments.values(), power)

    def badges(self, tenant: Tenant) -> Badges:
        """Return the badges that models and deployments hold."""
        if self.then:
            return self.then.catalogue.held_badges
        return benchmarks.queries.badges.held_badges(tenant=tenant)

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
    def moment(self) -> str:
        """Return position, date or time of a board of the past as written; empty for now."""
        return self.view.as_of

    @property
    def pinned_moment(self) -> str:
        """Return what names this very board for ever: position, and the day where it matters."""
        on = self.then.moment.on if self.then else today()
        return moments.written(self.table.position, on=on, recorded_at=self.table.as_of)

    @property
    def kept(self) -> str:
        """Return the part of the query string that changes the figures of a cell."""
        return self.view.kept

    @property
    def parameters(self) -> str:
        """Return the query string of this view with its `?`, empty for the board as it opens."""
        return self.view.parameters

    def at(self, moment: str, own: str = "") -> str:
        """Return the query string of this view of another moment, empty text for now.

        `own` are the parameters of the page besides those of the view.
        """
        kept = replace(self.view, as_of=moment).canonical
        query = "&".join(filter(None, (own, kept)))
        return f"?{query}" if query else ""


def with_columns(table: BoardTable, view: View) -> BoardTable:
    """Return the table with the chosen columns only; its rows keep every cell."""
    return replace(table, columns=tuple(one for one in table.columns if one.key in view.columns))
