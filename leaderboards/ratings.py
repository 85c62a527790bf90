"""Bradley-Terry ratings on the Elo scale with intervals, from counts of votes.

Left model a beats right model b with probability 1 / (1 + exp(-x)), x = theta_a - theta_b plus
what the terms of the settings add; theta is the maximum of the likelihood (Bradley and Terry
1952). A tie and a "both bad" each count as half a win for both sides, as the public arenas count
them, unless the settings leave them out. Only counts enter, so the time of a fit without terms
does not grow with the number of votes. Theta is in logits, ratings are in Elo points.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from scipy.special import ndtri

from leaderboards.arrays import FloatArray
from leaderboards.bootstrap import resample
from leaderboards.connectivity import Reason, main_component, reasons
from leaderboards.context import Context, RefusedTerm, StyledCounts, TermReason, context_of
from leaderboards.design import Design, inside
from leaderboards.fit_settings import FitSettings
from leaderboards.pair_counts import PairCounts
from leaderboards.sandwich import Bread, sandwich
from leaderboards.terms import Fitted, maximise_identified, standardised

__all__ = [
    "BASE",
    "CONFIDENCE",
    "ELO_PER_LOGIT",
    "MEAN_RATING",
    "SCALE",
    "Coefficient",
    "Fit",
    "FitSettings",
    "PairCounts",
    "Rating",
    "Reason",
    "RefusedTerm",
    "StyledCounts",
    "TermReason",
    "Unrated",
    "fit",
    "votes_that_count",
]

SCALE: Final = 400.0
"""Elo points over which the odds of winning grow by the factor BASE."""
BASE: Final = 10.0
MEAN_RATING: Final = 1000.0
"""The anchor: mean rating of all models in the fit, in Elo points."""
CONFIDENCE: Final = 0.95
"""Two-sided coverage of every interval."""

ELO_PER_LOGIT: Final = SCALE / float(np.log(BASE))


@dataclass(frozen=True, slots=True)
class Rating:
    """One rated model; rating, error and bounds in Elo points, `votes` are those in the fit."""

    model: str
    rating: float
    standard_error: float
    lower: float
    upper: float
    votes: int


@dataclass(frozen=True, slots=True)
class Unrated:
    """One model without a rating, the reason, and all its votes."""

    model: str
    reason: Reason
    votes: int


@dataclass(frozen=True, slots=True)
class Coefficient:
    """What one term adds to the left side's chance: per vote, or per `standard_deviation`.

    Logits and Elo points; the bounds are those of the interval. A term of style is in units of
    its standard deviation over the votes of the fit, side and same maker apply or do not.
    """

    name: str
    value_logits: float
    standard_error_logits: float
    value_elo: float
    lower_elo: float
    upper_elo: float
    standard_deviation: float | None


@dataclass(frozen=True, slots=True)
class Fit:
    """Ratings of one set of counts, best first, and how the solver ended.

    `votes` entered the fit: those between two models of the main component.
    `gradient_norm` is the largest |points taken - points expected| of any model, in weighted votes.
    `covariance` (n_rated, n_rated) of the ratings is in squared Elo points, in their order.
    """

    ratings: tuple[Rating, ...]
    unrated: tuple[Unrated, ...]
    votes: int
    iterations: int
    gradient_norm: float
    coefficients: tuple[Coefficient, ...] = ()
    refused_terms: tuple[RefusedTerm, ...] = ()
    """Terms that were asked for and that these votes cannot tell; the ratings do without them."""
    resamples_dropped: int = 0
    """Bootstrap samples without a finite fit, which the intervals leave out."""
    covariance: FloatArray = field(
        default_factory=lambda: np.zeros((0, 0)), repr=False, compare=False
    )
    bread: Bread | None = field(default=None, repr=False, compare=False)
    """For scores of the rated models, in their order; None where nothing was fitted to them."""


class _Spread(NamedTuple):
    """Uncertainty of (theta, gamma) in logits: (n, n) and three times (n,); lower < 0 < upper."""

    covariance: FloatArray
    standard_error: FloatArray
    below: FloatArray
    above: FloatArray
    dropped: int


def fit(
    counts: PairCounts | StyledCounts,
    settings: FitSettings = FitSettings(),  # noqa: B008 -- immutable
    *,
    makers: Mapping[str, str] | None = None,
) -> Fit:
    """Rate every model that the votes join both ways with the main component.

    Votes across the border of the component say only that one side always lost, which no finite
    rating can express; they stay out. `makers` (maker by model) is needed by the same-maker term
    alone.

    Raises ValueError when a term lacks its data, ArithmeticError if Newton's method does not
    converge, and TooFewResamplesError where a bootstrap says nothing.
    """
    rows = counts.counts if isinstance(counts, StyledCounts) else counts
    # Only styles differ inside a pair.
    cast = rows.pooled()
    by_row = "style" in settings.terms
    context = context_of(counts if by_row else cast, settings, makers)
    counted = votes_that_count(cast, settings)
    wins, draws = counted.wins(), counted.draws()
    component = main_component(cast.models, wins, draws)
    unrated = _unrated(cast, reasons(wins, draws, component))
    if not component.any():
        return Fit(ratings=(), unrated=unrated, votes=0, iterations=0, gradient_norm=0.0)

    kept, _ = inside(counted, component)
    voted, inner = inside(votes_that_count(rows, settings) if by_row else counted, component)
    fitted, deviations = _fitted(kept, voted, context.of(inner), settings)
    spread = _spread(fitted, settings)
    left_out = {row.model for row in unrated}
    order = sorted(
        (index for index, model in enumerate(kept.models) if model not in left_out),
        key=lambda index: (-fitted.optimum.parameters[index], kept.models[index]),
    )
    inner_votes = _votes_of(kept)
    return Fit(
        ratings=tuple(
            _rating(kept.models[index], index, fitted, spread, int(inner_votes[index]))
            for index in order
        ),
        unrated=unrated,
        votes=int(inner_votes.sum()) // 2,
        iterations=fitted.optimum.iterations,
        gradient_norm=fitted.optimum.gradient_norm,
        coefficients=tuple(
            _coefficient(name, len(kept.models) + index, fitted, spread, deviations.get(name))
            for index, name in enumerate(fitted.design.names)
        ),
        refused_terms=fitted.refused,
        resamples_dropped=spread.dropped,
        covariance=ELO_PER_LOGIT**2 * spread.covariance[np.ix_(order, order)],
        bread=Bread(fitted.optimum, tuple(order)),
    )


def votes_that_count(counts: PairCounts, settings: FitSettings) -> PairCounts:
    """The votes that the settings let count."""
    excluded = [name for name in ("ties", "both_bad") if getattr(settings, name) == "exclude"]
    none = {name: np.zeros_like(getattr(counts, name)) for name in excluded}
    return dataclasses.replace(counts, **none) if none else counts


def _unrated(cast: PairCounts, why: list[Reason | None]) -> tuple[Unrated, ...]:
    votes = _votes_of(cast)
    # A model whose votes the settings leave out, to the last one, has none but draws.
    return tuple(
        Unrated(
            model=model,
            reason=Reason.ONLY_TIES if reason is Reason.NO_VOTES and number else reason,
            votes=int(number),
        )
        for model, reason, number in zip(cast.models, why, votes, strict=True)
        if reason is not None
    )


def _votes_of(counts: PairCounts) -> FloatArray:
    """Votes that each model took part in (n_models,)."""
    votes = counts.wins_a + counts.wins_b + counts.ties + counts.both_bad
    n = len(counts.models)
    left = np.bincount(counts.a, weights=votes, minlength=n)
    return np.asarray(left + np.bincount(counts.b, weights=votes, minlength=n))


def _fitted(
    kept: PairCounts, voted: PairCounts, context: Context, settings: FitSettings
) -> tuple[Fitted, dict[str, float]]:
    """The fit of the votes by pair `kept`, or under the features of the same votes' rows."""
    pairs = kept.unordered()
    no_terms = Context((), (), np.empty((len(pairs.a), 0)))
    plain = Design.of(pairs, no_terms, settings.reweight_below)
    if not context.names:
        return maximise_identified(plain, plain), {}
    design, deviations, constant = standardised(
        Design.of(voted, context, settings.reweight_below), context.style.shape[1]
    )
    fitted = maximise_identified(design, plain)
    return fitted._replace(refused=constant + fitted.refused), deviations


