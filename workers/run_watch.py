"""What one open page is sent of the runs it shows. Nothing is queued for it but the ids that moved.

Whoever is slow misses states in between, never the newest one.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from arena.tenancy.models import Tenant
from benchmarks.queries import runs
from benchmarks.queries.runs import JobInfo, RunInfo, Viewer
from workers.run_lines import run_line

LOG_LINES_MAX: Final = 200
"""In one message; what is older than these is on the page when it is loaded again."""
_SENT_MAX: Final = 1_000
"""Lines whose last text is remembered, so that an unchanged one is not sent again."""


@dataclass(eq=False, slots=True)
class Watcher:
    """One open socket; `run_id` None watches the board of all runs."""

    send: Callable[[dict[str, Any]], Awaitable[None]]
    drop: Callable[[int], None]
    """Ends the socket with a close code."""
    session_key: str | None
    viewer: Viewer
    run_id: UUID | None
    log_after: int = 0
    moved: set[UUID] = field(default_factory=set)
    is_heartbeat_due: bool = True
    sender: asyncio.Task[None] | None = None
    waiting_since_s: float | None = None
    """Loop time at which it was given the message that it has not taken yet."""
    sent: dict[UUID, str] = field(default_factory=dict)

    def note(self, run_id: UUID) -> bool:
        """Take note that a run has moved; return whether that concerns this page."""
        if self.run_id not in (None, run_id):
            return False
        self.moved.add(run_id)
        return True


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it stood when it was read, for all who watch it."""

    info: RunInfo
    job: JobInfo | None


def read(*, tenant: Tenant, run_id: UUID) -> Seen | None:
    """Return a run as the log and its lease have it now; None where there is none."""
    try:
        info = runs.run(tenant=tenant, run_id=run_id)
    except runs.UnknownRun:
        return None
    return Seen(info=info, job=runs.job(tenant=tenant, run_id=run_id))


def line_message(
    watcher: Watcher, seen: Seen, *, names: dict[UUID, str], prefix: str
) -> str | None:
    """Return the message with a run's line; None where it is not for this watcher, or not new."""
    if not runs.is_visible(seen.info, watcher.viewer):
        return None
    info = runs.seen_by(seen.info, watcher.viewer)
    line = run_line(info, seen.job, viewer=watcher.viewer, names=names, prefix=prefix)
    text = json.dumps({"type": "run", "version": info.position, "line": line.as_message()})
    if watcher.sent.get(line.id) == text:
        return None
    if len(watcher.sent) >= _SENT_MAX:
        watcher.sent.clear()
    watcher.sent[line.id] = text
    return text


def log_message(watcher: Watcher, seen: Seen, *, tenant: Tenant) -> str | None:
    """Return the message with new lines of the agent's log, for those who may read them."""
    if watcher.run_id is None:
        return None
    if not (watcher.viewer.sees_all or runs.is_owner(seen.info, watcher.viewer)):
        return None
    lines = runs.log_lines(
        tenant=tenant, run_id=watcher.run_id, after=watcher.log_after, limit=LOG_LINES_MAX
    )
    if not lines:
        return None
    watcher.log_after = lines[-1].id
    return json.dumps(
        {
            "type": "log",
            "after": watcher.log_after,
            "lines": [
                {"at": line.at.isoformat(), "level": line.level, "text": line.text}
                for line in lines
            ],
        }
    )
