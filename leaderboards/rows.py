"""The rows of a board as a pure function of its sources."""

from collections.abc import Collection, Container, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal, TypedDict, get_args

from benchmarks.deployment_label import label
from leaderboards.cells import Cell
from leaderboards.columns import COLUMNS
from leaderboards.conditions import marked
from leaderboards.sources import Sources, Subject
from leaderboards.tiers import tiers

Section = Literal["rated", "preliminary", "unrated", "measured", "claims"]
_SECTIONS: Final[tuple[Section, ...]] = get_args(Section)


class ModelName(TypedDict):
    """How a row names its model."""

    slug: str
    name: str


class Row(TypedDict):
    """One row as pages, the API, exports and the websocket show it.

    `tier`, `rank_best` and `rank_worst` are None outside the section `rated`.
    """

    key: str
    order: int
    section: Section
    tier: int | None
    rank_best: int | None
    rank_worst: int | None
    model: ModelName
    deployment: str | None
    cells: dict[str, Cell]


def build(sources: Sources) -> list[Row]:
    """Every row in order: ranked by rating, too few votes, unrated, runs alone, claims alone.

    A model in several deployments has a row for each, and they share its rating unless votes tell
    its builds apart. Even then the tier is the model's, and a row stands inside it by the rating
    that it shows. Claims are in the order of names, since nothing makes numbers of different
    sources comparable.
    """
    placing_of = {placing.model: placing for placing in tiers(sources.board_fit.listed)}
    cell_of = {column.key: column.cells(sources) for column in COLUMNS}

    def row(section: Section, subject: Subject) -> Row:
        placing = placing_of.get(subject.model)
        deployment = sources.deployments[subject.deployment] if subject.deployment else None
        return {
            "key": f"deployment:{deployment.slug}" if deployment else f"model:{subject.model}",
            "order": 0,
            "section": section,
            "tier": placing.tier if placing else None,
            "rank_best": placing.rank_best if placing else None,
            "rank_worst": placing.rank_worst if placing else None,
            "model": {"slug": subject.model, "name": _name(sources, subject.model)},
            "deployment": label(deployment) if deployment else None,
            "cells": {key: cell(subject) for key, cell in cell_of.items()},
        }

    found = [row(section, subject) for section, subject in _subjects(sources)]
    found.sort(key=_place)
    cells = marked([row["cells"] for row in found], cell_of)
    return [
        {**one, "order": order, "cells": own}
        for order, (one, own) in enumerate(zip(found, cells, strict=True), start=1)
    ]


def _place(row: Row) -> tuple[int, int, float]:
    """What orders rows whose models have been put in order: equal ones stay as they are."""
    rating = row["cells"]["rating"]["value"] if row["section"] in ("rated", "preliminary") else None
    return _SECTIONS.index(row["section"]), row["tier"] or 0, -float(rating or 0)


def with_cells(row: Row, keys: Collection[str]) -> Row:
    """Return the row with the cells of some columns only; all of them where none is named."""
    if not keys:
        return row
    return {**row, "cells": {key: cell for key, cell in row["cells"].items() if key in keys}}


def look_alike(one: Row | None, other: Row | None) -> bool:
    """Whether two rows read the same once their figures are rounded as their columns show them.

    One vote moves every rating of a board a little; hardly any of it can be seen.
    """
    if one is None or other is None or one == other:
        return one == other
    return {**one, "cells": None} == {**other, "cells": None} and all(
        _is_alike(one["cells"].get(column.key), other["cells"].get(column.key), column.digits)
        for column in COLUMNS
    )


def _is_alike(one: Cell | None, other: Cell | None, digits: int) -> bool:
    if one is None or other is None or one == other:
        return one == other
    return _shown_cell(one, digits) == _shown_cell(other, digits)


def _shown_cell(cell: Cell, digits: int) -> dict[str, Any]:
    if cell["kind"] == "claim" or isinstance(cell["value"], bool):
        return {**cell}
    lower, upper = cell["lower"], cell["upper"]
    half_width = None if lower is None or upper is None else (upper - lower) / 2
    figures = {"value": cell["value"], "lower": lower, "upper": upper, "half_width": half_width}
    # Beside the rating of a build its note says all that is shown of the model's.
    return {
        **cell,
        "of_model": None,
        **{name: _half_up(figure, digits) for name, figure in figures.items()},
    }


def _half_up(figure: float | None, digits: int) -> Decimal | None:
    """Rounded as browsers round, which is not as Python does."""
    if figure is None:
        return None
    return Decimal(figure).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _subjects(sources: Sources) -> Iterator[tuple[Section, Subject]]:
    """Every model with votes, and claims where listed, once a deployment, as the board has them."""
    of_model: dict[str, list[str | None]] = {}
    for slug in sorted(sources.deployments):
        of_model.setdefault(sources.deployments[slug].model_slug, []).append(slug)
    unrated = _by_name(sources, (row.model for row in sources.fit.unrated))
    preliminary = sources.board_fit.preliminary
    of_section: dict[Section, Container[str | None]] = {
        "measured": _measured(sources),
        "claims": {deployment for deployment, _ in sources.claims},
    }
    unvoted = _by_name(sources, of_model.keys() - sources.votes.keys())
    sections: list[tuple[Section, list[str]]] = [
        ("rated", [row.model for row in sources.board_fit.listed.ratings]),
        ("preliminary", [row.model for row in sources.fit.ratings if row.model in preliminary]),
        ("unrated", unrated),
        ("measured", unvoted),
    ]
    if sources.lists_claims:
        sections.append(("claims", unvoted))
    for section, models in sections:
        for model in models:
            for deployment in of_model.get(model, [None]):
                if section not in of_section or deployment in of_section[section]:
                    yield section, Subject(model, deployment)


def _measured(sources: Sources) -> set[str]:
    """Deployments with runs that stand here without a vote: of this board, or of none, claimless.

    What battles on other boards only has its row there.
    """
    claimed = {deployment for deployment, _ in sources.claims}
    return {
        slug
        for slug in (sources.speeds.keys() | sources.points.keys()) - claimed
        if sources.board in sources.boards_of.get(slug, ())
        or (sources.lists_claims and slug not in sources.boards_of)
    }


def _by_name(sources: Sources, models: Iterable[str]) -> list[str]:
    return sorted(models, key=lambda slug: (_name(sources, slug).casefold(), slug))


def _name(sources: Sources, model: str) -> str:
    """The model's name; its slug while the projection of models is behind that of votes."""
    known = sources.models.get(model)
    return known.name if known else model
