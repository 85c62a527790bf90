"""Read scores on suites: which stand, which were superseded, which were taken back."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol, cast
from uuid import UUID

from arena.tenancy.models import Tenant
from benchmarks.events import Measures, ScoreUnit
from benchmarks.models import Deployment, Score
from benchmarks.quality import suites

ScoreStatus = Literal["standing", "superseded", "retracted"]
_SAME: Final = (
    "score_id", "deployment_slug", "suite", "suite_version", "metric", "setting", "value",
    "out_of", "standard_error", "tasks_scored", "tasks_unparsed", "tasks_total", "judge_model",
    "harness", "harness_version", "source_name", "source_url", "source_sha256", "stated_on",
    "stated_position", "retracted_position", "retracted_reason", "position",
)  # fmt: skip
"""Fields that are called as in the table."""


class Place(Protocol):
    """What scores need to know of a deployment, read from its row or folded from the log."""

    @property
    def model_slug(self) -> str:
        """Return the slug of its model."""

    @property
    def quantization(self) -> str | None:
        """Return its quantization, None where nobody stated it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreInfo:
    """One stated score; `model_slug` and `quantization` also where it is about a deployment."""

    score_id: UUID
    deployment_slug: str | None
    model_slug: str
    quantization: str | None
    suite: str
    suite_version: str
    metric: str
    setting: str
    value: float
    unit: ScoreUnit
    out_of: float | None
    standard_error: float | None
    tasks_scored: int
    tasks_unparsed: int | None
    tasks_total: int | None
    measures: Measures
    judge_model: str | None
    harness: str
    harness_version: str
    source_name: str
    source_url: str | None
    source_sha256: str
    stated_on: date
    stated_position: int
    retracted_position: int | None
    retracted_reason: str
    position: int
    status: ScoreStatus

    @property
    def total(self) -> int | None:
        """Return all tasks of the suite: as stated, else as the catalogue has it."""
        known = suites().by_slug.get(self.suite)
        return self.tasks_total or (known.tasks if known else None)

    @property
    def coverage(self) -> float | None:
        """Return the share of the suite's tasks with a verdict; None where its size is unknown."""
        total = self.total
        # A catalogue may be older than the suite: more than all is no coverage.
        return self.tasks_scored / total if total and self.tasks_scored <= total else None

    @property
    def variant(self) -> str:
        """Return within what scores of one suite compare with each other."""
        judged = f"judge {self.judge_model}" if self.judge_model else ""
        asked = (self.metric, f"version {self.suite_version}", self.setting, self.harness, judged)
        return ", ".join(filter(None, asked))


def scores(*, tenant: Tenant) -> list[ScoreInfo]:
    """Return every score in the order of the log, each with whether it still stands.

    Of one subject, suite, variant and source the statement of the latest day stands, of one day
    the later one in the log; without those that were taken back.
    """
    places = {place.slug: place for place in Deployment.objects.filter(tenant=tenant)}
    return scores_of(
        list(Score.objects.filter(tenant=tenant).order_by("stated_position")), places=places
    )


def scores_of(rows: Sequence[Score], *, places: Mapping[str, Place]) -> list[ScoreInfo]:
    """Return scores from rows in the order of the log, stored or not; `places` by slug."""
    standing = _standing(rows)
    return [_info(row, places, standing) for row in rows]


def _standing(rows: Iterable[Score]) -> set[UUID]:
    newest: dict[Hashable, Score] = {}
    for row in sorted(rows, key=lambda row: (row.stated_on, row.stated_position)):
        if row.retracted_position is None:
            newest[_key(row)] = row
    return {row.score_id for row in newest.values()}


def _key(row: Score) -> Hashable:
    return (
        row.deployment_slug, row.model_slug, row.quantization, row.suite, row.suite_version,
        row.metric, row.setting, row.harness, row.judge_model, row.source_name,
    )  # fmt: skip


def _info(row: Score, places: Mapping[str, Place], standing: set[UUID]) -> ScoreInfo:
    place = places.get(row.deployment_slug or "")
    status: ScoreStatus = "standing" if row.score_id in standing else "superseded"
    return ScoreInfo(
        model_slug=place.model_slug if place else row.model_slug or "",
        quantization=place.quantization if place else row.quantization,
        unit=cast(ScoreUnit, row.unit),
        measures=cast(Measures, row.measures),
        status="retracted" if row.retracted_position is not None else status,
        **{name: getattr(row, name) for name in _SAME},
    )
