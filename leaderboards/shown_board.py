"""The view of one board that a reader asked for: its page and every export show the same rows."""

from dataclasses import dataclass
from urllib.parse import urlencode

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

    @property
    def parameters(self) -> str:
        """Return the query string of this view with its `?`, empty for the board as it opens."""
        chosen = {"q": self.query, "sort": "" if self.sort == DEFAULT_SORT else self.sort}
        text = urlencode({name: value for name, value in chosen.items() if value})
        return f"?{text}" if text else ""
