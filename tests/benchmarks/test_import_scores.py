"""Scores come in from CSV and from results of lm-evaluation-harness, and are taken back."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from arena.eventstore.domain import DomainError
from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from benchmarks import queries
from benchmarks.commands import register_deployment, register_model, retract_score
from benchmarks.quality import CatalogueError, read_suites, suites
from tests.benchmarks.scores import perplexity, score, state
from tests.voting import importing

pytestmark = pytest.mark.django_db
ROW = {
    "deployment": "parrot-1b--fp8", "model": "", "quantization": "", "suite": "mmlu-pro",
    "suite_version": "2.1", "metric": "exact_match", "setting": "5-shot", "value": "9012",
    "out_of": "12032", "unit": "", "standard_error": "", "tasks_scored": "", "tasks_unparsed": "",
    "tasks_total": "", "measures": "", "judge_model": "", "harness": "lm-eval",
    "harness_version": "0.4.9", "source_name": "A laboratory",
    "source_url": "https://example.org/scores", "stated_on": "2026-05-01",
}  # fmt: skip
RESULTS: dict[str, Any] = {
    "results": {
        "mmlu_pro": {"alias": "mmlu_pro", "exact_match,custom-extract": 0.74,
                     "exact_match_stderr,custom-extract": 0.01},
        "mmlu_pro_law": {"exact_match,custom-extract": 0.5},
        "wikitext": {"word_perplexity,none": 7.3009, "word_perplexity_stderr,none": "N/A"},
        "ifeval": {"prompt_level_strict_acc,none": 0.8},
        "piqa": {"acc,none": 0.75},
    },
    "group_subtasks": {"mmlu_pro": ["mmlu_pro_law", "mmlu_pro_math"]},
    "versions": {"mmlu_pro": 2.0, "wikitext": 2},
    "n-shot": {"mmlu_pro": 5, "wikitext": 0},
    "n-samples": {"mmlu_pro_law": {"original": 1101, "effective": 60},
                  "mmlu_pro_math": {"original": 1351, "effective": 40},
                  "wikitext": {"original": 62, "effective": 62}},
    "lm_eval_version": "0.4.9",
    "date": 1777600000.0,
}  # fmt: skip


@pytest.fixture
def slug(tenant: Tenant) -> str:
    register_model(tenant=tenant, name="Parrot 1B", actor="test")
    made = register_deployment(
        tenant=tenant, model_slug="parrot-1b", quantization="FP8", actor="test"
    )
    catch_up(tenant)
    return made


def catch_up(tenant: Tenant) -> None:
    for name in projections():
        advance(tenant=tenant, name=name)


def stated(tenant: Tenant) -> list[queries.ScoreInfo]:
    catch_up(tenant)
    return queries.scores(tenant=tenant)


def imported(path: Path, **options: Any) -> importing.Said:
    return importing.said("import_scores", path, tenant="public", **options)


def test_a_csv_file_comes_in_once(tmp_path: Path, tenant: Tenant, slug: str) -> None:
    judged = {
        **ROW, "deployment": "", "model": "parrot-1b", "quantization": "FP8", "suite": "mt-bench",
        "metric": "mean", "value": "8.1", "out_of": "10", "tasks_scored": "158",
        "tasks_unparsed": "2", "standard_error": "0.1", "judge_model": "Judge",
    }  # fmt: skip
    own = {**ROW, "suite": "our-suite", "unit": "tasks", "measures": "human", "source_name": ""}
    path = importing.write_csv(tmp_path / "scores.csv", [ROW, judged, own])
    options = {"source": "Ourselves"}
    dry = imported(path, dry_run=True, **options)
    assert (dry.read, dry.appended, dry.rejected) == (3, 3, 0)
    assert stated(tenant) == []
    said = imported(path, **options)
    assert (said.appended, said.present, said.rejected) == (3, 0, 0)
    pro, bench, ours = stated(tenant)
    assert (pro.value, pro.out_of, pro.tasks_scored, pro.unit) == (9012, 12032, 12032, "tasks")
    assert (pro.measures, pro.coverage, pro.status) == ("reference", 1.0, "standing")
    assert (bench.model_slug, bench.quantization, bench.deployment_slug) == (
        "parrot-1b", "FP8", None,
    )  # fmt: skip
    assert (bench.measures, bench.coverage) == ("judge", 158 / 160)
    assert (ours.source_name, ours.measures, ours.coverage) == ("Ourselves", "human", None)
    again = imported(importing.write_csv(path, [ROW, judged, own, {**ROW, "value": "9000"}][:3]))
    assert again.rejected == 1  # without --source the last row names nobody
    more = {**ROW, "suite": "gsm8k", "value": "1000", "out_of": "1319"}
    longer = imported(importing.write_csv(path, [ROW, judged, own, more]), **options)
    assert (longer.appended, longer.present) == (1, 3)


def test_results_of_the_harness_come_in_with_their_denominators(
    tmp_path: Path, tenant: Tenant, slug: str
) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(RESULTS, indent=1))
    with pytest.raises(CommandError, match="give --deployment"):
        imported(path, source="A laboratory")
    with pytest.raises(CommandError, match="give --source"):
        imported(path, deployment=slug)
    said = imported(path, deployment=slug, source="A laboratory")
    assert (said.appended, said.rejected) == (2, 2)
    pro, wiki = stated(tenant)
    assert (pro.suite, pro.value, pro.out_of, pro.total) == ("mmlu-pro", 74, 100, 2452)
    assert (pro.setting, pro.suite_version) == ("mmlu_pro, 5-shot, custom-extract", "2.0")
    assert (pro.harness_version, pro.stated_on) == ("0.4.9", date(2026, 5, 1))
    assert pro.coverage == 100 / 2452
    assert (pro.standard_error, len(pro.source_sha256)) == (1.0, 64)
    assert (wiki.suite, wiki.unit, wiki.value, wiki.out_of) == (
        "wikitext-2", "perplexity", 7.3009, None,
    )  # fmt: skip
    (ifeval, reason), (piqa, unknown) = importing.rejects(tmp_path / "results.json.rejects.csv")
    assert (ifeval, reason) == (4, "ifeval: n-samples does not say how many tasks were asked")
    assert piqa == 5
    assert unknown.startswith("piqa: no task of a suite in the catalogue; known: mmlu_pro")
    assert imported(path, deployment=slug, source="A laboratory").present == 2


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"deployment": "nothing"}, "no deployment 'nothing' is registered"),
        ({"deployment": "", "model": "nobody"}, "no model 'nobody' is registered"),
        ({"deployment": ""}, "either a deployment or a model"),
        ({"measures": "judge"}, "mmlu-pro is stated in tasks and measures reference"),
        ({"suite": "unheard-of"}, "unit is empty, and the suite is none of mmlu-pro"),
        ({"value": "13000"}, "value: 13000 is above out_of, 12032"),
        ({"value": "nan"}, "value: nan is not from 0"),
        ({"value": "many"}, "value is 'many', want a number"),
        ({"out_of": ""}, "tasks_scored is empty"),
        ({"tasks_scored": "12000"}, "out_of: 12032 is neither the 12000 tasks scored"),
        ({"tasks_total": "9"}, "tasks_total: 9, but 12032 tasks were asked"),
        ({"harness": ""}, "harness is empty"),
        ({"stated_on": "2999-01-01"}, "is in the future"),
        ({"source_url": "javascript:1"}, "source_url does not start with"),
        ({"judge_model": "Judge"}, "judge_model: name it where a judge scored"),
        ({"suite": "wikitext-2", "tasks_scored": "62"}, "a perplexity has no denominator"),
        ({"quantization": "FP8"}, "quantization: a deployment has its own"),
    ],
)
def test_a_bad_row_is_listed_with_its_reason(
    tmp_path: Path, tenant: Tenant, slug: str, changed: dict[str, str], reason: str
) -> None:
    path = importing.write_csv(tmp_path / "scores.csv", [{**ROW, **changed}])
    assert imported(path).rejected == 1
    [(line, found)] = importing.rejects(tmp_path / "scores.csv.rejects.csv")
    assert line == 2
    assert reason in found


def test_two_values_of_one_score_in_one_file_are_refused(
    tmp_path: Path, tenant: Tenant, slug: str
) -> None:
    path = importing.write_csv(tmp_path / "scores.csv", [ROW, {**ROW, "value": "9013"}])
    said = imported(path)
    assert (said.appended, said.rejected) == (1, 1)
    with pytest.raises(CommandError, match="columns missing: suite_version"):
        imported(importing.write_csv(path, [{"suite": "x", "metric": "y", "value": "1",
                                             "harness": "z", "harness_version": "1"}]))  # fmt: skip


def test_a_later_statement_supersedes_and_a_retraction_brings_the_earlier_back(
    tenant: Tenant, slug: str
) -> None:
    first, second = score(slug), score(slug, value=160.0, stated_on=date(2026, 5, 2))
    state(tenant, first, second)
    elsewhere = score(slug, value=120.0, source_name="Another")
    state(tenant, elsewhere)
    assert [info.status for info in stated(tenant)] == ["superseded", "standing", "standing"]
    newest = stated(tenant)[1]
    call_command("retract_score", newest.stated_position, tenant="public", reason="wrong weights")
    before, taken, _ = stated(tenant)
    assert (before.status, taken.status) == ("standing", "retracted")
    assert (taken.retracted_reason, taken.value) == ("wrong weights", 160)
    assert taken.position == taken.retracted_position
    assert taken.position > taken.stated_position
    # Who imports the file once more does not bring it back.
    assert state(tenant, second) == ["was taken back: wrong weights"]
    assert not retract_score(
        tenant=tenant, score_id=newest.score_id, reason="once more", actor="test"
    )
    with pytest.raises(CommandError, match="no score was stated at position 1"):
        call_command("retract_score", 1, tenant="public", reason="x")
    with pytest.raises(DomainError, match="reason: want one line"):
        retract_score(tenant=tenant, score_id=newest.score_id, reason=" ", actor="test")


def test_only_what_is_registered_can_be_scored(tenant: Tenant, slug: str) -> None:
    with pytest.raises(DomainError, match="no deployment 'nothing' is registered"):
        state(tenant, score("nothing"))
    with pytest.raises(DomainError, match="no model 'nobody' is registered"):
        state(tenant, perplexity(None, 7.0, model_slug="nobody"))


def test_the_catalogue_is_checked() -> None:
    assert suites().by_slug["ifeval"].measures == "format"
    with pytest.raises(CatalogueError, match="judge"):
        read_suites("version: 1\nnoted_on: 2026-01-01\njudge: a\nsuites:\n- {slug: b, name: B,"
                    " about: c, measures: judge, unit: points, url: 'https://b.org'}")  # fmt: skip
