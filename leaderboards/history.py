"""The fits of a board as they were made: stored once each, read back, made again from the log."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from leaderboards import build_votes
from leaderboards.board_fit import FORMULA_VERSION, BoardFit, describe, fit_board, ratings_digest
from leaderboards.builds import Builds, BuildTest
from leaderboards.fit_settings import FitSettings
from leaderboards.models import RatingFit
from leaderboards.ratings import Fit
from leaderboards.sources import Sources, pair_rows, styled_rows

_TESTS: Final = TypeAdapter(tuple[BuildTest, ...])


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A model whose rating differs from that of the fit before; None where it had none."""

    model: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """Return by how many Elo points it moved."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, kw_only=True, slots=True)
class FitInfo:
    """One stored fit; `moves` against the fit before, the largest first."""

    position: int
    made_at: datetime
    formula_version: str
    settings: dict[str, Any]
    inputs_sha256: str
    ratings_sha256: str
    vote_count: int
    duration_ms: float
    ratings: list[list[Any]]
    coefficients: list[dict[str, Any]]
    builds: tuple[BuildTest, ...]
    moves: list[Move]
    previous: int | None
    """Position of the fit before; None for the first one."""
    reasons: list[str]
    """Why it differs from the fit before, in words."""


def store(
    *, tenant: Tenant, board: str, position: int, inputs: Sources, duration_ms: float
) -> None:
    """Keep a fit unless the newest one kept was made of the very same inputs."""
    result = inputs.board_fit
    newest = RatingFit.objects.filter(tenant=tenant, board=board).order_by("-position", "-id")
    if inputs.vote_count == 0 or newest.values_list("inputs_sha256", flat=True).first() == (
        result.inputs_sha256
    ):
        return
    RatingFit.objects.create(
        tenant=tenant,
        board=board,
        position=position,
        formula_version=FORMULA_VERSION,
        settings=describe(result.settings),
        inputs_sha256=result.inputs_sha256,
        ratings_sha256=ratings_digest(result.fit),
        vote_count=inputs.vote_count,
        duration_ms=duration_ms,
        ratings=[
            [row.model, round(row.rating, 4), round(row.lower, 4), round(row.upper, 4), row.votes]
            for row in result.fit.ratings
        ],
        coefficients=report(result)["coefficients"],
        builds=_TESTS.dump_python(tests_of(result.builds), mode="json"),
    )


def fits(
    *, tenant: Tenant, board: str, before: int | None, limit: int, after: int = 0
) -> list[FitInfo]:
    """Return stored fits, newest first, at positions below `before` and above `after`."""
    rows = RatingFit.objects.filter(tenant=tenant, board=board).order_by("-position", "-id")
    if before is not None:
        rows = rows.filter(position__lt=before)
    if after:
        # Not left out of the query: the oldest one is told against the one before it.
        limit = min(limit, rows.filter(position__gt=after).count())
    page = list(rows[: limit + 1])
    earlier: list[RatingFit | None] = [*page[1:], None][: len(page)]
    return [_info(row, previous) for row, previous in list(zip(page, earlier, strict=True))[:limit]]


def moves_between(*, tenant: Tenant, board: str, after: int, until: int) -> list[Move]:
    """Return who moved from the fit at a position to the one at another, the largest first.

    Before the first fit nobody was rated.
    """
    rows = RatingFit.objects.filter(tenant=tenant, board=board).order_by("-position", "-id")
    before, now = (rows.filter(position__lte=position).first() for position in (after, until))
    return _moves(_ratings(before) if before else {}, _ratings(now)) if now else []


def formula_versions(*, tenant: Tenant, board: str, after: int, until: int) -> list[str]:
    """Return the versions of the formula that readers saw from one position to another, in order.

    The first is that of the fit which stood at the earlier position, where there was one.
    """
    rows = RatingFit.objects.filter(tenant=tenant, board=board, position__lte=until)
    before = rows.filter(position__lte=after).order_by("-position", "-id")
    between = rows.filter(position__gt=after).order_by("position", "id")
    return [
        *before.values_list("formula_version", flat=True)[:1],
        *between.values_list("formula_version", flat=True),
    ]


def fit_as_of(
    *, tenant: Tenant, board: str, position: int, settings: FitSettings | None = None
) -> BoardFit:
    """Fit a board from the events up to a position, with the policy and makers of that moment.

    Reads the votes themselves, so its time grows with their number. Raises
    voting.queries.UnknownBoard.
    """
    policy = voting.queries.policy_as_of(tenant=tenant, board=board, position=position)
    past = voting.queries.counts_as_of(tenant=tenant, position=position)
    return fit_board(
        pair_rows(past, board),
        styled_rows(past, board),
        # What battles is registered before, and never changes its quantization.
        build_votes.of_counts(
            past,
            board=board,
            deployments={item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)},
        ),
        policy=policy,
        makers=benchmarks.queries.makers_as_of(tenant=tenant, position=position),
        settings=settings,
    )


def tests_of(builds: Builds) -> tuple[BuildTest, ...]:
    """Return what the votes tell of the builds of each model that has several, by model."""
    return tuple(builds.tests[model] for model in sorted(builds.tests))


def build_test(*, tenant: Tenant, board: str, model: str) -> BuildTest | None:
    """Return what the newest fit of a board tells of the builds of a model; None for no test."""
    newest = RatingFit.objects.filter(tenant=tenant, board=board).order_by("-position", "-id")
    kept = newest.values_list("builds", flat=True).first()
    return next((test for test in _TESTS.validate_python(kept or []) if test.model == model), None)


def report(result: BoardFit) -> dict[str, Any]:
    """What a board says of its fit beside the rows: settings, and the terms with intervals."""
    controlled: Fit | None = result.controlled
    return {
        "settings": describe(result.settings),
        "preliminary": len(result.preliminary),
        "controlled_votes": controlled.votes if controlled else 0,
        "is_style_controlled": result.is_style_controlled,
        "coefficients": [asdict(row) for row in controlled.coefficients] if controlled else [],
        "refused_terms": [
            {"name": row.name, "reason": row.reason.value}
            for row in (controlled.refused_terms if controlled else ())
        ],
    }


def _info(row: RatingFit, previous: RatingFit | None) -> FitInfo:
    return FitInfo(
        position=row.position,
        made_at=row.made_at,
        formula_version=row.formula_version,
        settings=row.settings,
        inputs_sha256=row.inputs_sha256,
        ratings_sha256=row.ratings_sha256,
        vote_count=row.vote_count,
        duration_ms=row.duration_ms,
        ratings=row.ratings,
        coefficients=row.coefficients,
        builds=_TESTS.validate_python(row.builds),
        moves=_moves(_ratings(previous), _ratings(row)) if previous else [],
        previous=previous.position if previous else None,
        reasons=_reasons(previous, row) if previous else [],
    )


def _reasons(before: RatingFit, after: RatingFit) -> list[str]:
    """Return what of the inputs differs: votes, rules, formula; or counts that moved within."""
    votes = after.vote_count - before.vote_count
    reasons = [f"{votes:+,} vote{'' if abs(votes) == 1 else 's'}"] if votes else []
    if after.settings != before.settings:
        reasons.append("rules set")
    if after.formula_version != before.formula_version:
        reasons.append(f"formula {before.formula_version} to {after.formula_version}")
    return reasons or ["votes filed anew, or a maker became known"]


def _ratings(row: RatingFit) -> dict[str, float]:
    return {model: rating for model, rating, *_ in row.ratings}


def _moves(before: Mapping[str, float], after: Mapping[str, float]) -> list[Move]:
    moves = [
        Move(model=model, before=before.get(model), after=after.get(model))
        for model in sorted(before.keys() | after.keys())
        if before.get(model) != after.get(model)
    ]
    # Whoever came or went moved farther than any number says.
    return sorted(
        moves, key=lambda move: -abs(move.difference) if move.difference is not None else -1e9
    )
