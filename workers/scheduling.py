"""Which run goes to which runner. Pure: what is queued and who is free in, pairs out.

A lease is decided later, in the database; a pair that lost a race there is simply not made.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from benchmarks.queries.runs import JobInfo
from workers.state.runners import RunnerInfo

PLATFORM_PROFILES: Final = ("quick",)
"""Profiles that the arena's own machines measure for everybody: short ones."""
_MEMORY_TAG: Final = "memory-gib:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A runner that is free, and what it can do right now."""

    runner: RunnerInfo
    tags: frozenset[str] = frozenset()
    """Those of its tags that hold at present; none for all of them."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Return what runs may ask of it."""
        if not self.tags:
            return self.runner.capabilities
        withheld = frozenset(self.runner.tags) - self.tags
        return self.runner.capabilities - withheld


def may_work(runner: RunnerInfo) -> bool:
    """Tell whether the runner gets any runs at all: it is there, trusted, and can sign."""
    return runner.status in ("registered", "approved") and runner.current_key is not None


def may_take(job: JobInfo, offer: Offer) -> bool:
    """Tell whether this runner may have this run.

    A run of its owner always; those of others only when it is approved, and for an arena's own
    machine only short ones, unless they were meant for that very machine.
    """
    runner = offer.runner
    if not may_work(runner) or job.runner_id not in (None, runner.runner_id):
        return False
    return _is_allowed(job, runner) and all(_has(offer, tag) for tag in job.required_tags)


def choose(
    queued: Iterable[JobInfo], offer: Offer, *, leased: Collection[JobInfo] = ()
) -> list[JobInfo]:
    """Return the runs that this runner may take, in the order in which to try them.

    Those of its owner first, then by priority; within a priority those whose requester has the
    fewest runs under way, so that nobody who queues a hundred holds up the others; then by age.
    """
    busy = Counter(job.requested_by for job in leased)
    open_to_it = [job for job in queued if may_take(job, offer)]
    return sorted(open_to_it, key=lambda job: _place(job, offer.runner, busy))


def pairs(
    queued: Collection[JobInfo],
    offers: Iterable[Offer],
    *,
    leased: Collection[JobInfo] = (),
) -> dict[UUID, JobInfo]:
    """Return a run for each runner that can have one, by runner; runners are served in order.

    No run is given to two, and none to a runner that may not have it.
    """
    left = {job.run_id: job for job in queued}
    busy = Counter(job.requested_by for job in leased)
    given: dict[UUID, JobInfo] = {}
    for offer in offers:
        open_to_it = [job for job in left.values() if may_take(job, offer)]
        if open_to_it:
            runner = offer.runner
            job = min(open_to_it, key=lambda job: _place(job, runner, busy))
            given[runner.runner_id] = left.pop(job.run_id)
            busy[job.requested_by] += 1
    return given


def _place(
    job: JobInfo, runner: RunnerInfo, busy: Counter[str]
) -> tuple[bool, int, int, datetime, UUID]:
    """Return what a job is sorted by for this runner: smaller comes first."""
    return (
        job.requested_by != runner.owner,
        -job.priority,
        busy[job.requested_by],
        job.requested_at,
        job.run_id,
    )


def _is_allowed(job: JobInfo, runner: RunnerInfo) -> bool:
    if job.requested_by == runner.owner:
        return True
    if runner.status != "approved":
        return False
    is_public_use = runner.origin == "platform" and job.runner_id != runner.runner_id
    return not is_public_use or job.profile.rpartition("-v")[0] in PLATFORM_PROFILES


def _has(offer: Offer, tag: str) -> bool:
    """Tell whether the machine has what a tag asks for; `memory-gib:64` asks for that or more."""
    if tag.startswith(_MEMORY_TAG) and tag[len(_MEMORY_TAG) :].isdecimal():
        return offer.runner.memory_bytes >= int(tag[len(_MEMORY_TAG) :]) * 2**30
    return tag in offer.capabilities
