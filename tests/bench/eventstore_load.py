"""The measured side of bench_eventstore, in a process of its own: prints one JSON object."""

import json
import multiprocessing
import os
import resource
import sys
import time
import uuid
from collections.abc import Callable
from multiprocessing.synchronize import Barrier

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
django.setup()

from django.db import connection  # noqa: E402  needs the settings above

from arena.eventstore import queries, store  # noqa: E402
from arena.eventstore.projection import rebuild  # noqa: E402
from arena.eventstore.verification import Verified, verify_chain  # noqa: E402
from arena.tenancy.commands import open_tenant  # noqa: E402
from arena.tenancy.models import Tenant  # noqa: E402
from voting.events import VoteRecorded, Winner  # noqa: E402

WINNERS: tuple[Winner, ...] = ("model_a", "model_b", "tie", "both_bad")
BATCH = 2_000
RAW_BATCH = 5_000


def bench_tenant() -> Tenant:
    """Return the tenant of this benchmark."""
    return open_tenant(slug="bench", name="Bench", is_public=True, is_default=True)


def vote(index: int) -> store.NewEvent:
    """Return a vote between two of some fifty models."""
    event_id = uuid.uuid4()
    return store.NewEvent(
        stream=f"vote-{event_id}",
        event=VoteRecorded(
            board="text",
            model_a=f"model-{index % 50}",
            model_b=f"model-{50 + index * 7 % 51}",
            winner=WINNERS[index % 4],
            voter="0123456789abcdef",
            language="en",
        ),
        event_id=event_id,
        expected_version=0,
    )


def tenant() -> int:
    """Create the tenant and return its id."""
    return bench_tenant().pk


def append(clients: str, seconds: str) -> dict[str, float]:
    """Append single votes from several processes at once for so long."""
    connection.close()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(int(clients))
    with context.Pool(int(clients), _share, (start, float(seconds))) as pool:
        rates = pool.map(_append_one_by_one, range(int(clients)), chunksize=1)
    return {"events_per_second": sum(rates)}


_start: Barrier
_seconds: float


def _share(start: Barrier, seconds: float) -> None:
    global _start, _seconds
    _start, _seconds = start, seconds


def _append_one_by_one(_: int) -> float:
    owner = bench_tenant()
    store.append_many(tenant=owner, events=[vote(0)], actor="bench")
    _start.wait()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < _seconds:
        new = vote(count)
        store.append(
            tenant=owner,
            stream=new.stream,
            events=[new.event],
            ids=[new.event_id],
            expected_version=0,
            actor="bench",
        )
        count += 1
    return count / (time.perf_counter() - began)


def fill(events: str) -> dict[str, float]:
    """Append so many votes in batches."""
    owner, began = bench_tenant(), time.perf_counter()
    for first in range(0, int(events), BATCH):
        store.append_many(
            tenant=owner, events=[vote(index) for index in range(first, first + BATCH)], actor="b"
        )
    return {"events_per_second": int(events) / (time.perf_counter() - began)}


def read() -> dict[str, float]:
    """Fetch the rows that a fold needs with psycopg itself, in batches, and decode nothing."""
    owner, began = bench_tenant(), time.perf_counter()
    position = count = 0
    connection.ensure_connection()
    while True:
        rows = connection.connection.execute(
            "SELECT position, id, stream, version, type, type_version, data, metadata, recorded_at"
            " FROM eventstore_event WHERE tenant_id = %s AND position > %s"
            " ORDER BY position LIMIT %s",
            (owner.pk, position, RAW_BATCH),
        ).fetchall()
        if not rows:
            return {"events_per_second": count / (time.perf_counter() - began)}
        count += len(rows)
        position = rows[-1][0]


def rebuild_pair_counts() -> dict[str, float]:
    """Fold the whole log into pair counts in one transaction."""
    owner = bench_tenant()
    before = _peak_memory_mb()
    began = time.perf_counter()
    position = rebuild(tenant=owner, name="pair_counts")
    seconds = time.perf_counter() - began
    return {
        "events_per_second": position / seconds,
        "seconds": seconds,
        "peak_memory_mb": _peak_memory_mb(),
        "memory_before_mb": before,
    }


def verify() -> dict[str, float]:
    """Recompute the chain of the whole log."""
    owner, began = bench_tenant(), time.perf_counter()
    result = verify_chain(tenant_id=owner.pk)
    head = queries.log_head(tenant=owner)
    if not isinstance(result, Verified) or result.hash.hex() != head.hash:
        raise SystemExit(f"the chain does not hold: {result}")
    return {"events_per_second": result.position / (time.perf_counter() - began)}


def _peak_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


ACTIONS: dict[str, Callable[..., int | dict[str, float]]] = {
    "tenant": tenant,
    "append": append,
    "fill": fill,
    "read": read,
    "rebuild": rebuild_pair_counts,
    "verify": verify,
}

if __name__ == "__main__":
    print(json.dumps(ACTIONS[sys.argv[1]](*sys.argv[2:])))
