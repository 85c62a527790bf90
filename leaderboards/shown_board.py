"""The view of one board that a reader asked for: its page and every export show the same rows."""

from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.sovereignty import Profile, default_profile
from leaderboards.cost.parameters import Parameters
from leaderboards.past import PastBoard
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
    moment: str = ""
    """Position, date or time of a board of the past, as the reader wrote it; empty for now."""
    then: PastBoard | None = None
    """What the board of that moment was computed from; None for now."""

    @property
    def kept(self) -> str:
        """Return the part of the query string that every link of the page carries on."""
        return self._kept(self.moment)

    @property
    def parameters(self) -> str:
        """Return the query string of this view with its `?`, empty for the board as it opens."""
        return self.at(self.moment)

    def at(self, moment: str) -> str:
        """Return the query string of this view of another moment, empty text for now."""
        chosen = {"q": self.query, "sort": "" if self.sort == DEFAULT_SORT else self.sort}
        asked = urlencode({name: value for name, value in chosen.items() if value})
        text = "&".join(filter(None, (asked, self._kept(moment))))
        return f"?{text}" if text else ""

    def _kept(self, moment: str) -> str:
        whose = "" if self.profile == default_profile() else self.profile.slug
        named = {"profile": whose, "as_of": moment}
        own = urlencode({name: value for name, value in named.items() if value})
        return "&".join(filter(None, (self.costs.query, own)))
