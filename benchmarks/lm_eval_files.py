"""Results of lm-evaluation-harness as rows of a file of scores.

The file is one JSON object: `results` holds for each task its figures under `metric,filter`, with
the standard error under `metric_stderr,filter`; `n-samples` how many samples a task has and how
many were asked; `versions`, `n-shot` and `group_subtasks` what their names say; `date` seconds
since 1970.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from arena.imports.errors import UnusableFile
from arena.imports.rows import Row, Source
from benchmarks.quality import Suite, suites

HARNESS: Final = "lm-evaluation-harness"
MAX_BYTES: Final = 64 * 2**20
_EXACT: Final = 6
"""Decimals of tasks solved: a share of so many is a whole number but for its last bits."""


class LmEvalResults(Source):
    """One results file; the number of a task, in the order of the file, stands for its line."""

    @override
    def rows(self, *, wanted: Collection[str]) -> Iterator[Row]:
        """Yield a row for every task, without those that are a part of a suite's task."""
        found = _read(self)
        parts = _parts(found)
        for number, task in enumerate(_mapping(found, "results"), start=1):
            if task not in parts:
                yield _row(number, task, found)


def is_results(path: Path) -> bool:
    """Tell whether a file is one JSON object with results."""
    if path.suffix != ".json" or not path.is_file() or path.stat().st_size > MAX_BYTES:
        return False
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        # Lines of JSON, or nothing that is JSON: whoever reads it next says so.
        return False
    return isinstance(found, dict) and isinstance(found.get("results"), dict)


def _read(source: Source) -> Mapping[str, Any]:
    try:
        found: Any = json.loads(source.path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnusableFile(f"{source.path.name}: not JSON: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("results"), dict):
        raise UnusableFile(f"{source.path.name}: has no results of {HARNESS}")
    return found


def _parts(found: Mapping[str, Any]) -> set[str]:
    """Return the tasks below those tasks that are a suite."""
    below = _mapping(found, "group_subtasks")
    result: set[str] = set()
    waiting = [task for task in below if task in suites().of_lm_eval]
    while waiting:
        for part in below.get(waiting.pop()) or []:
            if part not in result:
                result.add(part)
                waiting.append(part)
    return result


def _row(number: int, task: str, found: Mapping[str, Any]) -> Row:
    suite = suites().of_lm_eval.get(task)
    if suite is None:
        known = ", ".join(suites().of_lm_eval)
        return Row(
            number, None, f"{task[:80]}: no task of a suite in the catalogue; known: {known}"
        )
    key = suite.lm_eval[task]
    value = _mapping(found["results"], task).get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return Row(number, None, f"{task}: has no figure {key}, which is the score of {suite.slug}")
    asked, total = _samples(found, task)
    if not asked:
        return Row(number, None, f"{task}: n-samples does not say how many tasks were asked")
    return Row(number, _record(task, suite, found, float(value), asked, total))


def _record(
    task: str, suite: Suite, found: Mapping[str, Any], value: float, asked: int, total: int
) -> dict[str | None, Any]:
    metric, _, chosen = suite.lm_eval[task].partition(",")
    error = _mapping(found["results"], task).get(f"{metric}_stderr,{chosen}")
    of = asked if suite.unit == "tasks" else 1
    shots = _mapping(found, "n-shot").get(task)
    words = (task, "" if shots is None else f"{shots}-shot", "" if chosen == "none" else chosen)
    return {
        "suite": suite.slug,
        "suite_version": str(_mapping(found, "versions").get(task, "not stated")),
        "metric": metric,
        "setting": ", ".join(filter(None, words)),
        "value": repr(round(value * of, _EXACT)),
        "out_of": str(asked) if suite.unit == "tasks" else None,
        "standard_error": repr(error * of) if isinstance(error, float) else None,
        "tasks_scored": str(asked),
        "tasks_total": str(total) if total >= asked else None,
        "harness": HARNESS,
        "harness_version": _version(found),
        "stated_on": _day(found),
    }


def _samples(found: Mapping[str, Any], task: str) -> tuple[int, int]:
    """Return how many samples of a task, or of all its parts, were asked, and how many it has."""
    counts = _mapping(found, "n-samples")
    own = counts.get(task)
    if isinstance(own, dict):
        asked = own.get("effective")
        return (asked, own.get("original") or 0) if isinstance(asked, int) else (0, 0)
    parts = _mapping(found, "group_subtasks").get(task) or []
    below = [_samples(found, part) for part in parts]
    if not below or not all(asked for asked, _ in below):
        return 0, 0
    return sum(asked for asked, _ in below), sum(total for _, total in below)


def _version(found: Mapping[str, Any]) -> str:
    for name in ("lm_eval_version", "git_hash"):
        if isinstance(found.get(name), str) and found[name].strip():
            return str(found[name])
    return "not stated"


def _day(found: Mapping[str, Any]) -> str | None:
    seconds = found.get("date")
    if not isinstance(seconds, int | float) or not 0 < seconds < 1e11:
        return None
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _mapping(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name)
    return value if isinstance(value, dict) else {}
