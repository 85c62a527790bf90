"""How far our ratings are from golden ones."""

import math
from typing import Any

from leaderboards.ratings import Fit

ELO_PER_LOGIT = 400 / math.log(10)


def largest_difference(result: Fit, golden: dict[str, Any], *, column: str) -> float:
    """Largest difference in Elo points between our ratings and a column of a golden file."""
    assert {row.model for row in result.ratings} == set(golden["ratings"])
    theirs = golden["ratings"]
    return max(abs(row.rating - float(theirs[row.model][column])) for row in result.ratings)


def largest_half_width_difference(result: Fit, golden: dict[str, Any]) -> float:
    """Largest difference in Elo points between half-widths of intervals."""
    pairs = [(row, golden["ratings"][row.model]) for row in result.ratings]
    return max(
        abs(row.upper - row.lower - float(peer["upper"] - peer["lower"])) / 2 for row, peer in pairs
    )
