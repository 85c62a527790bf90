"""What leaving the best closed model costs in quality: an Elo gap and a chance to win."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.queries import ModelInfo
from leaderboards.cells import Cell
from leaderboards.differences import difference
from leaderboards.ratings import Fit


@dataclass(frozen=True, kw_only=True, slots=True)
class Top:
    """The highest rated model whose weights are known to be closed."""

    model_slug: str
    name: str
    rating: Cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Tax:
    """How far a model is below the best closed one, with 95 % intervals; negative when above."""

    gap: float
    """Elo."""
    lower: float
    upper: float
    win_percent: float
    """Share of points expected against the other, a tie being half a point."""
    win_lower: float
    win_upper: float


def top_closed(ratings: Mapping[str, Cell], models: Mapping[str, ModelInfo]) -> Top | None:
    """Return the best rated closed model; None where no rated model is known to be closed."""
    closed = [
        (cell["value"], slug, cell)
        for slug, cell in ratings.items()
        if cell["value"] is not None and slug in models and models[slug].weights_open is False
    ]
    if not closed:
        return None
    _, slug, cell = max(closed, key=lambda item: item[:2])
    return Top(model_slug=slug, name=models[slug].name, rating=cell)


def tax(fit: Fit | None, rated: str, top: Top | None) -> Tax | None:
    """Return the gap to the best closed model; None for that one, and without both ratings.

    `rated` is a model or one build of it, as the fit calls it.

        gap = R(top) - R,   lower and upper = gap -+ 1.96 se,   win = 1 / (1 + 10^(gap / 400))

    se is that of the difference of two ratings of one fit (leaderboards.differences), so what
    both are uncertain of together does not widen it.
    """
    if fit is None or top is None or top.model_slug == rated:
        return None
    if not {rated, top.model_slug} <= {row.model for row in fit.ratings}:
        return None
    found = difference(fit, top.model_slug, rated)
    return Tax(
        gap=found.elo,
        lower=found.lower,
        upper=found.upper,
        win_percent=100 * (1 - found.first_share),
        win_lower=100 * (1 - found.first_share_upper),
        win_upper=100 * (1 - found.first_share_lower),
    )
