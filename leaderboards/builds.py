"""Pure: how strong each build of a model is, and whether the votes tell its builds apart.

A build is a model in one quantization. It is estimated beside the joint fit of a board, which knows
models alone: its own votes are scored against opponents that are held at the ratings of that fit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from scipy.special import chdtrc, ndtri

from leaderboards.build_scores import Build, BuildVotes, Estimates, Scores, estimated
from leaderboards.differences import difference, holm
from leaderboards.fit_settings import FitSettings
from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import CONFIDENCE, Fit, Rating

VERSION: Final = "builds-1"
LEAST_VOTES: Final = 30
"""Votes of a build below which it is not tested, where a board does not ask for more.

From here on the test finds a difference where there is none in 5 % of simulated boards.
"""
LEVEL: Final = 0.05
"""Chance that any model of a board is split whose builds are alike."""
Reason = Literal["few_votes", "always_won", "always_lost", "only_ties"]
_Z: Final = float(ndtri(0.5 + CONFIDENCE / 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildRating:
    """One build: Elo points with the ends of 95 % intervals, from `votes` of its own that count.

    `above_model` is how far it is above the rating of its model.
    """

    quantization: str
    votes: int
    rating: float
    lower: float
    upper: float
    above_model: float
    above_lower: float
    above_upper: float


@dataclass(frozen=True, kw_only=True, slots=True)
class UnratedBuild:
    """One build without an estimate, the reason, and its votes that count."""

    quantization: str
    votes: int
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Wald:
    """A test that the builds of one model are alike; `p_adjusted` is Holm's over all models."""

    chi_squared: float
    degrees: int
    p_value: float
    p_adjusted: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildTest:
    """What the votes tell of the builds of one model; `wald` is None without two estimates."""

    model: str
    rated: tuple[BuildRating, ...]
    unrated: tuple[UnratedBuild, ...]
    wald: Wald | None

    @property
    def is_apart(self) -> bool:
        """Return whether the builds are told apart: only then each stands with its own rating."""
        return self.wald is not None and self.wald.p_adjusted < LEVEL


@dataclass(frozen=True, kw_only=True, slots=True)
class Builds:
    """The tests of one board by model, and the fit with the builds that are told apart."""

    tests: Mapping[str, BuildTest]
    fit: Fit
    """The joint fit, followed by a rating for each build told apart, called by `name_of`."""

    def rating(self, model: str, quantization: str | None) -> BuildRating | None:
        """Return the rating of a build that is told apart; None where the model's holds."""
        test = self.tests.get(model)
        if test is None or not test.is_apart:
            return None
        return next((row for row in test.rated if row.quantization == quantization), None)


def name_of(model: str, quantization: str | None) -> str:
    """Return what a rating is called in `Builds.fit`; no slug of a model holds an @."""
    return model if quantization is None else f"{model}@{quantization}"


def tell_apart(
    joint: Fit,
    counted: PairCounts,
    votes: Sequence[BuildVotes],
    *,
    settings: FitSettings,
    listed_from: int,
) -> Builds:
    """Estimate every build with votes enough and test the models of which there are two or more.

        W = d' S^-1 d,   d = (t_2 - t_1, ..., t_q - t_1),   p = P(chi-squared(q - 1) > W)

    S is the covariance of d from that of the estimates (leaderboards.build_scores); the test is
    Wald's (1943), corrected for all models of the board after Holm (1979). `counted` are the counts
    of the joint fit. A build needs `listed_from` votes that count, LEAST_VOTES at least. Raises
    ArithmeticError if Newton's method does not converge.
    """
    everything = Scores.of(joint, counted, votes, settings=settings)
    if not everything.builds:
        return Builds(tests={}, fit=joint)
    unrated = _unrated(everything, at_least=max(listed_from, LEAST_VOTES))
    known = [build for build in everything.builds if build not in unrated]
    scores = Scores.of(joint, counted, votes, settings=settings, builds=known)
    estimates = estimated(joint, scores)
    wald = _wald(scores.builds, estimates)
    whole = _with_builds(joint, scores, estimates, known)
    tests = {
        model: BuildTest(
            model=model,
            rated=tuple(_rated(whole, build) for build in known if build.model == model),
            unrated=tuple(row for build, row in unrated.items() if build.model == model),
            wald=wald.get(model),
        )
        for model in sorted({build.model for build in everything.builds})
    }
    apart = [build for build in known if tests[build.model].is_apart]
    return Builds(tests=tests, fit=_with_builds(joint, scores, estimates, apart))


