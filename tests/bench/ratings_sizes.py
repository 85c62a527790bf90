"""Fits of simulated votes of six sizes, from raw votes and from kept counts, against four peers.

Raw votes are columns of strings in memory. Each figure is one process of its own, which holds
the votes, so that its peak memory counts them too.
"""

import tempfile
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tests.bench import compared, peers, vote_file
from tests.bench.compared import Figures, Missing, Peer
from tests.bench.rows import Row
from tests.bench.synthetic_votes import synthetic

_SIZES: Final = {
    "100k_50": (100_000, 50),
    "100k_300": (100_000, 300),
    "1m_50": (1_000_000, 50),
    "1m_300": (1_000_000, 300),
    "5m_50": (5_000_000, 50),
    "5m_300": (5_000_000, 300),
}
_GOAL_SIZE: Final = "1m_300"
_SEED: Final = 20261121
_OURS = "tests.bench.ours_ratings"


class _Time(NamedTuple):
    """A time of a rival: its row is named `name`, and `goal` is the one at the goal size."""

    name: str
    figure: str
    note: str
    goal: str = ""


class _Rival(NamedTuple):
    peer: Peer
    times: tuple[_Time, ...]
    options: tuple[str, ...] = ()


_ARENA_RANK: Final = _Rival(
    Peer("arena-rank", "tests.bench.peer_arena_rank"),
    (
        _Time(
            "arena_rank_cold",
            "cold_s",
            "arena-rank 0.1.1, sandwich intervals; first fit of its process, JAX compiles",
            "ratio >= 20",
        ),
        _Time(
            "arena_rank_warm",
            "warm_s",
            "arena-rank 0.1.1, sandwich intervals; a later fit of its process",
        ),
    ),
)
_RIVALS: Final = {
    "arena_rank": _ARENA_RANK,
    "evalica": _Rival(
        Peer("evalica", "tests.bench.peer_evalica"),
        (
            _Time(
                "evalica",
                "warm_s",
                "evalica 0.4.2 from a frame, point estimate; ours with intervals; later fits",
                "ratio >= 5",
            ),
        ),
    ),
    "evalica_lists": _Rival(
        Peer("evalica", "tests.bench.peer_evalica"),
        (
            _Time(
                "evalica_lists",
                "warm_s",
                "evalica 0.4.2 from Python lists, its fastest input, ours from Arrow; later fits",
            ),
        ),
        ("--lists",),
    ),
    "choix": _Rival(
        Peer("choix-sklearn", "tests.bench.peer_choix", timeout_s=90),
        (_Time("choix", "cold_s", "choix 0.4.1, ilsr_pairwise, votes doubled; point estimate"),),
    ),
    "sklearn": _Rival(
        Peer("choix-sklearn", "tests.bench.peer_sklearn", timeout_s=90),
        (
            _Time(
                "sklearn",
                "cold_s",
                "scikit-learn 1.9.1, sparse row per vote, unpenalised, tol 1e-6; point estimate",
            ),
        ),
    ),
}


def rows(prefix: str) -> Iterator[Row]:
    """Rows of every size, then of the largest differences and of the growth with votes."""
    differences: dict[str, list[float]] = defaultdict(list)
    counts_s: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        for size, (votes, models) in _SIZES.items():
            path = Path(directory) / f"{size}.npz"
            vote_file.write(path, synthetic(votes=votes, models=models, seed=_SEED))
            # At the goal's size twice each, so that a pause of the machine decides nothing.
            runs = 2 if size == _GOAL_SIZE else 1
            ours = compared.best([compared.ours("votes", str(path)) for _ in range(runs)])
            theirs = {
                name: _measured(rival, str(path), votes, runs if rival is _ARENA_RANK else 1)
                for name, rival in _RIVALS.items()
            }
            yield from _against_rivals(f"{prefix}.{size}", ours, theirs)
            counts_s[size] = yield from _from_counts(f"{prefix}.{size}", path, theirs)
            for name, figures in theirs.items():
                if not isinstance(figures, Missing):
                    differences[name].append(compared.largest_difference(ours, figures))
            path.unlink()
    yield from _differences(prefix, differences)
    # Of the same pairs: among 100 thousand votes of 300 models many pairs have none.
    for many, few in (("5m_50", "100k_50"), ("5m_300", "1m_300")):
        yield Row.measured(
            name=f"{prefix}.from_counts_growth.{many}",
            ours=1000 * counts_s[many],
            theirs=1000 * counts_s[few],
            unit="ms",
            against=f"ours of {few}: a fit reads counts, not votes",
            goal="ratio >= 0.7",
        )


def _measured(rival: _Rival, path: str, votes: int, runs: int) -> Figures | Missing:
    options = list(rival.options)
    if any(time.figure == "warm_s" for time in rival.times):
        options += ["--repeats", "1" if votes > 1_000_000 else "2"]
    measured: list[Figures] = []
    for _ in range(runs):
        figures = rival.peer.measure(path, *options)
        if isinstance(figures, Missing):
            return figures
        measured.append(figures)
    return compared.best(measured)


def _against_rivals(
    prefix: str, ours: Figures, theirs: Mapping[str, Figures | Missing]
) -> Iterator[Row]:
    at_goal = prefix.endswith(_GOAL_SIZE)
    for rival_name, rival in _RIVALS.items():
        figures = theirs[rival_name]
        for time in rival.times:
            yield compared.row(
                name=f"{prefix}.{time.name}",
                ours=ours[time.figure],
                theirs=compared.figure(figures, time.figure),
                unit="s",
                against=time.note,
                goal=time.goal if at_goal else "",
            )
        if rival.options:
            continue
        yield compared.row(
            name=f"{prefix}.{rival_name}.memory",
            ours=ours["peak_memory_mb"],
            theirs=compared.figure(figures, "peak_memory_mb"),
            unit="MB",
            against=f"{rival.times[0].note.split(',')[0]}: peak of the process, votes included",
        )


def _from_counts(
    prefix: str, path: Path, theirs: Mapping[str, Figures | Missing]
) -> Generator[Row, None, float]:
    """Rows of the fit from kept counts; returns its seconds."""
    counts = path.with_name("counts.npz")
    peers.run_ours(module=_OURS, arguments=["keep", str(path), str(counts)])
    ours = compared.ours("counts", str(counts))
    fit_s = compared.figure(theirs["arena_rank"], "fit_s")
    yield compared.row(
        name=f"{prefix}.from_counts",
        ours=1000 * ours["warm_s"],
        theirs=fit_s if isinstance(fit_s, Missing) else 1000 * fit_s,
        unit="ms",
        against="arena-rank 0.1.1, sandwich intervals; fit alone, its dataset already built",
        goal="ours <= 40" if prefix.endswith(_GOAL_SIZE) else "",
    )
    yield Row.measured(
        name=f"{prefix}.from_counts.memory",
        ours=ours["peak_memory_mb"],
        unit="MB",
        against="peak of the process, which holds the counts and no votes",
    )
    return float(ours["warm_s"])


def _differences(prefix: str, differences: Mapping[str, list[float]]) -> Iterator[Row]:
    for name in ("arena_rank", "evalica", "choix", "sklearn"):
        note = _RIVALS[name].times[0].note.split(";")[0]
        if differences[name]:
            yield Row.measured(
                name=f"{prefix}.difference.{name}",
                ours=max(differences[name]),
                unit="Elo",
                against=f"{note}; largest of {len(differences[name])} sizes",
            )
