"""What the page of a board's scores says: every score with all that is needed to judge it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.deployment_label import label
from benchmarks.events import Measures
from benchmarks.quality import suites
from benchmarks.queries import DeploymentInfo, ScoreInfo
from leaderboards.quality.cells import coverage_text, share_of
from leaderboards.quality.figures import Share
from leaderboards.references import web_address
from leaderboards.templatetags.numbers import number

DIGITS: Final = 1
PERPLEXITY_DIGITS: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreLine:
    """One score in words; `amount` from 0 to 1, None for a perplexity."""

    info: ScoreInfo
    model_name: str
    place: str
    """The deployment, or the quantization of the model wherever it runs."""
    suite_name: str
    suite_url: str | None
    amount: float | None
    text: str
    unit: str
    bounds: str
    of: str
    """Numerator and denominator as stated."""
    coverage: str
    source_url: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which lines a reader asked for, and in which order; empty: all, in the page's own order."""

    suite: str
    measures: Measures | str
    query: str
    sort: str


def lines(
    found: Iterable[ScoreInfo],
    *,
    names: Mapping[str, str],
    deployments: Mapping[str, DeploymentInfo],
) -> list[ScoreLine]:
    """Return a line for each score of a model in `names`, suites in the catalogue's order.

    Within a suite the highest score comes first; suites that the catalogue does not know last.
    """
    order = {slug: index for index, slug in enumerate(suites().by_slug)}
    made = [
        _line(info, names[info.model_slug], deployments.get(info.deployment_slug or ""))
        for info in found
        if info.model_slug in names
    ]
    return sorted(
        made,
        key=lambda line: (
            order.get(line.info.suite, len(order)),
            line.info.suite,
            -(line.amount or 0.0),
            line.info.stated_position,
        ),
    )


def chosen(all_lines: Sequence[ScoreLine], wanted: Wanted) -> list[ScoreLine]:
    """Return the lines that are wanted, in the order wanted; what has no such value comes last."""
    needle = wanted.query.casefold()
    kept = [
        line
        for line in all_lines
        if wanted.suite in ("", line.info.suite)
        and wanted.measures in ("", line.info.measures)
        and needle in f"{line.model_name} {line.info.model_slug} {line.place}".casefold()
    ]
    if not wanted.sort:
        return kept
    value_of = SORTS[wanted.sort.removeprefix("-")]
    present = [line for line in kept if value_of(line) is not None]
    present.sort(key=value_of, reverse=wanted.sort.startswith("-"))
    return present + [line for line in kept if value_of(line) is None]


SORTS: Final[Mapping[str, Callable[[ScoreLine], Any]]] = {
    "suite": lambda line: line.suite_name.casefold(),
    "model": lambda line: line.model_name.casefold(),
    "score": lambda line: line.amount,
    "coverage": lambda line: line.info.coverage,
    "measures": lambda line: line.info.measures,
    "harness": lambda line: line.info.harness.casefold(),
    "date": lambda line: line.info.stated_on,
    "source": lambda line: line.info.source_name.casefold(),
}


def _line(info: ScoreInfo, model_name: str, place: DeploymentInfo | None) -> ScoreLine:
    known = suites().by_slug.get(info.suite)
    share = None if info.unit == "perplexity" else share_of([info])
    weights = info.quantization or "as published"
    return ScoreLine(
        info=info,
        model_name=model_name,
        place=(label(place) or place.slug) if place else f"{weights}, wherever it runs",
        suite_name=known.name if known else info.suite,
        suite_url=known.url if known else None,
        amount=share.value if share else None,
        text=number(100 * share.value, DIGITS) if share else number(info.value, PERPLEXITY_DIGITS),
        unit="%" if share else "perplexity",
        bounds=_bounds(share),
        of=_of(info),
        coverage=coverage_text(info),
        source_url=web_address(info.source_url),
    )


def _bounds(share: Share | None) -> str:
    if share is None or share.lower is None or share.upper is None:
        return ""
    return f"{number(100 * share.lower, DIGITS)} to {number(100 * share.upper, DIGITS)}"


def _of(info: ScoreInfo) -> str:
    if info.out_of is None:
        return ""
    # A share of tasks may be a mean over their parts: then tasks solved are no whole number.
    digits = 0 if info.value.is_integer() else 1
    return f"{number(info.value, digits)} of {number(info.out_of)} {info.unit}"