def _unrated(scores: Scores, *, at_least: int) -> dict[Build, UnratedBuild]:
    """The builds without a finite maximum, or with too few votes."""
    return {
        build: UnratedBuild(
            quantization=str(build.quantization), votes=int(sum(total)), reason=reason
        )
        for build, total in zip(scores.builds, scores.totals().T.tolist(), strict=True)
        if (reason := _reason(*total, at_least=at_least)) is not None
    }


def _reason(won: float, lost: float, drawn: float, *, at_least: int) -> Reason | None:
    if not (won or lost):
        return "only_ties"
    if not (lost or drawn):
        return "always_won"
    if not (won or drawn):
        return "always_lost"
    return "few_votes" if won + lost + drawn < at_least else None


def _wald(builds: Sequence[Build], estimates: Estimates) -> dict[str, Wald]:
    """The test of each model that has two estimates or more."""
    first = len(estimates.covariance) - len(builds)
    found: dict[str, tuple[float, int, float]] = {}
    for model in sorted({build.model for build in builds}):
        rows = np.flatnonzero([build.model == model for build in builds])
        degrees = len(rows) - 1
        if not degrees:
            continue
        contrast = np.column_stack([-np.ones(degrees), np.eye(degrees)])
        d = contrast @ estimates.ratings[rows]
        between = estimates.covariance[np.ix_(first + rows, first + rows)]
        chi_squared = float(d @ np.linalg.solve(contrast @ between @ contrast.T, d))
        found[model] = (chi_squared, degrees, float(chdtrc(degrees, chi_squared)))
    adjusted = holm([p_value for *_, p_value in found.values()])
    return {
        model: Wald(
            chi_squared=chi_squared, degrees=degrees, p_value=p_value, p_adjusted=p_adjusted
        )
        for (model, (chi_squared, degrees, p_value)), p_adjusted in zip(
            found.items(), adjusted, strict=True
        )
    }


def _with_builds(joint: Fit, scores: Scores, estimates: Estimates, wanted: Iterable[Build]) -> Fit:
    """The joint fit with the wanted builds behind its models, and the covariance of all."""
    n = len(joint.ratings)
    chosen = [scores.builds.index(build) for build in wanted]
    votes = scores.totals().sum(axis=0)
    rows = []
    for k in chosen:
        rating = float(estimates.ratings[k])
        error = float(np.sqrt(estimates.covariance[n + k, n + k]))
        rows.append(
            Rating(
                model=name_of(*scores.builds[k]),
                rating=rating,
                standard_error=error,
                lower=rating - _Z * error,
                upper=rating + _Z * error,
                votes=int(votes[k]),
            )
        )
    kept = [*range(n), *(n + k for k in chosen)]
    return replace(
        joint,
        ratings=(*joint.ratings, *rows),
        covariance=estimates.covariance[np.ix_(kept, kept)],
        bread=None,
    )


def _rated(whole: Fit, build: Build) -> BuildRating:
    name = name_of(*build)
    row = next(row for row in whole.ratings if row.model == name)
    above = difference(whole, name, build.model)
    return BuildRating(
        quantization=str(build.quantization),
        votes=row.votes,
        rating=row.rating,
        lower=row.lower,
        upper=row.upper,
        above_model=above.elo,
        above_lower=above.lower,
        above_upper=above.upper,
    )