def _spread(fitted: Fitted, settings: FitSettings) -> _Spread:
    if settings.interval == "sandwich":
        covariance = sandwich(fitted.design, fitted.optimum)
        # A model with ties alone may have none, to rounding on either side of zero.
        error = np.sqrt(np.maximum(np.diag(covariance), 0))
        half_width = float(ndtri(0.5 + CONFIDENCE / 2)) * error
        return _Spread(covariance, error, -half_width, half_width, 0)
    resamples = resample(
        fitted.design, fitted.optimum, samples=settings.bootstrap_samples, seed=settings.seed
    )
    deviation = resamples.parameters - fitted.optimum.parameters
    below, above = np.quantile(deviation, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2], axis=0)
    covariance = np.cov(deviation, rowvar=False)
    return _Spread(covariance, np.sqrt(np.diag(covariance)), below, above, resamples.dropped)


def _rating(model: str, index: int, fitted: Fitted, spread: _Spread, votes: int) -> Rating:
    rating = MEAN_RATING + ELO_PER_LOGIT * float(fitted.optimum.parameters[index])
    return Rating(
        model=model,
        rating=rating,
        standard_error=ELO_PER_LOGIT * float(spread.standard_error[index]),
        lower=rating + ELO_PER_LOGIT * float(spread.below[index]),
        upper=rating + ELO_PER_LOGIT * float(spread.above[index]),
        votes=votes,
    )


def _coefficient(
    name: str, index: int, fitted: Fitted, spread: _Spread, standard_deviation: float | None
) -> Coefficient:
    value = float(fitted.optimum.parameters[index])
    return Coefficient(
        name=name,
        value_logits=value,
        standard_error_logits=float(spread.standard_error[index]),
        value_elo=ELO_PER_LOGIT * value,
        lower_elo=ELO_PER_LOGIT * (value + float(spread.below[index])),
        upper_elo=ELO_PER_LOGIT * (value + float(spread.above[index])),
        standard_deviation=standard_deviation,
    )
