"""Pure: one row of a file of scores, checked."""

from collections.abc import Collection
from typing import Final, NamedTuple, cast

from arena.imports.errors import BadRow
from arena.imports.rows import Record
from benchmarks import row_fields as fields
from benchmarks.events import Measures, ScoreStated, ScoreUnit
from benchmarks.quality import BadScore, check, suites

REQUIRED: Final = ("suite", "suite_version", "metric", "value", "harness", "harness_version")
COLUMNS: Final = frozenset(
    (
        *REQUIRED, "deployment", "model", "quantization", "setting", "out_of", "unit",
        "standard_error", "tasks_scored", "tasks_unparsed", "tasks_total", "measures",
        "judge_model", "source_name", "source_url", "stated_on",
    )
)  # fmt: skip
SCHEMA: Final = """A CSV file (or JSON lines, or Parquet) has one score a row:

  deployment    slug of a deployment, or
  model, quantization
                slug of a model, and how its weights are stored: the score then
                holds for it wherever it runs; or --deployment, or --model and
                --quantization for all rows
  suite         slug such as mmlu-pro; required, as are suite_version, metric,
                value, harness and harness_version
  setting       how it was asked, such as 5-shot
  value, out_of what was scored, of how many: 9012 of 12032 tasks, 8.1 of 10
                points; a perplexity has no out_of
  unit          tasks, points or perplexity    } may be left out for suites
  measures      format, reference, judge, human } that this arena knows by name
  standard_error
                of the value, in its unit
  tasks_scored  with a verdict; may be left out where it is out_of
  tasks_unparsed, tasks_total
                unreadable answers, and all tasks of the suite, where known
  judge_model   who judged, where a judge did
  source_name, source_url, stated_on
                who states it, where, on which day (YYYY-MM-DD); what is left
                out is that of --source, --source-url and --date

A .json file that is one object with results is read as the results of
lm-evaluation-harness; tasks that are no suite of the catalogue are listed as
rejected. It does not name what was measured: give --deployment or --model,
and --source.
"""
_MOST_TASKS: Final = 1_000_000_000


class GivenScore(NamedTuple):
    """What the command line says for rows that do not say it."""

    deployment: str | None
    model: str | None
    quantization: str | None
    source_name: str | None
    source_url: str | None
    stated_on: str | None


def check_columns(names: Collection[str | None]) -> None:
    """Raise UnusableFile when a required column is missing or one is not known."""
    fields.check_columns(names, required=REQUIRED, known=COLUMNS)


def parse(record: Record, given: GivenScore, *, sha256: str) -> ScoreStated:
    """Check one row of a file with this digest; raise BadRow naming the column."""
    whole: Record = {**record, **_filled(record, given)}
    suite = fields.required(whole, "suite")
    known = suites().by_slug.get(suite)
    out_of, unparsed = _number(whole, "out_of"), _count(whole, "tasks_unparsed")
    score = ScoreStated(
        deployment_slug=fields.text(whole, "deployment"),
        model_slug=fields.text(whole, "model"),
        quantization=fields.text(whole, "quantization"),
        suite=suite,
        suite_version=fields.required(whole, "suite_version"),
        metric=fields.required(whole, "metric"),
        setting=fields.text(whole, "setting") or "",
        value=_required_number(whole, "value"),
        unit=cast(ScoreUnit, _label(whole, "unit", known.unit if known else None)),
        out_of=out_of,
        standard_error=_number(whole, "standard_error"),
        tasks_scored=_scored(whole, out_of, unparsed),
        tasks_unparsed=unparsed,
        tasks_total=_count(whole, "tasks_total"),
        measures=cast(Measures, _label(whole, "measures", known.measures if known else None)),
        judge_model=fields.text(whole, "judge_model"),
        harness=fields.required(whole, "harness"),
        harness_version=fields.required(whole, "harness_version"),
        source_name=fields.required(whole, "source_name"),
        source_url=fields.url(whole),
        source_sha256=sha256,
        stated_on=fields.day(whole),
    )
    try:
        check(score)
    except BadScore as error:
        raise BadRow(str(error)) from error
    return score


def _filled(record: Record, given: GivenScore) -> dict[str | None, str | None]:
    """Return what the command line says of columns that the row leaves empty."""
    filled: dict[str | None, str | None] = {
        name: getattr(given, name)
        for name in ("source_name", "source_url", "stated_on")
        if fields.text(record, name) is None
    }
    if fields.text(record, "deployment") is None and fields.text(record, "model") is None:
        filled |= {"deployment": given.deployment, "model": given.model}
        if fields.text(record, "quantization") is None:
            filled["quantization"] = given.quantization
    return filled


def _label(record: Record, column: str, known: str | None) -> str:
    stated = fields.text(record, column) or known
    if stated is None:
        raise BadRow(
            f"{column} is empty, and the suite is none of {', '.join(suites().by_slug)},"
            " which have their own"
        )
    return stated


def _scored(record: Record, out_of: float | None, unparsed: int | None) -> int:
    stated = _count(record, "tasks_scored")
    if stated is not None:
        return stated
    if out_of is None or unparsed or not out_of.is_integer():
        raise BadRow("tasks_scored is empty, and out_of does not tell it")
    return int(out_of)


def _count(record: Record, column: str) -> int | None:
    text = fields.text(record, column)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= _MOST_TASKS):
        raise BadRow(f"{column} is {text[:40]!r}, want a whole number of tasks")
    return int(text)


def _required_number(record: Record, column: str) -> float:
    number = _number(record, column)
    if number is None:
        raise BadRow(f"{column} is empty")
    return number


def _number(record: Record, column: str) -> float | None:
    text = fields.text(record, column)
    if text is None:
        return None
    try:
        return float(text) if text.isascii() and "_" not in text else float("nan")
    except ValueError:
        raise BadRow(f"{column} is {text[:40]!r}, want a number") from None
