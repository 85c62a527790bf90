"""Pure: whether the parts of a stated score agree with each other and with their suite."""

import re
from math import isfinite
from typing import Final, get_args

from benchmarks.events import Measures, ScoreStated, ScoreUnit
from benchmarks.quality.catalogue import suites

LARGEST: Final = 1e9
_SUITE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_WEB: Final = ("https://", "http://")


class BadScore(ValueError):
    """Parts of a score contradict each other; the message names them and what is allowed."""


def check(score: ScoreStated) -> None:
    """Raise BadScore unless the score says what is needed to judge it."""
    _subject(score)
    _labels(score)
    _source(score)
    _amounts(score)
    _counts(score)


def _subject(score: ScoreStated) -> None:
    if (score.deployment_slug is None) == (score.model_slug is None):
        raise BadScore("state either a deployment or a model")
    if score.quantization is not None and score.model_slug is None:
        raise BadScore("quantization: a deployment has its own; state it only with a model")


def _labels(score: ScoreStated) -> None:
    if not _SUITE.fullmatch(score.suite):
        raise BadScore(f"suite: {score.suite[:60]!r} is no slug such as mmlu-pro")
    for name, value, allowed in (
        ("measures", score.measures, get_args(Measures)),
        ("unit", score.unit, get_args(ScoreUnit)),
    ):
        if value not in allowed:
            raise BadScore(f"{name}: {str(value)[:40]!r} is none of {', '.join(allowed)}")
    known = suites().by_slug.get(score.suite)
    if known is not None and (score.measures, score.unit) != (known.measures, known.unit):
        raise BadScore(
            f"{known.slug} is stated in {known.unit} and measures {known.measures},"
            f" not in {score.unit} and {score.measures}"
        )
    if (score.measures == "judge") != (score.judge_model is not None):
        raise BadScore("judge_model: name it where a judge scored, and only there")


def _source(score: ScoreStated) -> None:
    required = ("suite_version", "metric", "harness", "harness_version", "source_name")
    if empty := [name for name in required if not getattr(score, name).strip()]:
        raise BadScore(f"{empty[0]} is empty")
    if score.source_url is not None and not score.source_url.startswith(_WEB):
        raise BadScore("source_url does not start with https:// or http://")
    if not _SHA256.fullmatch(score.source_sha256):
        raise BadScore("source_sha256: want 64 hex digits")


def _amounts(score: ScoreStated) -> None:
    for name in ("value", "out_of", "standard_error"):
        number = getattr(score, name)
        if number is not None and not (isfinite(number) and 0 <= number <= LARGEST):
            raise BadScore(f"{name}: {number:g} is not from 0 to {LARGEST:,.0f}")
    if score.unit == "perplexity":
        if score.out_of is not None:
            raise BadScore("out_of: a perplexity has no denominator")
        if score.value < 1:
            raise BadScore(f"value: {score.value:g}, a perplexity is at least 1")
        return
    if score.out_of is None or score.out_of <= 0:
        raise BadScore("out_of: a score needs its denominator, above 0")
    if score.value > score.out_of:
        raise BadScore(f"value: {score.value:g} is above out_of, {score.out_of:g}")


def _counts(score: ScoreStated) -> None:
    unparsed = score.tasks_unparsed or 0
    if score.tasks_scored < 1 or unparsed < 0:
        raise BadScore("tasks_scored is at least 1, tasks_unparsed at least 0")
    asked = score.tasks_scored + unparsed
    if score.tasks_total is not None and asked > score.tasks_total:
        raise BadScore(f"tasks_total: {score.tasks_total}, but {asked} tasks were asked")
    if score.unit == "tasks" and score.out_of not in (score.tasks_scored, asked):
        raise BadScore(
            f"out_of: {score.out_of:g} is neither the {score.tasks_scored} tasks scored"
            f" nor the {asked} asked"
        )
