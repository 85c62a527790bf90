"""What leaving the best closed model costs in quality: an Elo gap and a chance to win."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot

from benchmarks.queries import ModelInfo
from leaderboards.cells import Cell
from leaderboards.ratings import BASE, SCALE


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
    """Chance that its answer is preferred to the other's, ties aside."""
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


def tax(rating: Cell | None, top: Top | None) -> Tax | None:
    """Return the gap to the best closed model; None without both ratings and their intervals.

        gap = top - own
        lower = gap - sqrt((top - top_lower)^2 + (own_upper - own)^2), upper likewise
        win = 1 / (1 + 10^(gap / 400))

    The interval is Zou and Donner's (2008) for a difference from two intervals (MOVER), which
    takes the two ratings as independent. A gap of 100 is a chance of 36.0 %.
    """
    if rating is None or top is None:
        return None
    own, best = _interval(rating), _interval(top.rating)
    if own is None or best is None:
        return None
    gap = best[1] - own[1]
    lower = gap - hypot(best[1] - best[0], own[2] - own[1])
    upper = gap + hypot(best[2] - best[1], own[1] - own[0])
    return Tax(
        gap=gap,
        lower=lower,
        upper=upper,
        win_percent=win_percent(gap),
        win_lower=win_percent(upper),
        win_upper=win_percent(lower),
    )


def win_percent(gap: float) -> float:
    """Return the chance in per cent of a model that is so many Elo below the other."""
    return 100 / (1 + float(BASE ** (gap / SCALE)))


def _interval(cell: Cell) -> tuple[float, float, float] | None:
    lower, value, upper = cell["lower"], cell["value"], cell["upper"]
    if lower is None or upper is None or value is None:
        return None
    return lower, float(value), upper
