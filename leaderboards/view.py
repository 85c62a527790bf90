"""What the address of a board says: one value that identifies the view, before any row is read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, QueryDict

from arena.parameters import BadChoice
from benchmarks.sovereignty import Profile, UnknownProfile, default_profile, profile_called
from leaderboards import choices, ordering
from leaderboards.columns import COLUMNS
from leaderboards.cost import parameters as cost_parameters
from leaderboards.cost.parameters import Parameters
from leaderboards.cost.reading import BadParameter
from leaderboards.facets import selection
from leaderboards.facets.place import Known
from leaderboards.facets.registry import AGE
from leaderboards.facets.selection import Selection
from leaderboards.ordering import DEFAULT_SORT

DENSITIES: Final = ("cosy", "compact")
TIERS: Final = ("on", "off")
_SECTIONS_WITHOUT_CLAIMS: Final = ("rated", "preliminary", "unrated", "measured")
_DEFAULT_COLUMNS: Final = tuple(column.key for column in COLUMNS if column.is_default)


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """The choices of one reader; equal views have equal addresses, and the other way round."""

    query: str
    """What models and deployments are searched for."""
    sort: str
    columns: tuple[str, ...]
    """Keys of the columns shown, in the order of the board."""
    facets: Selection
    costs: Parameters
    profile_slug: str
    """Whose sovereignty."""
    has_tiers: bool
    is_compact: bool
    as_of: str
    """The moment of the log that the rows are wanted of, as typed; empty for now."""

    @property
    def profile(self) -> Profile:
        """Return the profile of sovereignty."""
        return profile_called(self.profile_slug)

    @property
    def is_default_profile(self) -> bool:
        """Return whether sovereignty is that of the stored rows."""
        return self.profile_slug == default_profile().slug

    @property
    def leaves_old_out(self) -> bool:
        """Return whether figures of old runs are left out, as on a board that has just opened."""
        return not self.facets.says(AGE)

    @property
    def is_default_sort(self) -> bool:
        """Return whether the rows stand as the board ranks them."""
        return self.sort == DEFAULT_SORT

    @property
    def is_default_columns(self) -> bool:
        """Return whether the columns are those that a board opens with."""
        return self.columns == _DEFAULT_COLUMNS

    @property
    def canonical(self) -> str:
        """Return the query string that identifies the view: a fixed order, defaults left out."""
        return urlencode(self.pairs, safe=",")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of the canonical address."""
        query = [("q", self.query)] if self.query else []
        return [*query, *self.pairs_but_query]

    @property
    def pairs_but_query(self) -> list[tuple[str, str]]:
        """Return what a form with a field for the search keeps in hidden ones."""
        look = {
            "columns": "" if self.is_default_columns else ",".join(self.columns),
            "profile": "" if self.is_default_profile else self.profile_slug,
            "tiers": "" if self.has_tiers else "off",
            "density": "compact" if self.is_compact else "",
            "as_of": self.as_of,
        }
        sort = {} if self.is_default_sort else {"sort": self.sort}
        return [
            *self.facets.pairs,
            *sort.items(),
            *parse_qsl(self.costs.query),
            *((name, text) for name, text in look.items() if text),
        ]

    @property
    def kept(self) -> str:
        """Return the part of the query string that changes the figures of a cell."""
        whose = "" if self.is_default_profile else self.profile_slug
        named = {"profile": whose, "as_of": self.as_of}
        own = urlencode({name: text for name, text in named.items() if text})
        return "&".join(filter(None, (self.costs.query, own)))

    @property
    def address(self) -> str:
        """Return the query string as a link on the board's page, `?` for the board as it opens."""
        return f"?{self.canonical}"

    @property
    def parameters(self) -> str:
        """Return the query string to put behind a path, empty for the board as it opens."""
        return f"?{self.canonical}" if self.canonical else ""

    @property
    def of_quality(self) -> str:
        """Return the query string of the page of scores: it takes search and moment alone."""
        query = choices.query({"q": self.query, "as_of": self.as_of})
        return f"?{query}" if query else ""

    def sorted_by(self, sort: str) -> "View":
        """Return the view in another order."""
        return replace(self, sort=sort)

    def with_default_columns(self) -> "View":
        """Return the view with the columns that a board opens with."""
        return replace(self, columns=_DEFAULT_COLUMNS)

    def with_default_profile(self) -> "View":
        """Return the view for the profile that the rows are stored for."""
        return replace(self, profile_slug=default_profile().slug)

    def without_column(self, key: str) -> "View":
        """Return the view without one of its columns."""
        return replace(self, columns=tuple(name for name in self.columns if name != key))

    def without_claims(self) -> "View":
        """Return the view with what votes or runs of this arena place only."""
        return self.with_facets(self.facets.with_values("section", _SECTIONS_WITHOUT_CLAIMS))

    def with_facets(self, facets: Selection) -> "View":
        """Return the view with other facets."""
        return replace(self, facets=facets)


def read(request: HttpRequest, known: Callable[[], Known]) -> View:
    """Return the view of an address; raise BadRequest naming what is allowed.

    `known` reads what facets may ask for, and is called only where one needs it.
    """
    profile = _profile(request)
    return View(
        query=choices.search_text(request),
        sort=ordering.checked(request.GET.get("sort", DEFAULT_SORT), COLUMNS),
        columns=columns(request) or _DEFAULT_COLUMNS,
        facets=facets(request.GET, known),
        costs=costs(request),
        profile_slug=profile.slug,
        has_tiers=choices.one_of(request, "tiers", TIERS, default="on") == "on",
        is_compact=choices.one_of(request, "density", DENSITIES, default="cosy") == "compact",
        as_of=moment(request),
    )


def moment(request: HttpRequest) -> str:
    """Return the moment of an address as typed, not checked; empty for now."""
    return request.GET.get("as_of", "").strip()[:40]


def costs(request: HttpRequest) -> Parameters:
    """Return the parameters of costs of an address; raise BadRequest naming what is allowed."""
    try:
        return cost_parameters.read(request.GET.dict())
    except BadParameter as error:
        raise BadChoice(error.name, str(error)) from error


def _profile(request: HttpRequest) -> Profile:
    try:
        return profile_called(request.GET.get("profile"))
    except UnknownProfile as error:
        raise BadChoice("profile", f"profile: {error}") from error


def facets(query: QueryDict, known: Callable[[], Known]) -> Selection:
    """Return the facets of an address; raise BadRequest naming the values there are."""
    try:
        return selection.read(query, known)
    except BadParameter as error:
        raise BadChoice(error.name, str(error)) from error


def columns(request: HttpRequest) -> tuple[str, ...]:
    """Return the columns that an address names, in the order of the board; none where it does not.

    Raises BadRequest naming the columns there are.
    """
    keys = tuple(column.key for column in COLUMNS)
    chosen = choices.some_of(request, "columns", keys)
    return tuple(key for key in keys if key in chosen)
