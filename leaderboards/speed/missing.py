"""Why a column of speeds has no figure of a deployment, whatever is published of it."""

from collections.abc import Sequence
from typing import Final

from arena_runner.contract.metric_names import NO_PACE
from benchmarks.queries import MeasuredPoint, PointOf
from benchmarks.queries.runs import HEADLINE_METRIC
from leaderboards.sources import Sources, Subject
from leaderboards.speed.points import HEADLINES

_NO_FIGURE: Final = "the answers there do not tell it"


def missing(
    measured: Sequence[MeasuredPoint],
    points: Sequence[PointOf],
    *,
    metric: str,
    scope: str | None = None,
) -> str:
    """Return why none of the points has a figure of a metric, in words.

    `measured` is all that runs measured of the deployment, `scope` where power has to have been
    read.
    """
    there = [one for one in measured if one.point in points]
    where = " or ".join(dict.fromkeys(point.profile for point in points))
    if not there:
        return f"not measured by a published run of {where}"
    if all(one.voided for one in there):
        reasons = sorted({one.voided for one in there if one.voided})
        return f"measured, but every run is void here: {', '.join(reasons)}"
    if scope:
        return f"power was not read there ({scope}) by a published run of {where}"
    why = NO_PACE if metric == HEADLINE_METRIC else _NO_FIGURE
    return f"measured by a published run of {where}, but {why}"


def no_headline(sources: Sources, subject: Subject) -> str:
    """Return why a row has no headline speed; prefill is read at the same points."""
    measured = sources.points.get(subject.deployment or "", ())
    return missing(measured, HEADLINES, metric=HEADLINE_METRIC)
