"""Every fit of one board from its counts: the ratings shown, those controlled for, and the digest.

Pure: the same counts, policy and makers give the same result, whenever and wherever.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from leaderboards.build_scores import BuildVotes
from leaderboards.builds import VERSION as BUILDS_VERSION
from leaderboards.builds import Builds, tell_apart
from leaderboards.fit_settings import FitSettings, Term
from leaderboards.pair_counts import PairCounts
from leaderboards.rank_probability import probability_of_rank_one
from leaderboards.ratings import Fit, StyledCounts, fit
from voting.queries import PairRow, RatingPolicy, StyledRow
from voting.text.style import FEATURES, features

FORMULA_VERSION: Final = "bradley-terry-2"
_COUNTED: Final = ("wins_a", "wins_b", "ties", "both_bad")
# Enough digits to tell two fits apart, and few enough to be the same on every machine.
_DIGEST_DECIMALS: Final = 4


@dataclass(frozen=True, kw_only=True)
class BoardFit:
    """The fits of one board.

    `listed` are the ratings of models with enough votes, among which tiers, ranks and the
    probability of being first are computed; `fit` has the others too. `controlled` holds the
    ratings after side, common maker and, where battles were voted on, style have been accounted
    for, from `controlled_votes` votes; None without votes.
    """

    settings: FitSettings
    fit: Fit
    listed: Fit
    rank_one: Mapping[str, float]
    controlled: Fit | None
    is_style_controlled: bool
    builds: Builds
    """Of models that votes name in two quantizations or more."""
    inputs_sha256: str

    @property
    def preliminary(self) -> frozenset[str]:
        """Return the rated models that have too few votes to be ranked."""
        ranked = {row.model for row in self.listed.ratings}
        return frozenset(row.model for row in self.fit.ratings) - ranked


def settings_of(policy: RatingPolicy) -> FitSettings:
    """Return how a board is fitted by its policy."""
    return FitSettings(
        ties=policy.ties, both_bad=policy.both_bad, reweight_below=policy.reweight_below
    )


def fit_board(
    rows: Sequence[PairRow],
    styled: Sequence[StyledRow],
    build_votes: Sequence[BuildVotes] = (),
    *,
    policy: RatingPolicy,
    makers: Mapping[str, str],
    settings: FitSettings | None = None,
) -> BoardFit:
    """Fit one board; `settings` other than those of its policy are for trying things out.

    `build_votes` are those of the votes in `rows` that name builds (leaderboards.build_votes).

    Raises ArithmeticError when a fit does not converge, ValueError for settings without data.
    """
    settings = settings or settings_of(policy)
    counted = counts(rows)
    # The terms of the settings are for the second fit: ratings that are shown have none.
    result = fit(counted, replace(settings, terms=frozenset()))
    listed = with_votes(result, at_least=policy.preliminary_below)
    return BoardFit(
        settings=settings,
        fit=result,
        listed=listed,
        rank_one=probability_of_rank_one(listed),
        controlled=_controlled(counted, styled, settings, makers) if rows else None,
        is_style_controlled=bool(styled),
        builds=tell_apart(
            result,
            counted,
            build_votes,
            settings=settings,
            listed_from=policy.preliminary_below,
        ),
        inputs_sha256=inputs_digest(counted, styled, build_votes, settings, policy),
    )


def counts(rows: Iterable[PairRow | StyledRow]) -> PairCounts:
    """The counts of a fit. Sorted, because sums of floats depend on their order."""
    ordered = sorted(rows, key=lambda row: (row.model_a, row.model_b))
    models = tuple(sorted({model for row in ordered for model in (row.model_a, row.model_b)}))
    index = {model: number for number, model in enumerate(models)}
    return PairCounts(
        models=models,
        a=np.array([index[row.model_a] for row in ordered], dtype=np.int64),
        b=np.array([index[row.model_b] for row in ordered], dtype=np.int64),
        **{
            name: np.array([getattr(row, name) for row in ordered], dtype=np.int64)
            for name in _COUNTED
        },
    )


def with_votes(result: Fit, *, at_least: int) -> Fit:
    """The fit without the ratings that rest on fewer votes; nothing is fitted anew."""
    kept = [index for index, row in enumerate(result.ratings) if row.votes >= at_least]
    return replace(
        result,
        ratings=tuple(result.ratings[index] for index in kept),
        covariance=result.covariance[np.ix_(kept, kept)],
        bread=None,
    )


def inputs_digest(
    counted: PairCounts,
    styled: Sequence[StyledRow],
    build_votes: Sequence[BuildVotes],
    settings: FitSettings,
    policy: RatingPolicy,
) -> str:
    """SHA-256 over all that a fit is computed from, as 64 hex digits.

    One JSON line (formula, settings, votes a listed model needs, models), then the counts as
    little-endian 64-bit integers, then the styled counts as JSON; then, where votes name several
    builds of a model, version and votes of the builds as JSON.
    """
    head = {
        "formula": FORMULA_VERSION,
        "settings": describe(settings),
        "preliminary_below": policy.preliminary_below,
        "models": counted.models,
    }
    digest = hashlib.sha256(json.dumps(head, sort_keys=True).encode() + b"\n")
    for name in ("a", "b", *_COUNTED):
        digest.update(getattr(counted, name).astype("<i8").tobytes())
    digest.update(json.dumps([list(row) for row in sorted(styled)]).encode())
    if build_votes:
        digest.update(json.dumps([BUILDS_VERSION, *build_votes]).encode())
    return digest.hexdigest()


def ratings_digest(result: Fit) -> str:
    """SHA-256 of the ratings and bounds to four decimals, as 64 hex digits."""
    lines = [
        [
            row.model,
            *(f"{value:.{_DIGEST_DECIMALS}f}" for value in (row.rating, row.lower, row.upper)),
        ]
        for row in result.ratings
    ]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def describe(settings: FitSettings) -> dict[str, Any]:
    """The settings as JSON values."""
    return {
        "ties": settings.ties,
        "both_bad": settings.both_bad,
        "reweight_below": settings.reweight_below,
        "terms": sorted(settings.terms),
        "interval": settings.interval,
        "bootstrap_samples": settings.bootstrap_samples,
        "seed": settings.seed,
    }


def _controlled(
    counted: PairCounts,
    styled: Sequence[StyledRow],
    settings: FitSettings,
    makers: Mapping[str, str],
) -> Fit:
    """The fit with terms: with style from the votes whose answers are known, else without."""
    terms: set[Term] = {"side", "same_maker"}
    # Intervals of terms are by the sandwich whatever the board shows: a bootstrap would be slow.
    settings = replace(settings, interval="sandwich")
    if not styled:
        return fit(counted, replace(settings, terms=frozenset(terms)), makers=makers)
    ordered = sorted(styled)
    with_style = StyledCounts(
        counts=counts(ordered),
        features=np.array([features(row.stratum) for row in ordered]),
        names=FEATURES,
    )
    return fit(with_style, replace(settings, terms=frozenset(terms | {"style"})), makers=makers)
