"""A board as the plane that an address asks for: what its page and the API show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import BadRequest

from arena.tenancy.middleware import TenantRequest
from leaderboards import brush, choices, pareto
from leaderboards.axes import NotPositive
from leaderboards.brush import Brush
from leaderboards.columns import Column
from leaderboards.cost.reading import BadParameter
from leaderboards.curves import Curve, curves
from leaderboards.figures import is_numeric
from leaderboards.pareto import ParetoChart, Point
from leaderboards.plane import Plane, read
from leaderboards.presentation import Setting
from leaderboards.shown_board import ShownBoard
from leaderboards.views import shown_board


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnPlane:
    """The plane of one board with the part of it that is marked."""

    shown: ShownBoard
    columns: list[Column]
    """Those that can span a plane."""
    plane: Plane
    chart: ParetoChart
    brush: Brush
    curves: tuple[Curve, ...]

    @property
    def marked(self) -> list[Point]:
        """Return the points inside the marked part: all, where none is marked."""
        return [point for point in self.chart.points if self.brush.holds(point)]

    @property
    def own(self) -> Mapping[str, str | list[str]]:
        """Return the parameters of the address that are the plane's own, but the part marked."""
        return _own(self.plane)

    @property
    def address(self) -> str:
        """Return the query string of the whole plane."""
        return choices.address(self.own, self.shown.view.canonical)

    @property
    def swapped(self) -> str:
        """Return the query string of the plane with its axes changed over."""
        plane = self.plane
        other = replace(plane, x=plane.y, y=plane.x, log_x=plane.log_y, log_y=plane.log_x)
        return choices.address(_own(other), self.shown.view.canonical)

    @property
    def of_claims(self) -> str:
        """Return the query string of the plane of claims alone, on axes in equal steps."""
        own = {**self.own, "log": "", "figures": "claims"}
        return choices.address(own, self.shown.view.canonical)


def drawn(request: TenantRequest, slug: str) -> DrawnPlane:
    """Return the plane that the address of a request asks for.

    Raises Http404 for an unknown board, and BadRequest naming what is allowed for an unknown
    column, one column on both axes, a logarithm of values at or below zero, a range that is none,
    and whatever the table of the board refuses.
    """
    shown = shown_board(request, slug)
    columns = [column for column in shown.all_columns if is_numeric(column)]
    plane = read(request, columns)
    setting = Setting(board=slug, query=shown.kept)
    try:
        chart = pareto.chart(shown.rows, plane, shown.machines(request.tenant), setting)
        marked = brush.read(request.GET.dict(), plane)
    except (NotPositive, BadParameter) as error:
        raise BadRequest(str(error)) from error
    return DrawnPlane(
        shown=shown,
        columns=columns,
        plane=plane,
        chart=chart,
        brush=marked,
        curves=curves(chart.points, shown.known().deployments),
    )


def _own(plane: Plane) -> dict[str, str | list[str]]:
    return {"x": plane.x.key, "y": plane.y.key, "log": plane.logs, "figures": plane.kinds}
