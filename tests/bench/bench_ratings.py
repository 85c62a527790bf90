"""Ratings against the libraries that others use: time, memory and agreement, one BLAS thread.

Simulated votes of six sizes, a hundred bootstraps, style control, and 1.67 million real votes.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import real_votes
from tests.bench import compared, ratings_sizes, ratings_terms, vote_file
from tests.bench.compared import Figures, Missing, Peer
from tests.bench.rows import Row

NAME = "ratings"
_ARENA_RANK = Peer("arena-rank", "tests.bench.peer_arena_rank")
_AGAINST = "arena-rank 0.1.1, unweighted, sandwich intervals, 1.67 million real votes"


def run() -> Iterator[Row]:
    """Yield the rows of this benchmark."""
    yield from ratings_sizes.rows(NAME)
    yield from ratings_terms.bootstrap_rows(NAME)
    yield from ratings_terms.style_rows(NAME)
    yield from _real_votes(f"{NAME}.real_votes")


def _real_votes(prefix: str) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "votes.npz"
        counts = real_votes.counts()
        a, b, winner = real_votes.sample_codes(int(counts.votes.sum()), seed=0)
        vote_file.write(path, vote_file.plain(counts.models, a, b, winner))
        ours = compared.ours("votes", str(path))
        theirs = _ARENA_RANK.measure(str(path), "--converged", "--repeats", "1")
    for name, key, how in (
        ("cold", "cold_s", "first fit of its process"),
        ("warm", "warm_s", "a later fit of its process"),
    ):
        yield compared.row(
            name=f"{prefix}.{name}",
            ours=ours[key],
            theirs=compared.figure(theirs, key),
            unit="s",
            against=f"{_AGAINST}; {how}",
        )
    if not isinstance(theirs, Missing):
        yield from _agreement(prefix, ours, theirs)


def _agreement(prefix: str, ours: Figures, theirs: Figures) -> Iterator[Row]:
    largest = f"largest of {len(theirs['ratings'])} models"
    for name, value, how, goal in (
        ("rating_difference", compared.largest_difference(ours, theirs), "", 0.35),
        (
            "rating_difference_converged",
            compared.largest_difference(ours, theirs, column="rating_converged"),
            "; its optimiser run on with ftol 1e-15, gtol 1e-12",
            0.01,
        ),
        (
            "half_width_difference",
            compared.largest_half_width_difference(ours, theirs),
            "; it adds 1e-5 of all votes to its Hessian",
            1.0,
        ),
    ):
        yield Row.measured(
            name=f"{prefix}.{name}",
            ours=value,
            unit="Elo",
            against=f"{_AGAINST}{how}; {largest}",
            goal=f"ours <= {goal}",
        )
