"""Measured speeds of deployments, over the published runs that count."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final, Protocol
from uuid import UUID

from arena.tenancy.models import Tenant
from arena_runner.contract import profiles
from benchmarks.models import Run, RunPoint
from benchmarks.state.run import RunInfo

HEADLINE_POINT: Final = "tg128-c1"
"""128 tokens at concurrency 1: the speed that one user of a free machine sees."""
HEADLINE_METRIC: Final = "decode_tokens_per_second"
_TRUSTED: Final = ("T1", "T2", "T3", "T4")


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredSpeed:
    """Tokens a second of one deployment at the headline point: the median over its runs."""

    deployment_slug: str
    tokens_per_second: float
    lowest: float
    highest: float
    run_ids: tuple[UUID, ...]
    """Newest first."""
    profiles: tuple[str, ...]
    """That its runs measured, by name: all have the point, after prompts of other lengths."""
    trust_level: str
    """The highest of its runs."""
    measured_at: datetime
    """End of the newest run."""
    position: int
    """Of the newest event of any of its runs."""

    @property
    def run_count(self) -> int:
        """Return how many runs stand behind it."""
        return len(self.run_ids)


class CountedRun(Protocol):
    """What figures need to know of a run that counts, read from its row or folded from the log."""

    @property
    def run_id(self) -> UUID:
        """Return its id."""

    @property
    def deployment_slug(self) -> str:
        """Return the slug of what it measured."""

    @property
    def profile(self) -> str:
        """Return the name of its profile."""

    @property
    def finished_at(self) -> datetime | None:
        """Return its end."""

    @property
    def trust_level(self) -> str:
        """Return how far it can be believed."""

    @property
    def position(self) -> int:
        """Return the position of its newest event."""


def counted_runs(*, tenant: Tenant) -> dict[UUID, Run]:
    """Return the runs whose figures boards may show, by id, with the fields that those need.

    They are published, accepted, neither retracted nor invalidated, and signed by a runner (trust
    T1 or more), of a profile that ships with the arena (an owner's own may call anything by the
    headline's name).
    """
    rows = Run.objects.filter(
        tenant=tenant,
        visibility="published",
        status="completed",
        verdict="accepted",
        invalidation_reason=None,
        trust_level__in=_TRUSTED,
        profile__in=profiles.names(),
    )
    return {
        row.run_id: row
        for row in rows.only(
            "tenant", "run_id", "deployment_slug", "profile", "finished_at", "trust_level",
            "position",
        )
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSpeed:
    """What one run measured at the headline point, and by which version of the formulas."""

    run_id: UUID
    tokens_per_second: float
    metrics_version: str


def measured_speeds(*, tenant: Tenant) -> dict[str, MeasuredSpeed]:
    """Return the speed of each deployment that has one, by slug.

    Counted are `counted_runs` with a headline point that is not void.
    """
    rows = counted_runs(tenant=tenant)
    headline = RunPoint.objects.filter(
        tenant=tenant, point_key=HEADLINE_POINT, run_id__in=rows, voided=None
    )
    return speeds_of(
        (rows[run_id], value)
        for run_id, value in headline.values_list(
            "run_id", f"measurements__{HEADLINE_METRIC}__value"
        )
        if value is not None
    )


def run_speeds(*, tenant: Tenant, run_ids: Iterable[UUID]) -> list[RunSpeed]:
    """Return the speeds of these runs in their order; runs without a headline are left out."""
    ids = list(run_ids)
    points = RunPoint.objects.filter(
        tenant=tenant, point_key=HEADLINE_POINT, run_id__in=ids, voided=None
    )
    found = {
        run_id: RunSpeed(run_id=run_id, tokens_per_second=value, metrics_version=version)
        for run_id, version, value in points.values_list(
            "run_id", "metrics_version", f"measurements__{HEADLINE_METRIC}__value"
        )
        if value is not None
    }
    return [found[run_id] for run_id in ids if run_id in found]


def speeds_of(headlines: Iterable[tuple[CountedRun, float]]) -> dict[str, MeasuredSpeed]:
    """Return the speeds of deployments from runs that count and their tokens a second."""
    values: dict[str, list[tuple[CountedRun, float]]] = defaultdict(list)
    for run, value in headlines:
        values[run.deployment_slug].append((run, value))
    return {slug: _speed(slug, found) for slug, found in values.items()}


def is_counted(info: RunInfo) -> bool:
    """Return whether a run of any moment counts: the rule of `counted_runs`."""
    return (
        info.counts
        and info.visibility == "published"
        and info.trust_level in _TRUSTED
        and info.profile in profiles.names()
    )


def _speed(slug: str, found: list[tuple[CountedRun, float]]) -> MeasuredSpeed:
    newest_first = sorted(
        found, key=lambda pair: (pair[0].finished_at, pair[0].position), reverse=True
    )
    newest = newest_first[0][0]
    assert newest.finished_at is not None  # noqa: S101  a completed run has an end
    speeds = [value for _, value in found]
    return MeasuredSpeed(
        deployment_slug=slug,
        tokens_per_second=median(speeds),
        lowest=min(speeds),
        highest=max(speeds),
        run_ids=tuple(row.run_id for row, _ in newest_first),
        profiles=tuple(sorted({row.profile for row, _ in found})),
        trust_level=max(row.trust_level for row, _ in found),
        measured_at=newest.finished_at,
        position=max(row.position for row, _ in found),
    )
