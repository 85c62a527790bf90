"""The golden ratings: what they were computed from, and how to read them."""

import csv
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from tests.real_votes import Vote

DIRECTORY: Final = Path(__file__).parent
SAMPLE_VOTES: Final = 200_000
SAMPLE_SEED: Final = 20240814


def load(name: str) -> dict[str, Any]:
    """A golden file: versions, date, votes, their SHA-256, and ratings by model in Elo points."""
    loaded: dict[str, Any] = json.loads((DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def write_csv(path: Path, votes: Iterable[Vote]) -> str:
    """Write votes as the CSV that the reference libraries read; returns its SHA-256.

    The digest stands in each golden file, so that a drift of the votes is noticed.
    """
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(Vote._fields)
        writer.writerows(votes)
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
