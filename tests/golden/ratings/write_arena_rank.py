"""Write the ratings that the reference libraries give for real votes, as golden values.

python -m tests.golden.ratings.write_arena_rank

arena-rank 0.1.1 (the public arena's own library) with its defaults, and evalica 0.4.2 for LLMFAO.
Each runs in an environment of its own (tests/bench/peers.py). Takes about a minute.
"""

import datetime as dt
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests import llmfao, real_votes
from tests.bench import peers
from tests.golden.ratings.goldens import DIRECTORY, SAMPLE_SEED, SAMPLE_VOTES, write_csv
from tests.real_votes import Vote


def _write(name: str, *, peer: str, module: str, votes: Iterable[Vote], source: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "votes.csv"
        votes_sha256 = write_csv(path, votes)
        result = peers.run(peer=peer, module=module, arguments=[str(path)])
    content = {
        "source": source,
        "votes": result["votes"],
        "votes_csv_sha256": votes_sha256,
        "versions": result["versions"],
        "written_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "unit": "Elo points, 400 per factor 10, mean 1000; lower and upper bound 95 %",
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
    arena_rank = {"peer": "arena-rank", "module": "tests.bench.peer_arena_rank"}
    evalica = {"peer": "evalica", "module": "tests.bench.peer_evalica"}
    sample = real_votes.sample(SAMPLE_VOTES, SAMPLE_SEED)
    _write(
        "arena_rank_leaderbot_full",
        votes=real_votes.expand(),
        source="tests.real_votes.expand()",
        **arena_rank,
    )
    _write(
        "arena_rank_leaderbot_sample",
        votes=sample,
        source=f"tests.real_votes.sample({SAMPLE_VOTES}, {SAMPLE_SEED})",
        **arena_rank,
    )
    llmfao_source = "tests.llmfao.votes()"
    _write("arena_rank_llmfao", votes=llmfao.votes(), source=llmfao_source, **arena_rank)
    _write("evalica_llmfao", votes=llmfao.votes(), source=llmfao_source, **evalica)


if __name__ == "__main__":
    main()
