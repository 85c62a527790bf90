"""A hundred bootstraps against FastChat's method, and style control against arena-rank's."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench import compared, vote_file
from tests.bench.compared import Figures, Missing, Peer
from tests.bench.rows import Row
from tests.bench.synthetic_votes import styled, synthetic

_VOTES, _MODELS, _SEED = 1_000_000, 300, 20261122
_SMALL_VOTES, _SMALL_MODELS = 100_000, 50
_BOOTSTRAPS: Final = 100
_TIMED_BOOTSTRAPS: Final = 10
_FASTCHAT: Final = Peer("choix-sklearn", "tests.bench.peer_fastchat")
_ARENA_RANK: Final = Peer("arena-rank", "tests.bench.peer_arena_rank_style")
_SKLEARN: Final = Peer("choix-sklearn", "tests.bench.peer_sklearn")
_SIZE: Final = "1 million votes, 300 models"


def bootstrap_rows(prefix: str) -> Iterator[Row]:
    """From raw votes to ratings with intervals of 100 resamples, in one process each."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "votes.npz"
        vote_file.write(path, synthetic(votes=_VOTES, models=_MODELS, seed=_SEED))
        ours = compared.ours("bootstrap", str(path))
        for name, options, how, goal in (
            ("bootstrap", (), "", "ratio >= 25"),
            ("bootstrap_bincount", ("--bincount",), ", its gradient made faster by us", ""),
        ):
            theirs = _FASTCHAT.measure(str(path), str(_TIMED_BOOTSTRAPS), *options)
            yield compared.row(
                name=f"{prefix}.{name}",
                ours=ours["warm_s"],
                theirs=theirs if isinstance(theirs, Missing) else _hundred_s(theirs),
                unit="s",
                against=f"FastChat's method in one process{how}; its 100 resamples scaled up from"
                f" {_TIMED_BOOTSTRAPS}; {_SIZE}",
                goal=goal,
            )


def _hundred_s(theirs: Figures) -> float:
    bootstrap_s = float(theirs["bootstrap_s"]) * _BOOTSTRAPS / float(theirs["resamples"])
    return float(theirs["cold_s"]) + bootstrap_s


def style_rows(prefix: str) -> Iterator[Row]:
    """Time, memory and agreement of a fit with four features of style."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "votes.npz"
        vote_file.write(path, styled(votes=_VOTES, models=_MODELS, seed=_SEED))
        yield from _style(f"{prefix}.style", str(path))
        vote_file.write(path, styled(votes=_SMALL_VOTES, models=_SMALL_MODELS, seed=_SEED))
        theirs = _SKLEARN.measure(str(path), "--converged")
        yield from _agreement(
            f"{prefix}.style.sklearn",
            compared.ours("style", str(path)),
            theirs,
            f"scikit-learn 1.9.1, unpenalised, tolerance 1e-9; {_SMALL_VOTES:,} votes",
        )


def _style(prefix: str, path: str) -> Iterator[Row]:
    ours, theirs = compared.ours("style", path), _ARENA_RANK.measure(path)
    for name, key, how in (
        ("cold", "cold_s", "first fit of its process"),
        ("warm", "warm_s", "a later fit of its process"),
    ):
        yield compared.row(
            name=f"{prefix}.arena_rank_{name}",
            ours=ours[key],
            theirs=compared.figure(theirs, key),
            unit="s",
            against=f"arena-rank 0.1.1, contextual, sandwich intervals; {how}; {_SIZE}",
            goal="ratio >= 10",
        )
    yield compared.row(
        name=f"{prefix}.arena_rank.memory",
        ours=ours["peak_memory_mb"],
        theirs=compared.figure(theirs, "peak_memory_mb"),
        unit="MB",
        against=f"arena-rank 0.1.1: peak of the process, votes included; {_SIZE}",
    )
    against = f"arena-rank 0.1.1 with reg 0, run on to the end; {_SIZE}"
    yield from _agreement(f"{prefix}.arena_rank", ours, theirs, against)


def _agreement(
    prefix: str, ours: Figures, theirs: Figures | Missing, against: str
) -> Iterator[Row]:
    if isinstance(theirs, Missing):
        return
    pairs = zip(ours["coefficients"], theirs["coefficients"], strict=True)
    yield Row.measured(
        name=f"{prefix}.coefficient_difference",
        ours=max(abs(our - their) for our, their in pairs),
        unit="logits",
        against=f"{against}; largest of 4, per standard deviation",
        goal="ours <= 0.00001",
    )
    yield Row.measured(
        name=f"{prefix}.rating_difference",
        ours=compared.largest_difference(ours, theirs),
        unit="Elo",
        against=against,
        goal="ours <= 0.06",
    )
