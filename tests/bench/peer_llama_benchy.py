"""llama-benchy against a server of known speed, in its own environment and offline; prints JSON.

python -m tests.bench.peer_llama_benchy BASE_URL MODEL --concurrency 8 --runs 3 --tokens 101

Its tokenizer and its book are made here: a vocabulary of whole words, and a text of such words.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.bench import word_tokenizer

_BOOK = "file:book"


def main() -> None:
    """Run it once and print what each request showed, processor time and memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("base_url")
    parser.add_argument("model")
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--tokens", type=int, required=True)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _furnish(folder)
        bench = _run(folder, told)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    json.dump(
        {
            "version": version("llama-benchy"),
            "requests": len(bench["e2e_ttft"]["values"]),
            "ttft_ms": bench["e2e_ttft"]["values"],
            "tokens_per_second": bench["tg_req_throughput"]["values"],
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_memory_mb": usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024),
        },
        sys.stdout,
    )


def _furnish(folder: Path) -> None:
    word_tokenizer.write(folder)
    cache = folder / ".cache" / "llama-benchy"
    cache.mkdir(parents=True)
    # Where it keeps a book that it has downloaded before.
    key = hashlib.md5(_BOOK.encode(), usedforsecurity=False).hexdigest()
    (cache / f"{key}.txt").write_text(
        " ".join(random.Random(1).choices(word_tokenizer.WORDS, k=20_000))
    )


def _run(folder: Path, told: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    result = folder / "result.json"
    arguments = {
        "--base-url": told.base_url,
        "--model": told.model,
        "--tokenizer": folder,
        "--book-url": _BOOK,
        "--pp": 128,
        "--tg": told.tokens,
        "--depth": 0,
        "--concurrency": told.concurrency,
        "--runs": told.runs,
        "--latency-mode": "none",
        "--format": "json",
        "--save-result": result,
    }
    words = [str(word) for pair in arguments.items() for word in pair]
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "llama_benchy",
            *words,
            "--exact-tg",
            "--no-cache",
            "--skip-coherence",
        ],
        env=os.environ | {"HOME": str(folder), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0 or not result.is_file():
        sys.exit(
            f"llama-benchy ended with {finished.returncode}: {finished.stdout[-1000:]}"
            f"{finished.stderr[-1000:]}"
        )
    bench: dict[str, dict[str, list[float]]] = json.loads(result.read_text())["benchmarks"][0]
    return bench


if __name__ == "__main__":
    main()
