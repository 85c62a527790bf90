"""A board as the plane that an address asks for: what its page, the API and programs show."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest

import benchmarks.queries
from arena.tenancy.models import Tenant
from leaderboards import brush, choices, pareto
from leaderboards.axes import NotPositive
from leaderboards.brush import Brush
from leaderboards.columns import Column
from leaderboards.cost.reading import BadParameter
from leaderboards.curves import Curve, curves
from leaderboards.figures import is_numeric
from leaderboards.machines import machines
from leaderboards.pareto import ParetoChart, Point
from leaderboards.plane import Plane, read
from leaderboards.presentation import Setting
from leaderboards.queries import BoardTable
from leaderboards.rows import Row
from leaderboards.views import searched


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnPlane:
    """The plane of one board with the part of it that is marked."""

    table: BoardTable
    columns: list[Column]
    """Those that can span a plane."""
    plane: Plane
    query: str
    rows: list[Row]
    """Those that the search left."""
    chart: ParetoChart
    brush: Brush
    curves: tuple[Curve, ...]

    @property
    def marked(self) -> list[Point]:
        """Return the points inside the marked part: all, where none is marked."""
        return [point for point in self.chart.points if self.brush.holds(point)]

    @property
    def stated(self) -> Mapping[str, str | list[str]]:
        """Return the parameters of its address, without the marked part."""
        return {
            "x": self.plane.x.key,
            "y": self.plane.y.key,
            "log": self.plane.logs,
            "figures": self.plane.kinds,
            "q": self.query,
        }


def drawn(request: HttpRequest, *, tenant: Tenant, slug: str) -> DrawnPlane:
    """Return the plane that the address of a request asks for.

    Raises Http404 for an unknown board, and BadRequest naming what is allowed for an unknown
    column, one column on both axes, a logarithm of values at or below zero, and a range that is
    none.
    """
    table = choices.table_or_404(tenant=tenant, slug=slug)
    columns = [column for column in table.columns if is_numeric(column)]
    plane = read(request, columns)
    query = choices.search_text(request)
    rows = searched(table.rows, query)
    try:
        chart = pareto.chart(rows, plane, machines(tenant=tenant), Setting(board=slug))
        marked = brush.read(request.GET.dict(), plane)
    except (NotPositive, BadParameter) as error:
        raise BadRequest(str(error)) from error
    deployments = {info.slug: info for info in benchmarks.queries.deployments(tenant=tenant)}
    return DrawnPlane(
        table=table,
        columns=columns,
        plane=plane,
        query=query,
        rows=rows,
        chart=chart,
        brush=marked,
        curves=curves(chart.points, deployments),
    )
