"""What quantization does to a model: its points of one place in a plane, joined in order of x.

A place is one engine on one kind and number of machines of one operator. Points of other places
differ by more than their quantization, so nothing joins them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.queries import DeploymentInfo
from leaderboards.pareto import Line, Point
from leaderboards.rows import ModelName

_Place = tuple[str, str | None, str | None, int | None, str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuantPoint:
    """One quantization of the model and its point."""

    quantization: str
    point: Point


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """One model in one place with two quantizations or more, least x first."""

    model: ModelName
    place: str
    """Engine, hardware with its count, and operator, as far as they are known."""
    points: tuple[QuantPoint, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the straight pieces; they guide the eye and measure nothing."""
        return tuple(
            Line(left.point.x, left.point.y, right.point.x, right.point.y)
            for left, right in pairwise(self.points)
        )


def curves(points: Iterable[Point], deployments: Mapping[str, DeploymentInfo]) -> tuple[Curve, ...]:
    """Return the curves of a plane by the names of their models; `deployments` by slug."""
    found: dict[_Place, list[QuantPoint]] = {}
    for point in points:
        info = deployments.get(point.row["key"].partition("deployment:")[2])
        if info is None or info.quantization is None:
            continue
        place = (info.model_slug, info.engine, info.hardware, info.node_count, info.operator)
        found.setdefault(place, []).append(QuantPoint(quantization=info.quantization, point=point))
    return tuple(
        sorted(
            (_curve(place, joined) for place, joined in found.items() if _is_curve(joined)),
            key=lambda curve: (curve.model["name"].casefold(), curve.place),
        )
    )


def _is_curve(joined: list[QuantPoint]) -> bool:
    return len({one.quantization for one in joined}) > 1


def _curve(place: _Place, joined: list[QuantPoint]) -> Curve:
    _, engine, hardware, node_count, operator = place
    if hardware and node_count and node_count > 1:
        hardware = f"{node_count} × {hardware}"
    return Curve(
        model=joined[0].point.row["model"],
        place=" · ".join(part for part in (engine, hardware, operator) if part),
        points=tuple(sorted(joined, key=lambda one: (one.point.x_value, one.quantization))),
    )
