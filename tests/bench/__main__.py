"""Run the benchmarks, print the table, write var/bench.json.

python -m tests.bench             all of them; var/bench.json is written anew
python -m tests.bench ratings     only these; their rows replace the old ones in var/bench.json

A benchmark is a module tests/bench/bench_*.py with NAME and run(), which yields rows called NAME
or NAME.something. Exit code 1 when one failed or missed a goal, 2 when a name is unknown.
"""

import argparse
import importlib
import json
import pkgutil
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

import tests.bench
from tests.bench.peers import ROOT
from tests.bench.rows import Row

RESULTS = ROOT / "var" / "bench.json"
_TABLE_WIDTH = 160


class Bench(NamedTuple):
    """A benchmark found: its name, and what yields its rows."""

    name: str
    run: Callable[[], Iterable[Row]]


def find() -> list[Bench]:
    """All benchmarks, by module name; one that cannot be imported fails when it is run."""
    found = []
    for module in pkgutil.iter_modules(tests.bench.__path__, prefix="tests.bench."):
        if not module.name.startswith("tests.bench.bench_"):
            continue
        try:
            bench = importlib.import_module(module.name)
        except Exception as problem:
            name = module.name.removeprefix("tests.bench.bench_")
            found.append(Bench(name, _raiser(problem)))
        else:
            found.append(Bench(bench.NAME, bench.run))
    return found


def _raiser(problem: Exception) -> Callable[[], Iterable[Row]]:
    def run() -> Iterable[Row]:
        raise problem

    return run


def rows_of(bench: Bench) -> list[Row]:
    """The rows of one benchmark; if it fails, those before the failure and an error row."""
    rows: list[Row] = []
    try:
        for row in bench.run():
            if not belongs(row.name, bench.name):
                raise ValueError(f"row {row.name!r}: want {bench.name!r} or {bench.name}.<what>")
            rows.append(row)
    except Exception as problem:
        traceback.print_exception(problem)
        rows.append(Row.error(name=bench.name, reason=f"{type(problem).__name__}: {problem}"))
    return rows


def belongs(row_name: str, bench_name: str) -> bool:
    """Whether a row of this name is one of the benchmark's."""
    return row_name == bench_name or row_name.startswith(f"{bench_name}.")


def merged(earlier: Iterable[Row], rows: Iterable[Row], benches: Iterable[Bench]) -> list[Row]:
    """Earlier rows of other benchmarks, and all the new ones, by name."""
    names = [bench.name for bench in benches]
    kept = [row for row in earlier if not any(belongs(row.name, name) for name in names)]
    return sorted([*kept, *rows], key=lambda row: row.name)


def table(rows: Iterable[Row]) -> Table:
    """The rows for a reader, a missing figure as an en dash."""
    result = Table("name", "ours", "unit", "theirs", "ratio", "goal", "met", "against")
    for row in rows:
        met = {True: "yes", False: "no", None: "–"}[row.met]
        figures = [_figure(value) for value in (row.ours, row.theirs, row.ratio)]
        ours, theirs, ratio = figures
        result.add_row(row.name, ours, row.unit, theirs, ratio, row.goal, met, row.against)
    return result


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks named, or all; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("name", nargs="*", help="only these benchmarks")
    wanted = set(parser.parse_args(arguments).name)
    benches = find()
    unknown = wanted - {bench.name for bench in benches}
    if unknown:
        known = ", ".join(bench.name for bench in benches)
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {known}")
    chosen = [bench for bench in benches if not wanted or bench.name in wanted]
    rows = []
    for bench in chosen:
        print(f"running {bench.name}", file=sys.stderr, flush=True)
        rows += rows_of(bench)

    earlier = []
    if wanted and RESULTS.is_file():
        earlier = [Row.from_dict(fields) for fields in json.loads(RESULTS.read_text())]
    written = [row.as_dict() for row in merged(earlier, rows, chosen)]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    console = Console()
    Console(width=max(console.width, _TABLE_WIDTH)).print(table(rows))
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
