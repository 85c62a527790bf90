"""A process that does one thing to the log and is killed -9 at a named step of it.

    python -m tests.eventstore.crash_child append|advance STEP

A step is `before:<function>` or `after:<function>` of the table below; the process prints `done`
only when it was not killed.
"""

import os
import signal
import sys
import uuid
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connections, transaction  # noqa: E402  needs the settings above

from arena.eventstore import bell, projection, reader, store  # noqa: E402
from arena.tenancy.queries import by_slug  # noqa: E402
from tests.eventstore.facts import CounterMoved  # noqa: E402

STEPS: dict[str, tuple[Any, str]] = {
    "execute": (store, "_execute"),
    "ring": (bell, "ring"),
    "lock": (projection, "_lock"),
    "read": (reader, "read_after"),
    "fold": (projection, "_fold_batch"),
    "save": (projection, "_save"),
    "commit": (connections["default"], "_commit"),
}


def die_at(step: str) -> None:
    """Arrange for kill -9 right before or after the named function."""
    when, _, name = step.partition(":")
    owner, attribute = STEPS[name]
    original: Callable[..., Any] = getattr(owner, attribute)

    def fatal(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, attribute, fatal)


def append() -> None:
    """Append one event in a transaction of its own, as a command does."""
    with transaction.atomic(durable=True):
        store.append(
            tenant=by_slug("public"),
            stream="counter-crash",
            events=[CounterMoved(amount=5)],
            ids=[uuid.UUID(int=5)],
            expected_version=None,
            actor="crash",
        )


def advance() -> None:
    """Advance the projection of the store's tests."""
    from tests.eventstore.conftest import CounterSum, fold

    projection.projection(name="counter_sums", events=[CounterMoved], tables=[CounterSum])(fold)
    projection.advance(tenant=by_slug("public"), name="counter_sums")


if __name__ == "__main__":
    connections["default"].ensure_connection()
    die_at(sys.argv[2])
    {"append": append, "advance": advance}[sys.argv[1]]()
    print("done")
