"""Why a column of speeds has no figure of a deployment, whatever is published of it."""

from collections.abc import Sequence

from arena_runner.contract.metric_names import NO_PACE
from benchmarks.queries import MeasuredPoint, PointOf
from leaderboards.sources import Sources, Subject
from leaderboards.speed.points import HEADLINES


def missing(
    measured: Sequence[MeasuredPoint],
    points: Sequence[PointOf],
    *,
    scope: str | None = None,
    otherwise: str = "the answers there do not tell it",
) -> str:
    """Return why none of the points has a figure, in words.

    `measured` is all that runs measured of the deployment, `scope` where power has to have been
    read, `otherwise` why a point that counts has no figure.
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
    return f"measured by a published run of {where}, but {otherwise}"


def no_headline(sources: Sources, subject: Subject) -> str:
    """Return why a row has no headline speed; prefill is read at the same points."""
    measured = sources.points.get(subject.deployment or "", ())
    return missing(measured, HEADLINES, otherwise=NO_PACE)
