"""What a board says of the ratings of builds (leaderboards.builds): marks, notes and verdicts."""

from collections.abc import Callable
from typing import Final

from leaderboards.builds import BuildRating, BuildTest, Reason
from leaderboards.siblings import Marked
from leaderboards.sources import Sources, Subject
from leaderboards.templatetags.numbers import number

MARK: Final = "‡"
"""Stands after the rating of one build alone, which is not that of its model."""
OF_MODEL: Final = "of the model, all its builds together"
"""Beside what stays the model's in the row of a build with a rating of its own."""
_REASONS: Final[dict[Reason, str]] = {
    "few_votes": "too few votes to be rated alone",
    "always_won": "won every vote, so the votes set no upper limit",
    "always_lost": "lost every vote, so the votes set no lower limit",
    "only_ties": "only ties, so there is no spread to estimate an interval from",
}


def own_ratings(sources: Sources) -> Callable[[Subject], BuildRating | None]:
    """Return what gives each row the rating of its build; None where the model's holds."""
    builds = sources.board_fit.builds

    def own(subject: Subject) -> BuildRating | None:
        return builds.rating(subject.model, _quantization(sources, subject))

    return own


def marked(found: BuildRating, test: BuildTest, shared: str) -> Marked:
    """Return note and marks of a rating of one build; `shared` as of a sibling's, with †."""
    note = f"{of_build(found, test)}; tier and P(first) are the model's"
    return {
        "note": "; ".join(filter(None, (note, shared))),
        "suffix": f"†{MARK}" if shared else MARK,
    }


def unsplit(sources: Sources, subject: Subject) -> str:
    """Return why a row has the model's rating though builds of it are told apart; else nothing."""
    test = sources.board_fit.builds.tests.get(subject.model)
    if test is None or not test.is_apart or subject.deployment is None:
        return ""
    quantization = _quantization(sources, subject)
    if quantization is None:
        return f"{OF_MODEL}, which votes tell apart; this quantization is not stated"
    found = next((one for one in test.unrated if one.quantization == quantization), None)
    why = f"{number(found.votes)} votes, {reason_text(found.reason)}" if found else "no votes"
    return f"{OF_MODEL}, which votes tell apart; of the {quantization} build: {why}"


def of_build(found: BuildRating, test: BuildTest) -> str:
    """Return whose rating it is, from how many votes, and how it differs from the model's.

    Such as: of the Q4_K_M build alone, 120 votes, 45 ± 30 Elo below its model (builds differ,
    p = 0.003).
    """
    side = "above" if found.above_model >= 0 else "below"
    far = number(abs(found.above_model))
    half_width = number((found.above_upper - found.above_lower) / 2)
    differ = f" (builds differ, {p_text(test.wald.p_adjusted)})" if test.wald else ""
    return (
        f"of the {found.quantization} build alone, {number(found.votes)} votes,"
        f" {far} ± {half_width} Elo {side} its model{differ}"
    )


def reason_text(reason: Reason) -> str:
    """Return why a build has no estimate, in words."""
    return _REASONS[reason]


def p_text(p_value: float) -> str:
    """Return a p value in words: three decimals, or less than the last of them."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def _quantization(sources: Sources, subject: Subject) -> str | None:
    found = sources.deployments.get(subject.deployment or "")
    return found.quantization if found else None
