"""The cells of a board that say how good answers are."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from benchmarks.events import Measures
from benchmarks.quality import Suite
from benchmarks.queries import ScoreInfo
from leaderboards import cells
from leaderboards.cells import Cell
from leaderboards.cost.quality import Score, per_quality
from leaderboards.quality import figures
from leaderboards.quality.figures import PREFERENCES_NEEDED, Preferences, Share
from leaderboards.templatetags.numbers import number

PERCENT: Final = "%"
INDEX: Final = "0 to 1"
COST_DECIMALS: Final = 6


def scored(found: Sequence[ScoreInfo], suite: Suite) -> Cell:
    """The score on one suite: of the variant stated last, over all who measured that.

    Another version, setting, metric, harness or judge is another scale, so it is left out here and
    stands on the page of scores.
    """
    if not found:
        return cells.absent(f"no score on {suite.name} is on record", unit=PERCENT)
    newest, *others = compared(found)
    repeats = [newest, *others]
    share = share_of(repeats)
    cell = cells.measured(
        100 * share.value,
        unit=PERCENT,
        lower=None if share.lower is None else 100 * share.lower,
        upper=None if share.upper is None else 100 * share.upper,
        sample=share.sample,
        counted="tasks",
        as_of=newest.stated_on,
        note=", ".join([*_repeated(repeats), coverage_text(newest), *_told(newest, len(found))]),
    )
    return _stated(cell, newest, is_alone=len(repeats) == 1)


def compared(found: Sequence[ScoreInfo]) -> list[ScoreInfo]:
    """Return the scores that a cell is made of, the newest first, the others in their order."""
    newest = max(found, key=_stated_last)
    # Means of points have errors of their own: the newest stands alone.
    if newest.unit == "points":
        return [newest]
    alike = (one for one in found if one.variant == newest.variant and one is not newest)
    return [newest, *alike]


def group_of(
    found: Sequence[ScoreInfo], of_model: Sequence[ScoreInfo], corpora: Sequence[Suite]
) -> tuple[ScoreInfo, list[ScoreInfo], Suite] | None:
    """Return a row's newest perplexity, those it lies among, and their text; None without one."""
    for corpus in corpora:
        own = [score for score in found if score.suite == corpus.slug]
        if own:
            newest = max(own, key=_stated_last)
            alike = (newest.suite, newest.variant)
            group = [score for score in of_model if (score.suite, score.variant) == alike]
            return newest, group, corpus
    return None


def _stated_last(score: ScoreInfo) -> tuple[date, int]:
    return score.stated_on, score.stated_position


def share_of(repeats: Sequence[ScoreInfo]) -> Share:
    """Return the score of repeats of one variant, or of one statement of points."""
    first = repeats[0]
    if first.unit == "points":
        return figures.points(
            first.value, out_of=first.out_of or 1, error=first.standard_error,
            answers=first.tasks_scored,
        )  # fmt: skip
    return figures.solved([(score.value, score.out_of or 0) for score in repeats])


def perplexity(
    found: Sequence[ScoreInfo], of_model: Sequence[ScoreInfo], corpora: Sequence[Suite]
) -> Cell:
    """The perplexity index of a row among everything of its own model, on the first known text."""
    among = group_of(found, of_model, corpora)
    return _index(*among) if among else cells.absent("no perplexity is on record", unit=INDEX)


def human(found: Preferences, *, as_of: datetime | None) -> Cell:
    """Which share of the preferences of a board's votes the model has won, ties as half."""
    share = figures.preferred(found)
    if share is None or share.lower is None or share.upper is None:
        return cells.absent(f"{found.count} of {PREFERENCES_NEEDED} preferences", unit=PERCENT)
    cell = cells.measured(
        100 * share.value,
        unit=PERCENT,
        lower=100 * share.lower,
        upper=100 * share.upper,
        sample=share.sample,
        as_of=as_of,
        note=f"{found.wins} won, {found.ties} tied, {found.losses} lost",
    )
    return {**cell, "measures": "human"}


