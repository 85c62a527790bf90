"""Single votes in one binary file, which this environment and those of the peers read alike."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

WINNERS = ("model_a", "model_b", "tie", "both_bad")


class Votes(NamedTuple):
    """Votes as numbers; `a`, `b` index `models`, `winner` indexes WINNERS; each (n_votes,).

    `features` (n_votes, k) are style differences, left less right; k may be 0.
    """

    models: tuple[str, ...]
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    winner: NDArray[np.int8]
    features: NDArray[np.float64]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Columns model_a, model_b, winner of Python strings: votes as they come, not yet coded."""
        names = np.array(self.models, dtype=object)
        winners = np.array(WINNERS, dtype=object)
        return {"model_a": names[self.a], "model_b": names[self.b], "winner": winners[self.winner]}

    def feature_names(self) -> list[str]:
        """Names of the columns of `features`."""
        return [f"feature_{number}" for number in range(self.features.shape[1])]


def plain(
    models: Sequence[str], a: NDArray[np.int32], b: NDArray[np.int32], winner: NDArray[np.int8]
) -> Votes:
    """Votes without features."""
    return Votes(tuple(models), a, b, winner, np.empty((len(a), 0)))


def write(path: Path, votes: Votes) -> None:
    """Write votes to `path`, which ends in .npz."""
    columns = {name: np.array(column) for name, column in votes._asdict().items()}
    np.savez(path, allow_pickle=False, **columns)


def read(path: str | Path) -> Votes:
    """Read what `write` has written."""
    with np.load(path) as arrays:
        columns = {name: arrays[name] for name in Votes._fields if name != "models"}
        return Votes(models=tuple(arrays["models"].tolist()), **columns)
