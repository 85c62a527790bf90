"""Appending, folding and verifying, against what the same PostgreSQL does without us."""

import json
import re
import statistics
from collections.abc import Iterable
from pathlib import Path

from tests.bench import site
from tests.bench.rows import Row

NAME = "eventstore"
EVENTS = 1_000_000
SECONDS = 4
ROUNDS = 3
_LOAD = str(Path(__file__).with_name("eventstore_load.py"))
_SCRIPT = Path(__file__).with_name("append.pgbench.sql")


def run() -> Iterable[Row]:
    """Yield the rows of this benchmark."""
    environment = site.fresh("eventstore")
    tenant = int(site.python(environment, [_LOAD, "tenant"]))
    site.postgres(
        "psql", "-q", "-d", "bench_eventstore", "-c",
        "CREATE TABLE bench_event (LIKE eventstore_event INCLUDING ALL)",
    )  # fmt: skip
    for clients in (1, 4):
        ours, theirs = _appends(environment, tenant, clients)
        yield Row.measured(
            name=f"{NAME}.append.{clients}_clients",
            ours=ours,
            unit="events/s",
            against=f"pgbench -M prepared -c {clients}: same lock, head, link, insert, commit",
            theirs=theirs,
            better="higher",
            goal="ratio >= 0.6",
        )
    filled = _figures(environment, "fill", str(EVENTS))
    yield Row.measured(
        name=f"{NAME}.append_batch",
        ours=filled["events_per_second"],
        unit="events/s",
        against="single appends of one client",
        theirs=_appends(environment, tenant, 1)[0],
        better="higher",
    )
    yield from _fold_and_verify(environment)


def _fold_and_verify(environment: dict[str, str]) -> Iterable[Row]:
    ceiling = _figures(environment, "read")["events_per_second"]
    rebuilt = _figures(environment, "rebuild")
    against = "fetching the same rows with psycopg, decoding nothing"
    yield Row.measured(
        name=f"{NAME}.rebuild",
        ours=rebuilt["events_per_second"],
        unit="events/s",
        against=against,
        theirs=ceiling,
        better="higher",
        goal="ours >= 25000",
    )
    for figure, unit, goal in (
        ("seconds", "s", "ours < 60"),
        ("peak_memory_mb", "MB", "ours < 300"),
    ):
        yield Row.measured(
            name=f"{NAME}.rebuild_1m.{figure}",
            ours=rebuilt[figure],
            unit=unit,
            against=f"{EVENTS:,} vote events folded into pair counts in one transaction",
            goal=goal,
        )
    verified = _figures(environment, "verify")
    yield Row.measured(
        name=f"{NAME}.verify_chain",
        ours=verified["events_per_second"],
        unit="events/s",
        against=against,
        theirs=ceiling,
        better="higher",
        goal="ours >= 40000",
    )


def _appends(environment: dict[str, str], tenant: int, clients: int) -> tuple[float, float]:
    """Return the medians of alternating rounds: (ours, pgbench) in transactions a second."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(_pgbench(tenant, clients))
        ours.append(
            _figures(environment, "append", str(clients), str(SECONDS))["events_per_second"]
        )
    return statistics.median(ours), statistics.median(theirs)


def _pgbench(tenant: int, clients: int) -> float:
    printed = site.postgres(
        "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(SECONDS),
        "-D", f"tenant={tenant}", "-f", str(_SCRIPT), "bench_eventstore",
    )  # fmt: skip
    match = re.search(r"^tps = ([\d.]+)", printed, re.MULTILINE)
    if match is None:
        raise RuntimeError(f"pgbench printed no tps: {printed}")
    return float(match[1])


def _figures(environment: dict[str, str], *arguments: str) -> dict[str, float]:
    figures: dict[str, float] = json.loads(site.python(environment, [_LOAD, *arguments]))
    return figures
