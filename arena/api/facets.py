"""The facets of boards as parameters of the API: each may be given several times."""

from typing import Any

from leaderboards.columns import COLUMNS
from leaderboards.facets.facet import Bound, Facet
from leaderboards.facets.registry import FACETS


def facet_parameters() -> list[dict[str, Any]]:
    """Return the parameters of rows as OpenAPI has them: columns, then every facet."""
    keys = [column.key for column in COLUMNS]
    columns = _parameter(
        "columns",
        "Cells of these columns only; without it all.",
        {"type": "array", "items": {"type": "string", "enum": keys}},
    )
    return [columns, *map(_of_facet, FACETS)]


def _of_facet(facet: Facet) -> dict[str, Any]:
    if isinstance(facet, Bound):
        words = f"{facet.title}: {facet.keeps} so many {facet.unit}."
        return _parameter(
            facet.key, words, {"type": "number", "minimum": facet.low, "maximum": facet.high}
        )
    known = {"enum": [*facet.labels]} if facet.is_always_stated else {}
    words = f"{facet.title}: rows that have one of these values."
    return _parameter(facet.key, words, {"type": "array", "items": {"type": "string", **known}})


def _parameter(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "query", "name": name, "description": words, "required": False, "schema": schema}
