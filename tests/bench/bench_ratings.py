"""Fit of 1.67 million real votes against arena-rank: time and agreement, unweighted.

Ours starts from the counts per pair, which a projection keeps up to date; arena-rank starts from a
frame of single votes, which is all it takes, so its time is given with and without that reading.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import Fit, fit
from tests import real_votes
from tests.bench import peers
from tests.bench.rows import Row
from tests.golden.ratings.goldens import write_csv

NAME = "ratings"
_WARM = f"{NAME}.fit_vs_warm_fit"
_COLD = f"{NAME}.fit_vs_cold_votes"
_RATING, _RATING_GOAL = f"{NAME}.rating_difference", "ours <= 0.35"
_CONVERGED, _CONVERGED_GOAL = f"{NAME}.rating_difference_converged", "ours <= 0.01"
_HALF_WIDTH, _HALF_WIDTH_GOAL = f"{NAME}.half_width_difference", "ours <= 1.0"
_REPEATS = 15
_AGAINST = "arena-rank 0.1.1, unweighted, sandwich intervals, 1.67 million real votes"


def run() -> Iterator[Row]:
    """Rows of the fit: milliseconds from counts, and the largest differences in Elo points."""
    votes = real_votes.counts()
    counts = PairCounts(votes.models, *votes.pairs.T, *votes.votes.T)
    ours_ms, ours = min((_timed_fit(counts) for _ in range(_REPEATS)), key=lambda timed: timed[0])
    try:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "votes.csv"
            write_csv(path, real_votes.expand())
            theirs = peers.run(
                peer="arena-rank", module="tests.bench.peer_arena_rank", arguments=[str(path)]
            )
    except peers.PeerUnavailableError as missing:
        reason = str(missing)
        for name in (_WARM, _COLD):
            yield Row.peer_missing(
                name=name, ours=ours_ms, unit="ms", against=_AGAINST, reason=reason
            )
        for name, goal in (
            (_RATING, _RATING_GOAL),
            (_CONVERGED, _CONVERGED_GOAL),
            (_HALF_WIDTH, _HALF_WIDTH_GOAL),
        ):
            yield Row.peer_missing(
                name=name, ours=None, unit="Elo", against=_AGAINST, reason=reason, goal=goal
            )
        return
    yield Row.measured(
        name=_WARM,
        ours=ours_ms,
        unit="ms",
        against=f"{_AGAINST}; fit alone, its dataset already built",
        theirs=theirs["fit_ms"],
    )
    yield Row.measured(
        name=_COLD,
        ours=ours_ms,
        unit="ms",
        against=f"{_AGAINST}; ours from kept counts, theirs from a frame of votes in a new process",
        theirs=theirs["cold_ms"],
    )
    pairs = [(row, theirs["ratings"][row.model]) for row in ours.ratings]
    yield Row.measured(
        name=_RATING,
        ours=max(abs(row.rating - peer["rating"]) for row, peer in pairs),
        unit="Elo",
        against=f"{_AGAINST}; largest of {len(pairs)} models",
        goal=_RATING_GOAL,
    )
    yield Row.measured(
        name=_CONVERGED,
        ours=max(abs(row.rating - peer["rating_converged"]) for row, peer in pairs),
        unit="Elo",
        against=f"{_AGAINST}; its optimiser run on with ftol 1e-15, gtol 1e-12",
        goal=_CONVERGED_GOAL,
    )
    yield Row.measured(
        name=_HALF_WIDTH,
        ours=max(
            abs((row.upper - row.lower) - (peer["upper"] - peer["lower"])) / 2
            for row, peer in pairs
        ),
        unit="Elo",
        against=f"{_AGAINST}; largest of {len(pairs)} models",
        goal=_HALF_WIDTH_GOAL,
    )


def _timed_fit(counts: PairCounts) -> tuple[float, Fit]:
    start = time.perf_counter()
    result = fit(counts)
    return 1000 * (time.perf_counter() - start), result
