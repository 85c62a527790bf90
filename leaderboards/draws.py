"""Pure: possible values of figures given their intervals, drawn from a fixed seed."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS: Final = 1_000
SEED: Final = 0
_Z95: Final = 1.959963984540054
"""Standard normal quantile at 0.975."""


class Measure(NamedTuple):
    """One figure with the ends of its 95 % interval, None where it has none.

    `shared` names what was measured: two figures of one name are one quantity, drawn once. A
    model's rating stands in the row of each of its deployments.
    """

    value: float
    lower: float | None = None
    upper: float | None = None
    shared: str | None = None


def drawn(
    measures: Sequence[Measure], *, draws: int = DRAWS, seed: int = SEED, stream: int = 0
) -> NDArray[np.float64]:
    """Return possible values, one row a draw and one column a measure.

    With z from the standard normal distribution, a draw is value + |z| (upper - value) / 1.96
    where z > 0 and value - |z| (value - lower) / 1.96 elsewhere, so that 2.5 % fall below
    `lower` and 2.5 % above `upper` also when the interval is not symmetric. A figure without an
    interval is taken as exact. Different quantities are drawn independently of each other;
    `stream` keeps the draws of one list apart from those of another of the same seed.
    """
    values = np.array([measure.value for measure in measures], dtype=np.float64)
    down = [0.0 if item.lower is None else item.value - item.lower for item in measures]
    up = [0.0 if item.upper is None else item.upper - item.value for item in measures]
    columns: dict[str | int, int] = {}
    which = [
        columns.setdefault(index if item.shared is None else item.shared, len(columns))
        for index, item in enumerate(measures)
    ]
    normal = np.random.default_rng([seed, stream]).standard_normal((draws, len(columns)))
    z = normal[:, which] if which else np.zeros((draws, 0))
    below, above = np.array(down) / _Z95, np.array(up) / _Z95
    result: NDArray[np.float64] = values + np.where(z > 0, z * above, z * below)
    return result
