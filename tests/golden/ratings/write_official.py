"""Write the public arena's own ratings of 2024-08-13, excerpted from a history of its results.

python -m tests.golden.ratings.write_official result.csv

`result.csv` is output/result.csv of github.com/nakasyou/lmarena-history (MIT; its licence stands
beside the golden file): one row per date, one column per model, 0 where a model was not rated.
"""

import csv
import json
import sys
from typing import Final

from tests.golden.ratings.goldens import DIRECTORY

_DATE: Final = "20240813"


def main(path: str) -> None:
    """Write the golden file from the history at `path`."""
    with open(path, encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        _, *models = next(rows)
        ratings = next(values for date, *values in rows if date == _DATE)
    rated = {
        model: {"rating": round(rating, 9)}
        for model, value in sorted(zip(models, ratings, strict=True))
        if (rating := float(value))
    }
    content = {
        "source": "github.com/nakasyou/lmarena-history, output/result.csv, row 20240813",
        "commit": "22d6c6aa0f5642b41674fc94095e5f2833071d39",
        "licence": "MIT, LICENSE.lmarena-history beside this file",
        "date": "2024-08-13",
        "unit": "Elo points as published: 400 per factor 10, mixtral-8x7b-instruct-v0.1 at 1114",
        "ratings": rated,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (DIRECTORY / "official_20240813.json").write_text(text + "\n", encoding="utf-8")
    print(f"official_20240813.json: {len(rated)} models")


if __name__ == "__main__":
    main(sys.argv[1])