def cost_of_a_point(cost: Cell, score: Cell, *, suite: Suite) -> Cell:
    """What a task costs for each point of a score from 0 to 1, or why that must not be said."""
    unit = f"{cost['unit']}/point"
    value, price = score["value"], cost["value"]
    if value is None:
        return cells.absent(f"no quality score: {score['missing']}", unit=unit)
    if price is None:
        return cells.absent(f"no cost: {cost['missing']}", unit=unit)
    measures: Measures = score.get("measures", suite.measures)
    found = per_quality(price, Score(value=value / 100, measures=measures))
    if isinstance(found, str):
        return cells.absent(f"{suite.name}: {found}", unit=unit)
    lower, upper = (
        price / (bound / 100) if bound else None for bound in (score["upper"], score["lower"])
    )
    cell = cells.measured(
        found,
        unit=unit,
        lower=lower,
        upper=upper,
        sample=score["sample"],
        counted="prices",
        as_of=date.fromisoformat(score["as_of"]) if score["as_of"] else None,
        decimals=COST_DECIMALS,
        note=f"{price:g} a task at {value:g} % on {suite.name} ({measures}); {cost['note']}",
    )
    return cells.under(cell, score.get("conditions", {}))


def coverage_text(score: ScoreInfo) -> str:
    """Return how much of the suite has a verdict, and how many answers could not be read."""
    parts = [f"{number(score.tasks_scored)} tasks scored, size of the suite not stated"]
    total = score.total
    if total and score.coverage is not None:
        whole = f"{number(score.tasks_scored)} of {number(total)} tasks"
        parts = [f"{whole}, {100 * score.coverage:.0f} %"]
    if score.tasks_unparsed:
        parts.append(f"{number(score.tasks_unparsed)} unreadable")
    return ", ".join(parts)


def _index(own: ScoreInfo, group: Sequence[ScoreInfo], corpus: Suite) -> Cell:
    values = [score.value for score in group]
    index = figures.perplexity_index(own.value, values)
    raw = f"perplexity {own.value:g} on {corpus.name}"
    if isinstance(index, str):
        return cells.absent(f"{raw}: {index}", unit=INDEX)
    cell = cells.measured(
        index,
        unit=INDEX,
        sample=len(group),
        counted="tasks",
        as_of=own.stated_on,
        note=f"{raw}; {len(group)} builds of the model have {min(values):g} to {max(values):g};"
        f" {', '.join(_told(own, 1))}",
    )
    return _stated(cell, own, is_alone=True)


def _stated(cell: Cell, score: ScoreInfo, *, is_alone: bool) -> Cell:
    """Add whose score it is, what it measures, and the event where it is only one."""
    stated: Cell = {
        **cell,
        "source_name": score.source_name,
        "source_url": score.source_url,
        "position": score.stated_position if is_alone else None,
        "measures": score.measures,
        "variant": score.variant,
    }
    return cells.under(stated, conditions_of(score))


def conditions_of(score: ScoreInfo) -> dict[str, str]:
    """Return under which conditions a score was taken: its variant, part by part."""
    return {
        "suite": f"{score.suite} {score.suite_version}",
        "metric": score.metric,
        "setting": score.setting,
        "harness": score.harness,
        **({"judge": score.judge_model} if score.judge_model else {}),
    }


def _repeated(repeats: Sequence[ScoreInfo]) -> list[str]:
    if len(repeats) == 1:
        return []
    shares = [100 * share_of([score]).value for score in repeats]
    return [f"mean of {len(repeats)} measurements, {min(shares):.1f} to {max(shares):.1f}"]


def _told(score: ScoreInfo, of: int) -> list[str]:
    told = [score.variant, f"stated by {score.source_name}, not run by this arena"]
    if score.deployment_slug is None:
        told.append("for the model in this quantization" if score.quantization else "for the model")
    return told if of == 1 else [*told, f"{of} scores on record"]
