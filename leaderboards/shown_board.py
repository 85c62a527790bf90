"""The view of one board that a reader asked for: its page and every export show the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.sovereignty import Profile, default_profile
from leaderboards.columns import Column
from leaderboards.cost.parameters import Parameters
from leaderboards.queries import BoardTable
from leaderboards.rows import Row

DEFAULT_SORT = "-rating"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownBoard:
    """A board with the rows that a search left, in the order asked for."""

    table: BoardTable
    rows: list[Row]
    sort: str
    query: str
    costs: Parameters
    profile: Profile
    """Whose sovereignty."""

    @property
    def kept(self) -> str:
        """Return the part of the query string that every link of the page carries on."""
        whose = {} if self.profile == default_profile() else {"profile": self.profile.slug}
        return "&".join(filter(None, (self.costs.query, urlencode(whose))))

    @property
    def parameters(self) -> str:
        """Return the query string of this view with its `?`, empty for the board as it opens."""
        chosen = {"q": self.query, "sort": "" if self.sort == DEFAULT_SORT else self.sort}
        asked = urlencode({name: value for name, value in chosen.items() if value})
        text = "&".join(filter(None, (asked, self.kept)))
        return f"?{text}" if text else ""


def shown_columns(columns: Iterable[Column], *, sort: str) -> tuple[Column, ...]:
    """Return the columns of a board as it opens, with the one that it is sorted by."""
    key = sort.removeprefix("-")
    return tuple(column for column in columns if column.is_default or column.key == key)
