"""The votes of one model against everybody it met on a board, beside what the ratings expect."""

from collections.abc import Mapping

from leaderboards.current_fit import CurrentFit
from leaderboards.differences import difference
from leaderboards.head_to_head import Opponent, meetings, opponents_of
from voting.queries import RatingPolicy


def win_matrix(
    current: CurrentFit, *, model: str, names: Mapping[str, str], policy: RatingPolicy
) -> list[Opponent]:
    """Return one row an opponent, the most votes first."""
    rated = {row.model for row in current.fit.ratings}
    return [
        Opponent(
            slug=slug,
            name=names.get(slug, slug),
            met=meetings(rows, model, slug, policy),
            expected=(difference(current.fit, model, slug) if {model, slug} <= rated else None),
        )
        for slug, rows in opponents_of(current.pairs, model)
    ]
