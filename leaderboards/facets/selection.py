"""What a reader has chosen of the facets, as the address holds it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from django.http import QueryDict

from leaderboards.cost import reading
from leaderboards.cost.reading import BadParameter
from leaderboards.facets.facet import ANY, Bound, Choice
from leaderboards.facets.place import Known
from leaderboards.facets.registry import BY_KEY, FACETS

_SHOWN_CHARACTERS = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Values and bounds by the key of their facet, in the order of the registry; empty is all.

    `lifted` are the keys of bounds that a board as it opens has on its figures, and this has not.
    """

    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    bounds: tuple[tuple[str, float], ...] = ()
    lifted: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is chosen that may hide rows."""
        return bool(self.choices or self.bounds)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of the address, always in the same order."""
        chosen = [(key, value) for key, values in self.choices for value in values]
        bounds = ((key, f"{bound:.10g}") for key, bound in self.bounds)
        return [*chosen, *bounds, *((key, ANY) for key in self.lifted)]

    @property
    def keys(self) -> list[str]:
        """Return the facets that may hide rows."""
        return [key for key, _ in (*self.choices, *self.bounds)]

    def says(self, key: str) -> bool:
        """Return whether it says anything of a bound, be it a number or that there is none."""
        return key in self.lifted or key in dict(self.bounds)

    def of(self, key: str) -> tuple[str, ...]:
        """Return the chosen values of a facet, none where it keeps all rows."""
        return dict(self.choices).get(key, ())

    def with_values(self, key: str, values: tuple[str, ...]) -> "Selection":
        """Return the selection with these values of a facet, which are in its order."""
        chosen = dict(self.choices) | {key: values}
        ordered = tuple((name, chosen[name]) for name in BY_KEY if name in chosen)
        return replace(self, choices=ordered)

    def without(self, key: str) -> "Selection":
        """Return the selection without a facet."""
        return replace(
            self,
            choices=tuple(pair for pair in self.choices if pair[0] != key),
            bounds=tuple(pair for pair in self.bounds if pair[0] != key),
            lifted=tuple(name for name in self.lifted if name != key),
        )

    def lifting(self, key: str) -> "Selection":
        """Return the selection with a bound lifted that a board as it opens has."""
        return replace(self.without(key), lifted=(*self.lifted, key))


def read(query: QueryDict, known: Callable[[], Known]) -> Selection:
    """Return the selection of an address; raise BadParameter naming what is allowed.

    `known` is asked only where a facet is chosen whose values are those on record.
    """
    lookup = cache(known)
    choices, bounds, lifted = [], [], []
    for facet in FACETS:
        given = {text for text in query.getlist(facet.key) if text.strip()}
        if not given:
            continue
        if isinstance(facet, Bound) and facet.is_lifted_by_any and given == {ANY}:
            lifted.append(facet.key)
        elif isinstance(facet, Bound):
            bounds.append((facet.key, _bound(query, facet)))
        else:
            choices.append((facet.key, _values(facet, given, lookup)))
    return Selection(choices=tuple(choices), bounds=tuple(bounds), lifted=tuple(lifted))


def _bound(query: QueryDict, facet: Bound) -> float:
    given = {facet.key: query.getlist(facet.key)[-1]}
    value = reading.number(given, facet.key, low=facet.low, high=facet.high, unit=facet.allowed)
    return facet.low if value is None else value


def _values(facet: Choice, given: set[str], known: Callable[[], Known]) -> tuple[str, ...]:
    allowed = tuple(facet.labels) if facet.is_always_stated else facet.allowed(known())
    if unknown := sorted(given - set(allowed)):
        named = ", ".join(allowed)
        raise BadParameter(
            facet.key, f"{unknown[0][:_SHOWN_CHARACTERS]} is not allowed; {named} are."
        )
    return tuple(value for value in allowed if value in given)
