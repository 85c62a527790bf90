"""Votes on boards of which one model has several builds, drawn from known strengths."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from leaderboards.build_scores import Build, BuildVotes
from leaderboards.builds import Builds, BuildTest, tell_apart
from leaderboards.fit_settings import FitSettings
from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import Fit, fit
from tests.leaderboards.counting import from_rows

MODEL = "m"
Record = tuple[int, int, int]
"""Wins, losses, draws of a build against one opponent."""


class Board(NamedTuple):
    """The joint fit of a board with its counts, and what its votes tell of builds."""

    joint: Fit
    counts: PairCounts
    builds: Builds

    @property
    def test(self) -> BuildTest:
        """What the votes tell of the builds of MODEL."""
        return self.builds.tests[MODEL]


def board(
    records: Mapping[tuple[str, str], Record],
    others: Mapping[tuple[str, str], Record],
    *,
    settings: FitSettings = FitSettings(),  # noqa: B008 -- immutable
    listed_from: int = 1,
    backwards: bool = False,
) -> Board:
    """Fit a board of votes by (quantization, opponent) of MODEL, and of votes between others."""
    pairs: dict[tuple[str, str], Sequence[int]] = dict(others)
    for (_, opponent), record in records.items():
        before = pairs.get((MODEL, opponent), (0, 0, 0))
        pairs[MODEL, opponent] = [sum(both) for both in zip(before, record, strict=True)]
    names = sorted({name for pair in pairs for name in pair}, reverse=backwards)
    index = {name: number for number, name in enumerate(names)}
    counts = from_rows(names, [[index[a], index[b], *row, 0] for (a, b), row in pairs.items()])
    votes = [
        BuildVotes(Build(MODEL, quantization), Build(opponent, None), *record, 0)
        for (quantization, opponent), record in records.items()
    ]
    joint = fit(counts, settings)
    ordered = votes[::-1] if backwards else votes
    told = tell_apart(joint, counts, ordered, settings=settings, listed_from=listed_from)
    return Board(joint, counts, told)


def drawn(
    random: np.random.Generator,
    strengths: Mapping[str, float],
    *,
    votes: int,
    opponents: int = 6,
    settings: FitSettings = FitSettings(),  # noqa: B008 -- immutable
) -> tuple[Board, dict[str, float]]:
    """Draw about so many votes a build, and 20 between any two opponents, a fifth of them ties.

    Return the board and the strengths of the opponents, in logits.
    """
    theta = {f"o{number}": random.normal(0, 0.6) for number in range(opponents)}

    def record(odds: float, number: int) -> Record:
        win = float(expit(odds))
        tie = 0.4 * min(win, 1 - win)
        won, tied, lost = random.multinomial(number, [win - tie / 2, tie, 1 - win - tie / 2])
        return int(won), int(lost), int(tied)

    records = {
        (build, name): record(strength - other, int(random.poisson(votes / opponents)))
        for build, strength in strengths.items()
        for name, other in theta.items()
    }
    between = {(a, b): record(theta[a] - theta[b], 20) for a in theta for b in theta if a < b}
    return board(records, between, settings=settings), theta
