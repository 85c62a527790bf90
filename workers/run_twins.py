"""Where a run stands among published runs of its twins, with what may explain the gap."""

from dataclasses import dataclass
from typing import Final

from arena.tenancy.models import Tenant
from arena_runner.contract.metric_names import Definition, definitions
from arena_runner.contract.report import Report
from benchmarks import twins
from benchmarks.queries import runs
from benchmarks.queries.runs import HEADLINE_METRIC, STRANGER, RunInfo
from benchmarks.twins import Standing, Twin, twin_of
from workers.run_evidence import report_of

_COMPARED_MAX: Final = 50
"""The newest published runs; each costs the reading of its report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A run among its twins at one point; `standing` None with the reason in `missing`."""

    info: RunInfo
    definition: Definition
    point_key: str = ""
    value: float | None = None
    standing: Standing | None = None
    missing: str = ""

    @property
    def gap_percent(self) -> float:
        """Return by how many per cent it is faster (or, negative, slower) than the median."""
        return self.standing.relative_gap * 100 if self.standing else 0.0


def comparison(*, tenant: Tenant, info: RunInfo) -> Comparison:
    """Hold a completed run against published runs of the same hardware, model and profile.

    Runs that were published anonymously are left out: what their machines felt is not public.
    """
    definition = definitions()[HEADLINE_METRIC]
    report = report_of(tenant, info)
    kin = None if report is None else twins.kin(report)
    if report is None or kin is None:
        return Comparison(
            info=info,
            definition=definition,
            missing="the hardware is not in the catalogue, so nobody knows its twins",
        )
    mine = _headline(tenant, report)
    if mine is None:
        return Comparison(info=info, definition=definition, missing="no point has this figure")
    key, value = mine
    others = [
        twin
        for other in _published(tenant, info)
        if (twin := _twin(tenant, other, kin=kin, point_key=key)) is not None
    ]
    found = twins.standing(twin_of(report, key, value), others)
    return Comparison(
        info=info,
        definition=definition,
        point_key=key,
        value=value,
        standing=found,
        missing="" if found else "nobody has published a run of a twin yet",
    )


def _published(tenant: Tenant, info: RunInfo) -> list[RunInfo]:
    listed = runs.runs(
        tenant=tenant,
        viewer=STRANGER,
        statuses=["completed"],
        model_slug=info.model_slug,
        profile=info.profile,
        limit=_COMPARED_MAX,
    )
    return [
        other
        for other in listed
        if other.run_id != info.run_id and other.counts and other.attribution == "named"
    ]


def _twin(
    tenant: Tenant, other: RunInfo, *, kin: tuple[object, ...], point_key: str
) -> Twin | None:
    report = report_of(tenant, other)
    if report is None or twins.kin(report) != kin:
        return None
    value = _value(tenant, other, point_key)
    return None if value is None else twin_of(report, point_key, value)


def _headline(tenant: Tenant, report: Report) -> tuple[str, float] | None:
    """Return the headline point of a run and its figure: the usual one, else the first."""
    info = runs.run(tenant=tenant, run_id=report.run_id)
    for key in (runs.HEADLINE_POINT, *info.point_keys):
        value = _value(tenant, info, key)
        if value is not None:
            return key, value
    return None


def _value(tenant: Tenant, info: RunInfo, point_key: str) -> float | None:
    point = runs.run_state(tenant=tenant, run_id=info.run_id).points.get(point_key)
    if point is None or point.voided is not None:
        return None
    return next((item.value for item in point.measurements if item.metric == HEADLINE_METRIC), None)
