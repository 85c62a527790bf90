"""Scores, preferences, perplexities and the price of a point on a board, and why one is missing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from arena.tenancy.models import Tenant
from benchmarks.commands import (
    price_deployment,
    register_deployment,
    retract_score,
    state_seed_claims,
)
from benchmarks.events import SeedClaimStated
from benchmarks.queries import scores as all_scores
from benchmarks.queries import seed_claims
from leaderboards.columns import COLUMNS
from leaderboards.quality.columns import HUMAN, INDEX, JUDGE, QUALITY_COLUMNS, QUALITY_COST
from leaderboards.queries import board_table
from tests.benchmarks.scores import perplexity, score, state
from tests.leaderboards import scenes

pytestmark = pytest.mark.django_db(transaction=True)
Advance = Callable[[Tenant], None]
MMLU_PRO, IFEVAL = "score_mmlu_pro", "score_ifeval"


def cells_of(tenant: Tenant, advance_all: Advance) -> dict[str, Any]:
    """Return the cells of every row by its key."""
    advance_all(tenant)
    rows: Any = board_table(tenant=tenant, board="text").rows
    return {row["key"]: row["cells"] for row in rows}


def place(tenant: Tenant, model: str, quantization: str | None, **facts: Any) -> str:
    return register_deployment(
        tenant=tenant, model_slug=model, quantization=quantization, actor="test", **facts
    )


def test_every_quality_column_stands_on_boards_and_none_is_shown_at_first() -> None:
    assert set(QUALITY_COLUMNS) <= set(COLUMNS)
    assert not any(column.is_default for column in QUALITY_COLUMNS)
    assert {column.key for column in QUALITY_COLUMNS} >= {MMLU_PRO, JUDGE, HUMAN, INDEX}


def test_a_score_has_denominator_coverage_interval_label_and_event(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant)
    own, other = place(tenant, slugs[0], "FP8"), place(tenant, slugs[1], None)
    state(tenant, score(own), score(other, value=0.0, tasks_unparsed=3, tasks_scored=197))
    rows = cells_of(tenant, advance_all)
    cell = rows[f"deployment:{own}"][MMLU_PRO]
    assert (cell["value"], cell["sample"], cell["counted"]) == (75.0, 200, "tasks")
    assert (cell["lower"], cell["upper"]) == pytest.approx((68.57, 80.48), abs=0.01)
    assert (cell["measures"], cell["as_of"], cell["kind"]) == (
        "reference",
        "2026-05-01",
        "measured",
    )
    assert cell["position"] == all_scores(tenant=tenant)[0].stated_position
    assert "200 of 12\u202f032 tasks, 2 %" in cell["note"]
    assert "stated by A laboratory, not run by this arena" in cell["note"]
    assert "version 1, 5-shot, a harness" in cell["variant"]
    nothing = rows[f"deployment:{other}"][MMLU_PRO]
    assert (nothing["value"], nothing["upper"]) == (0, pytest.approx(1.88, abs=0.01))
    assert "3 unreadable" in nothing["note"]
    missing = rows[f"model:{slugs[2]}"]
    assert missing[MMLU_PRO]["missing"] == "no score on MMLU-Pro is on record"
    assert missing[JUDGE]["missing"] == "no score on MT-Bench is on record"
    assert "measures" not in missing[MMLU_PRO]


def test_a_score_of_weights_holds_in_every_place_of_that_quantization(
    tenant: Tenant, advance_all: Advance
) -> None:
    [slug] = scenes.league(tenant)[:1]
    here = place(tenant, slug, "FP8", hardware="DGX Spark")
    there = place(tenant, slug, "fp8", hardware="RTX 4090")
    small = place(tenant, slug, "Q4")
    state(
        tenant, score(None, model_slug=slug, quantization="FP8"), score(there, value=100.0),
        score(None, model_slug=slug, quantization="FP8", suite="mt-bench", unit="points", value=8.1,
              out_of=10.0, tasks_scored=160, measures="judge", judge_model="Judge"),
    )  # fmt: skip
    rows = cells_of(tenant, advance_all)
    assert rows[f"deployment:{here}"][MMLU_PRO]["value"] == 75
    assert "for the model in this quantization" in rows[f"deployment:{here}"][MMLU_PRO]["note"]
    assert rows[f"deployment:{there}"][MMLU_PRO]["value"] == 50
    assert rows[f"deployment:{small}"][MMLU_PRO]["value"] is None
    judged = rows[f"deployment:{there}"][JUDGE]
    assert (judged["value"], judged["lower"], judged["measures"]) == (81, None, "judge")
    assert "judge Judge" in judged["variant"]


def test_repeats_of_one_variant_are_averaged_and_other_variants_left_out(
    tenant: Tenant, advance_all: Advance
) -> None:
    own = place(tenant, scenes.league(tenant)[0], "FP8")
    state(
        tenant, score(own), score(own, value=160.0, source_name="Another"),
        score(own, value=20.0, setting="0-shot", stated_on=date(2026, 4, 1)),
    )  # fmt: skip
    key = f"deployment:{own}"
    cell = cells_of(tenant, advance_all)[key][MMLU_PRO]
    assert (cell["value"], cell["sample"], cell["position"]) == (77.5, 400, None)
    assert cell["note"].startswith("mean of 2 measurements, 75.0 to 80.0")
    assert "3 scores on record" in cell["note"]
    first = all_scores(tenant=tenant)[0]
    retract_score(tenant=tenant, score_id=first.score_id, reason="wrong", actor="test")
    assert cells_of(tenant, advance_all)[key][MMLU_PRO]["value"] == 80


def test_perplexities_compare_within_one_model_and_text_only(
    tenant: Tenant, advance_all: Advance
) -> None:
    one, other, third = scenes.league(tenant)[:3]
    best, worst = place(tenant, one, "F16"), place(tenant, one, "Q4")
    alone, equal = place(tenant, other, "Q4"), [place(tenant, third, kind) for kind in ("a", "b")]
    state(
        tenant, perplexity(best, 7.3009), perplexity(worst, 7.3998), perplexity(alone, 5.0),
        *(perplexity(slug, 6.0) for slug in equal),
        perplexity(alone, 4.0, harness="another tool", stated_on=date(2026, 4, 1)),
    )  # fmt: skip
    rows = cells_of(tenant, advance_all)
    cell = rows[f"deployment:{best}"][INDEX]
    assert (cell["value"], rows[f"deployment:{worst}"][INDEX]["value"]) == (1, 0)
    assert (
        "perplexity 7.3009 on WikiText-2; 2 builds of the model have 7.3009 to 7.3998"
        in (cell["note"])
    )
    assert (
        "perplexity 5 on WikiText-2: nothing else" in rows[f"deployment:{alone}"][INDEX]["missing"]
    )
    assert "the same perplexity" in rows[f"deployment:{equal[0]}"][INDEX]["missing"]
    assert rows[f"model:{scenes.names(4)[3].lower().replace(' ', '-')}"][INDEX]["missing"] == (
        "no perplexity is on record"
    )


def test_the_human_column_counts_preferences_of_the_board(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant, size=3, votes_per_pair=4)
    key = f"model:{slugs[0]}"
    scenes.vote(tenant, slugs[0], slugs[1], "both_bad")
    blank = cells_of(tenant, advance_all)[key][HUMAN]
    assert (blank["value"], blank["missing"]) == (None, "4 of 5 preferences")
    scenes.vote(tenant, slugs[1], slugs[0], "tie")
    cell = cells_of(tenant, advance_all)[key][HUMAN]
    # Won 3 of 4, then a tie.
    assert (cell["value"], cell["sample"], cell["counted"]) == (70, 5, "votes")
    assert cell["lower"] < 70 < cell["upper"]
    assert (cell["measures"], cell["note"]) == ("human", "3 won, 1 tied, 1 lost")


def test_a_point_has_a_price_only_where_answers_were_judged(
    tenant: Tenant, advance_all: Advance, client: Any
) -> None:
    slugs = scenes.league(tenant)
    sold = place(tenant, slugs[0], None, operator="Example Cloud")
    price_deployment(
        tenant=tenant, deployment_slug=sold, input_usd_micros_per_million_tokens=2_500_000,
        output_usd_micros_per_million_tokens=10_000_000, source_name="A list",
        effective_on=date(2026, 5, 1), actor="test",
    )  # fmt: skip
    state(tenant, score(sold), score(sold, suite="ifeval", measures="format", value=180.0))
    advance_all(tenant)

    def told(query: str = "") -> Any:
        response = client.get(f"/boards/text.json?columns={QUALITY_COST}{query}")
        assert response.status_code == 200
        rows = {row["key"]: row["cells"] for row in response.json()["rows"]}
        return rows[f"deployment:{sold}"][QUALITY_COST]

    cell = told()
    # 1,000 tokens read and 500 written cost 0.0075; at 75 % a point costs a third more.
    assert (cell["value"], cell["unit"]) == (0.01, "USD/point")
    assert cell["lower"] < 0.01 < cell["upper"]
    assert told("&currency=EUR&rate=0.9")["value"] == 0.009
    assert told("&suite=ifeval")["missing"] == (
        "IFEval: the score only tells the form of the answers"
    )
    assert told("&suite=gsm8k")["missing"].startswith("no quality score: no score on GSM8K")
    refused = client.get("/boards/text/?suite=no-such")
    assert refused.status_code == 400
    assert b"mmlu-pro, gpqa-diamond" in refused.content


def test_claimed_scores_have_their_label_and_stand_in_no_column(
    tenant: Tenant, advance_all: Advance, client: Any
) -> None:
    own = place(tenant, scenes.league(tenant)[0], "FP8")

    def claim(seed: str, section: str, setting: str, **changed: Any) -> SeedClaimStated:
        values: dict[str, Any] = {
            "metric": "quality_score", "unit": "points", "value": 28.0, "out_of": 30.0,
            "source_name": "A text", "stated_on": date(2026, 2, 3), "deployment_slug": own,
        }  # fmt: skip
        return SeedClaimStated(seed=seed, section=section, setting=setting, **{**values, **changed})

    claims = [
        claim("004", "Database", "suite coder; role general"),
        claim("004", "Database", "suite instruction_precision; role general"),
        claim("004", "Retrieval", "suite BEIR average", deployment_slug=None, subject="a model"),
        claim("000", "Cockpit", "rubric generic-correctness", metric="usd_per_quality_point",
              unit="USD/point", out_of=None),
        claim("000", "Cockpit", "rubric patent_claim_validity"),
        claim("001", "Worked example", "quality"),
        claim("000", "Cockpit", "rubric generic-correctness", metric="runs", unit="runs",
              out_of=None),
    ]  # fmt: skip
    state_seed_claims(tenant=tenant, claims=claims, actor="test")
    cells = cells_of(tenant, advance_all)[f"deployment:{own}"]
    assert all(cells[c.key]["value"] is None for c in QUALITY_COLUMNS if c.key != HUMAN)
    labels = [claim.measures for claim in seed_claims(tenant=tenant)]
    assert labels == ["judge", "format", "reference", "format", "reference", None, None]
    page = client.get("/claims/?source=a-text").content.decode()
    assert page.count('<span class="chip">judge</span>') == 1
    assert page.count('<span class="chip">format</span>') == 2
    told = client.get("/api/v1/claims").json()["items"]
    assert [item["measures"] for item in told] == labels
