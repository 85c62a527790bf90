"""What the rating of a row is about: its model, or one build of it; and how two of them differ."""

from collections.abc import Callable
from typing import Final

from leaderboards.cells import of_model
from leaderboards.current_fit import CurrentFit
from leaderboards.differences import Difference, difference
from leaderboards.figures import rated_as
from leaderboards.rows import Row

RATING: Final = "rating"
ONE_RATING: Final = "one rating: these deployments share it"


def rated(row: Row) -> str:
    """Return what the rating of a row is about: its model, or one build of it."""
    return rated_as(row, row["cells"][RATING])


def of_whole_model(row: Row) -> Row:
    """Return the row with the rating of its model, where it has that of one build."""
    return {**row, "cells": {**row["cells"], RATING: of_model(row["cells"][RATING])}}


def rating_differences(current: CurrentFit) -> Callable[[Row, Row], Difference | str]:
    """Return what gives the difference of two rows, or the reason why there is none."""
    fit = current.builds.fit
    known = {row.model for row in fit.ratings}

    def between(row: Row, base: Row) -> Difference | str:
        one, other = rated(row), rated(base)
        if one == other:
            return ONE_RATING
        if missing := {one, other} - known:
            return f"not rated: {', '.join(sorted(missing))}"
        return difference(fit, one, other)

    return between
