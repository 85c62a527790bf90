"""Kinds of news: what feeds, webhooks and digests tell apart. Subscribers choose by them."""

from collections.abc import Mapping
from typing import Final

LARGE_MOVE_ELO: Final = 10.0
"""A fit is told when a rating moved this far against the fit before, or a model came or went."""
RATING_UPDATED: Final = "rating.updated"
OF_RUNS: Final = frozenset({"run.published", "run.retracted"})
KINDS: Final[Mapping[str, str]] = {
    RATING_UPDATED: f"a rating moved by at least {LARGE_MOVE_ELO:.0f} Elo, or a model came or went",
    "run.published": "a run was published",
    "run.retracted": "a run was taken back",
    "rules.set": "the board was opened, or the rules of its ratings set",
    "model.changed": "a model was registered, entered or left battles, or its name was decided",
    "badge.changed": "a badge was awarded or withdrawn",
}
KIND_OF: Final[Mapping[str, str]] = {
    "BoardOpened": "rules.set",
    "RatingPolicySet": "rules.set",
    "ModelRegistered": "model.changed",
    "ContestantEntered": "model.changed",
    "ContestantRetired": "model.changed",
    "ModelNameDecided": "model.changed",
    "BadgeAwarded": "badge.changed",
    "BadgeWithdrawn": "badge.changed",
    "RunPublished": "run.published",
    "RunRetracted": "run.retracted",
}
"""By type of the event; a fit is no event and of the kind RATING_UPDATED."""
