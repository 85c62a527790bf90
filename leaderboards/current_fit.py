"""The fit of a board with its covariance, which no table keeps: made from the counts, kept a while.

A fit of 300 models takes some 20 ms; it is made once for every state of a board's votes.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from leaderboards import build_votes
from leaderboards.board_fit import FORMULA_VERSION, counts, settings_of
from leaderboards.builds import Builds, tell_apart
from leaderboards.ratings import Fit, fit
from voting.queries import BoardInfo, PairRow

_KEPT: Final = 16
"""Fits; the covariance of 300 models takes 0.7 MB."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CurrentFit:
    """The ratings shown on a board, and the counts they rest on.

    `position` is that of the last event that changed the counts or the rules of the board.
    """

    position: int
    formula_version: str
    fit: Fit
    builds: Builds
    pairs: tuple[PairRow, ...]


def current_fit(*, tenant: Tenant, info: BoardInfo) -> CurrentFit:
    """Return the fit of the votes of a board by its rules of now."""
    # Read before the counts: they may be newer than the position, never older.
    votes = voting.queries.vote_count(tenant=tenant, board=info.slug)
    return _made(tenant, info, votes.position, votes.votes)


@lru_cache(maxsize=_KEPT)
def _made(tenant: Tenant, info: BoardInfo, position: int, votes: int) -> CurrentFit:
    """Return the fit; the arguments tell one state of the votes and rules from every other."""
    pairs = tuple(voting.queries.pair_counts(tenant=tenant, board=info.slug).rows)
    deployments = {item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)}
    counted, settings = counts(pairs), settings_of(info.policy)
    result = fit(counted, settings)
    return CurrentFit(
        position=max(position, info.policy.position),
        formula_version=FORMULA_VERSION,
        fit=result,
        builds=tell_apart(
            result,
            counted,
            build_votes.read(tenant=tenant, board=info.slug, deployments=deployments),
            settings=settings,
            listed_from=info.policy.preliminary_below,
        ),
        pairs=pairs,
    )
