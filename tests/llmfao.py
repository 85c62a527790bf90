"""LLMFAO: 8,931 human votes between 59 models (CC BY 4.0), as votes of the usual columns."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.real_votes import Vote

_ROOT: Final = Path(__file__).resolve().parents[1]
_DEMO: Final = _ROOT / "voting" / "demo" / "llmfao.csv.gz"
_SOURCE: Final = _ROOT.parent / "shared" / "data" / "votes" / "llmfao.csv"
_WINNER: Final = {"left": "model_a", "right": "model_b", "tie": "tie"}


def votes() -> Iterator[Vote]:
    """The votes of the demo data, or of its source where the demo data is not there yet.

    Raises FileNotFoundError where neither is.
    """
    if _DEMO.is_file():
        with gzip.open(_DEMO, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield Vote(row["model_a"], row["model_b"], row["winner"])
        return
    if not _SOURCE.is_file():
        raise FileNotFoundError(f"neither {_DEMO} nor {_SOURCE} is there")
    with _SOURCE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield Vote(row["left"], row["right"], _WINNER[row["winner"]])
