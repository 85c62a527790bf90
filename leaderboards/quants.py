"""The deployments of one model on one board, held against the one of the most bits a weight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.plausibility.weights import bits_named
from benchmarks.queries import DeploymentInfo
from leaderboards.columns import COLUMNS
from leaderboards.compare.figures import FigureRow, RatingDifference, figure_rows
from leaderboards.rated_rows import RATING, rated
from leaderboards.rows import Row

DIMENSIONS: Final = ("quality", "speed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Quant:
    """One deployment; bits are those of a weight, None where its quantization does not tell."""

    row: Row
    info: DeploymentInfo
    bits: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quants:
    """The deployments, most bits first, and their figures of quality and speed in that order.

    With their ratings, where they have several.
    """

    places: tuple[Quant, ...]
    figures: tuple[FigureRow, ...]
    are_apart: bool
    """Whether votes tell them apart, so that they stand with several ratings."""


def quants(
    rows: Sequence[Row],
    deployments: Mapping[str, DeploymentInfo],
    *,
    board: str,
    rating_difference: RatingDifference,
) -> Quants | None:
    """Return the deployments that stand on a board; None where there are fewer than two."""
    places = [
        Quant(row=row, info=info, bits=bits_named(info.quantization))
        for row in rows
        if (info := deployments.get(row["key"].partition("deployment:")[2])) is not None
    ]
    if len(places) < 2:
        return None
    places.sort(key=lambda place: (-(place.bits or 0), place.info.slug))
    are_apart = len({rated(place.row) for place in places}) > 1
    return Quants(
        places=tuple(places),
        are_apart=are_apart,
        figures=tuple(
            figure_rows(
                [place.row for place in places],
                [
                    column
                    for column in COLUMNS
                    if column.dimension in DIMENSIONS or (are_apart and column.key == RATING)
                ],
                board=board,
                rating_difference=rating_difference,
            )
        ),
    )
