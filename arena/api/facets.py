"""The facets of boards as parameters of the API: each may be given several times."""

from typing import Any, Final

from leaderboards.columns import COLUMNS
from leaderboards.facets.facet import ANY, Bound, Facet
from leaderboards.facets.registry import FACETS

_TEXTS: Final = {"type": "array", "items": {"type": "string"}}


def facet_parameters() -> list[dict[str, Any]]:
    """Return the parameters of rows as OpenAPI has them: columns, then every facet.

    An empty one asks for nothing, as forms send it, so all of them are texts here.
    """
    keys = ", ".join(column.key for column in COLUMNS)
    columns = _parameter("columns", f"Cells of these columns only; else of all: {keys}.", _TEXTS)
    return [columns, *map(_of_facet, FACETS)]


def _of_facet(facet: Facet) -> dict[str, Any]:
    if isinstance(facet, Bound):
        default = f", or {ANY}, as if it were not given" if facet.is_lifted_by_any else ""
        words = (
            f"{facet.title}: {facet.keeps} so many {facet.unit}, {facet.low:g} to {facet.high:g}"
            f"{default}."
        )
        return _parameter(facet.key, words, {"type": "string"})
    known = f": {', '.join(facet.labels)}" if facet.labels else " on record"
    return _parameter(facet.key, f"{facet.title}: any of the values{known}.", _TEXTS)


def _parameter(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "query", "name": name, "description": words, "required": False, "schema": schema}
