"""How the rating of one model went, fit by fit, with what else happened on the board."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import voting.queries
from arena.tenancy.models import Tenant
from leaderboards.models import RatingFit
from voting.queries import BoardInfo

POINTS_MAX: Final = 48
"""Fits of a chart; of more, evenly spaced ones are shown, the first and the last among them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingPoint:
    """The rating in one fit, in Elo points, with the ends of its 95 % interval and its votes."""

    position: int
    made_at: datetime
    rating: float
    lower: float
    upper: float
    votes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Something beside votes that may have moved the rating, at a position of the log."""

    position: int
    at: datetime | None
    words: str
    is_event: bool = True
    """Whether an event stands at the position; a fit only rests on the log up to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingHistory:
    """Points and happenings by position; `fits` are all that are kept of the board."""

    info: BoardInfo
    points: tuple[RatingPoint, ...]
    happenings: tuple[Happening, ...]
    fits: int


def rating_history(*, tenant: Tenant, info: BoardInfo, model: str) -> RatingHistory:
    """Return what the stored fits of a board say of a model, thinned to POINTS_MAX fits."""
    kept = RatingFit.objects.filter(tenant=tenant, board=info.slug).order_by("position", "id")
    ids = list(kept.values_list("id", flat=True))
    rows = list(kept.filter(id__in=thinned(ids, POINTS_MAX)))
    return RatingHistory(
        info=info,
        points=tuple(point for row in rows for point in _points(row, model)),
        happenings=tuple(
            sorted(
                [*_rules(tenant, info), *_formulas(rows), *_contestants(tenant, info, model)],
                key=lambda item: item.position,
            )
        ),
        fits=len(ids),
    )


def thinned(items: Sequence[int], most: int) -> list[int]:
    """Return at most so many items, evenly spaced, the first and the last among them.

    0 to 10 thinned to 3 are 0, 5 and 10.
    """
    if len(items) <= most:
        return list(items)
    step = (len(items) - 1) / (most - 1)
    return [items[round(number * step)] for number in range(most)]


def _points(row: RatingFit, model: str) -> list[RatingPoint]:
    return [
        RatingPoint(
            position=row.position,
            made_at=row.made_at,
            rating=rating[1],
            lower=rating[2],
            upper=rating[3],
            votes=rating[4],
        )
        for rating in row.ratings
        if rating[0] == model
    ]


def _rules(tenant: Tenant, info: BoardInfo) -> list[Happening]:
    return [
        Happening(
            position=change.position,
            at=change.recorded_at,
            words=f"rules of the board changed: {change.reason}",
        )
        for change in voting.queries.policy_changes(tenant=tenant, board=info.slug)
    ]


def _formulas(rows: Iterable[RatingFit]) -> list[Happening]:
    found, before = [], ""
    for row in rows:
        if before and row.formula_version != before:
            found.append(
                Happening(
                    position=row.position,
                    at=row.made_at,
                    words=f"formula {before} became {row.formula_version}",
                    is_event=False,
                )
            )
        before = row.formula_version
    return found


def _contestants(tenant: Tenant, info: BoardInfo, model: str) -> list[Happening]:
    """Return which deployments of the model are no longer drawn; their votes stay."""
    board = info.part.board if info.part else info.slug
    return [
        Happening(
            position=item.position,
            at=item.retired_at,
            words=f"{item.deployment_slug} left the battles: {item.reason}",
        )
        for item in voting.queries.retired_contestants(tenant=tenant, board=board, model=model)
    ]
