"""A process that does one thing for a run and is killed -9 at a named step of it.

    python -m tests.benchmarks.run_crash_child claim|point|complete RUN_ID STEP

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

from django.db import connections  # noqa: E402  needs the settings above

from arena.eventstore import store  # noqa: E402
from arena.tenancy.queries import by_slug  # noqa: E402
from benchmarks import commands  # noqa: E402
from benchmarks.commands import completing  # noqa: E402
from benchmarks.queries import runs  # noqa: E402
from tests.benchmarks import runs as made  # noqa: E402

RUNNER = uuid.UUID(int=1)
PRIVATE = b"\x01" * 32
WANTED = made.manifest("a", "b")
STEPS: dict[str, tuple[Any, str]] = {
    "keep": (completing, "keep"),
    "append": (store, "_execute"),
    "commit": (connections["default"], "_commit"),
}
has_appended = False


def die_at(step: str) -> None:
    """Arrange for kill -9 right before or after the function; at a commit, that of the event."""
    when, _, name = step.partition(":")
    owner, attribute = STEPS[name]
    original: Callable[..., Any] = getattr(owner, attribute)
    append: Callable[..., Any] = store._execute

    def appended(*args: Any) -> Any:
        global has_appended
        has_appended = True
        return append(*args)

    def fatal(*args: Any, **kwargs: Any) -> Any:
        is_it = name != "commit" or has_appended
        result = original(*args, **kwargs) if when == "after" or not is_it else None
        if is_it:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    patched: Any = store
    patched._execute = appended
    setattr(owner, attribute, fatal)


def claim(run_id: uuid.UUID) -> None:
    """Lease the run."""
    commands.claim_run(
        tenant=by_slug("public"), runner_id=RUNNER, candidates=[run_id], actor="crash"
    )


def point(run_id: uuid.UUID) -> None:
    """Record the first point; its samples are stored already."""
    tenant = by_slug("public")
    report = made.point_report(tenant, WANTED.profile.points[0])
    commands.record_point(
        tenant=tenant, run_id=run_id, runner_id=RUNNER, fence=1, report=report, actor="crash"
    )


def complete(run_id: uuid.UUID) -> None:
    """Hand in the report; all points are recorded."""
    tenant = by_slug("public")
    at = runs.run(tenant=tenant, run_id=run_id).requested_at
    lease = made.lease(run_id)
    points = tuple(made.point_report(tenant, item, at) for item in WANTED.profile.points)
    commands.complete_run(
        tenant=tenant, run_id=run_id, runner_id=RUNNER, fence=1, actor="crash",
        envelope=made.signed(made.report_of(lease, RUNNER, WANTED, points), PRIVATE),
        signer=made.signer(RUNNER, PRIVATE),
    )  # fmt: skip


if __name__ == "__main__":
    connections["default"].ensure_connection()
    die_at(sys.argv[3])
    {"claim": claim, "point": point, "complete": complete}[sys.argv[1]](uuid.UUID(sys.argv[2]))
    print("done")
