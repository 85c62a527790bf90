"""Scores as tests state them."""

from datetime import date
from typing import Any

from arena.tenancy.models import Tenant
from benchmarks.commands import state_scores
from benchmarks.events import ScoreStated

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def score(deployment: str | None = None, **changed: Any) -> ScoreStated:
    """Return a score on MMLU-Pro, 150 of 200 tasks, but for what is changed."""
    values: dict[str, Any] = {
        "deployment_slug": deployment, "suite": "mmlu-pro", "suite_version": "1",
        "metric": "exact_match", "setting": "5-shot", "value": 150.0, "unit": "tasks",
        "out_of": 200.0, "tasks_scored": 200, "measures": "reference", "harness": "a harness",
        "harness_version": "1.0", "source_name": "A laboratory", "source_sha256": SHA256,
        "source_url": "https://example.org/scores", "stated_on": date(2026, 5, 1),
    }  # fmt: skip
    return ScoreStated(**{**values, **changed})


def perplexity(deployment: str | None, value: float, **changed: Any) -> ScoreStated:
    """Return a perplexity on WikiText-2."""
    values: dict[str, Any] = {
        "suite": "wikitext-2", "unit": "perplexity", "metric": "word_perplexity",
        "value": value, "out_of": None, "tasks_scored": 62, "setting": "",
    }  # fmt: skip
    return score(deployment, **{**values, **changed})


def state(tenant: Tenant, *scores: ScoreStated) -> list[Any]:
    """State scores and return what became of each."""
    return state_scores(tenant=tenant, scores=scores, actor="test")
