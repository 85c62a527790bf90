"""The ratings bench compares like with like: same votes, same fit, and a reason for every gap."""

import sys
from pathlib import Path

import numpy as np
import pytest

from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import fit
from tests.bench import compared, peers, vote_file
from tests.bench.compared import Missing, Peer
from tests.bench.synthetic_votes import COEFFICIENTS, styled, synthetic


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    path = tmp_path / "votes.npz"
    vote_file.write(path, synthetic(votes=3_000, models=6, seed=1))
    return path


def test_the_process_that_is_timed_fits_the_votes_of_the_file(votes: Path) -> None:
    figures = compared.ours("votes", str(votes))
    result = fit(PairCounts.from_votes(**vote_file.read(votes).columns()))
    assert figures["votes"] == result.votes == 3_000
    ratings = {model: row["rating"] for model, row in figures["ratings"].items()}
    assert ratings == {row.model: row.rating for row in result.ratings}
    assert min(figures["cold_s"], figures["warm_s"]) > 0
    assert 30 < figures["peak_memory_mb"] < 1_000


def test_kept_counts_give_the_ratings_of_the_votes(votes: Path) -> None:
    counts = votes.with_name("counts.npz")
    peers.run_ours(module="tests.bench.ours_ratings", arguments=["keep", str(votes), str(counts)])
    kept = compared.ours("counts", str(counts))
    assert kept["ratings"] == compared.ours("votes", str(votes))["ratings"]


def test_simulated_votes_are_a_third_ties_and_the_same_for_a_seed() -> None:
    first, again = (synthetic(votes=20_000, models=20, seed=5) for _ in range(2))
    assert np.array_equal(first.winner, again.winner)
    assert np.mean(first.winner >= 2) == pytest.approx(1 / 3, abs=0.03)
    assert not (first.a == first.b).any()


def test_style_control_finds_the_coefficients_that_the_votes_were_made_with(
    tmp_path: Path,
) -> None:
    path = tmp_path / "styled.npz"
    vote_file.write(path, styled(votes=50_000, models=10, seed=2))
    found = compared.ours("style", str(path))["coefficients"]
    assert found == pytest.approx(COEFFICIENTS, abs=0.04)


def test_a_peer_that_is_stopped_or_not_there_is_a_row_with_the_reason(
    votes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_python", lambda peer: sys.executable)
    slow = Peer("slow", "tests.bench.ours_ratings", timeout_s=0.01)
    stopped = slow.measure("votes", str(votes))
    assert isinstance(stopped, Missing)
    row = compared.row(
        name="x", ours=1.0, theirs=stopped, unit="s", against="slow 1.0", goal="ratio >= 5"
    )
    assert (row.against, row.theirs, row.met) == ("slow 1.0: stopped after 0.01 s", None, None)

    def no_wheel(peer: str) -> Path:
        raise peers.PeerUnavailableError(f"{peer} could not be installed: no wheel")

    monkeypatch.setattr(peers, "_python", no_wheel)
    assert slow.measure("votes") == Missing("slow could not be installed: no wheel")


def test_a_script_that_fails_fails_the_benchmark() -> None:
    with pytest.raises(peers.PeerFailedError, match="No such file"):
        compared.ours("votes", "nowhere.npz")


def test_the_best_of_several_runs_has_the_shortest_of_each_time() -> None:
    runs = [{"cold_s": 3.0, "warm_s": 1.0, "votes": 7}, {"cold_s": 2.0, "warm_s": 2.0, "votes": 7}]
    assert compared.best(runs) == {"cold_s": 2.0, "warm_s": 1.0, "votes": 7}
