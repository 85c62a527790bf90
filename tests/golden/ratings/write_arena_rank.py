"""Write the ratings that the reference libraries give for real votes, as golden values.

python -m tests.golden.ratings.write_arena_rank

arena-rank 0.1.1 (the public arena's own library), and evalica 0.4.2 for LLMFAO. Each runs in an
environment of its own (tests/bench/peers.py). Takes about two minutes.
"""

import datetime as dt
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests import llmfao, real_votes
from tests.bench import peers, vote_file
from tests.golden.ratings import contextual
from tests.golden.ratings.goldens import DIRECTORY, SAMPLE_SEED, SAMPLE_VOTES, write_csv
from tests.real_votes import Vote

_UNIT = "Elo points, 400 per factor 10, mean 1000; lower and upper bound 95 %"
_ARENA_RANK = {"peer": "arena-rank", "module": "tests.bench.peer_arena_rank"}
_EVALICA = {"peer": "evalica", "module": "tests.bench.peer_evalica"}


def _write(
    name: str,
    votes: Iterable[Vote],
    *,
    source: str,
    peer: str,
    module: str,
    options: Sequence[str] = (),
) -> None:
    listed = list(votes)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "votes.npz"
        vote_file.write(path, _coded(listed))
        arguments = [str(path), "--converged", *options]
        result = peers.run(peer=peer, module=module, arguments=arguments)
        votes_sha256 = write_csv(Path(directory) / "votes.csv", listed)
    _save(name, result, source=source, options=options, votes_csv_sha256=votes_sha256)


def _write_contextual() -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "votes.npz"
        vote_file.write(path, contextual.games())
        options = ["--reweighted"]
        result = peers.run(
            peer="arena-rank",
            module="tests.bench.peer_arena_rank_style",
            arguments=[str(path), *options],
        )
    _save(
        "arena_rank_contextual",
        result,
        source="tests.golden.ratings.contextual.games(), reg 0",
        options=options,
        coefficients=result["coefficients"],
    )


def _coded(votes: Sequence[Vote]) -> vote_file.Votes:
    models = sorted({name for vote in votes for name in (vote.model_a, vote.model_b)})
    index = {model: number for number, model in enumerate(models)}
    a, b = (
        np.array([index[name] for name in names], dtype=np.int32)
        for names in ([vote.model_a for vote in votes], [vote.model_b for vote in votes])
    )
    winner = [real_votes.WINNERS.index(vote.winner) for vote in votes]
    return vote_file.plain(models, a, b, np.array(winner, dtype=np.int8))


def _save(
    name: str, result: dict[str, Any], *, source: str, options: Sequence[str], **more: Any
) -> None:
    content = {
        "source": source,
        "options": " ".join(options),
        "votes": result["votes"],
        **more,
        "versions": result["versions"],
        "written_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "unit": _UNIT,
        "ratings": {
            model: {key: round(value, 9) for key, value in row.items()}
            for model, row in sorted(result["ratings"].items())
        },
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (DIRECTORY / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(f"{name}.json: {result['votes']} votes, {len(result['ratings'])} models")


def main() -> None:
    """Write every golden file."""
    for name, options in (
        ("arena_rank_leaderbot_full", []),
        ("arena_rank_leaderbot_reweighted", ["--reweighted"]),
    ):
        votes = real_votes.expand()
        _write(name, votes, source="tests.real_votes.expand()", options=options, **_ARENA_RANK)
    _write(
        "arena_rank_leaderbot_sample",
        real_votes.sample(SAMPLE_VOTES, SAMPLE_SEED),
        source=f"tests.real_votes.sample({SAMPLE_VOTES}, {SAMPLE_SEED})",
        **_ARENA_RANK,
    )
    llmfao_source = "tests.llmfao.votes()"
    _write("arena_rank_llmfao", llmfao.votes(), source=llmfao_source, **_ARENA_RANK)
    _write("evalica_llmfao", llmfao.votes(), source=llmfao_source, **_EVALICA)
    _write_contextual()


if __name__ == "__main__":
    main()
