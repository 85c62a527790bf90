"""The seed texts come in whole, once, with unit and source; what cannot be true says why."""

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from arena.eventstore.projection import advance, projections
from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from benchmarks import seed_files
from benchmarks.events import METRIC_UNITS, SEED_METRIC_UNITS
from benchmarks.queries import SeedClaimInfo, external_values, seed_claims
from tests.voting import importing

pytestmark = pytest.mark.django_db
ROWS_OF: Final = {"000": 133, "001": 27, "002": 26, "003": 21, "004": 1180}
"""Numbers of each text; those of the article's table are published values besides."""
TABLE_ROWS: Final = 40
LANES: Final = 18
Edit = Callable[[list[dict[str, str]]], None]


def load(tmp_path: Path, **options: object) -> dict[str, tuple[int, ...]]:
    """Run the command and return (read, appended, there, rejected) by the line's name."""
    out = io.StringIO()
    call_command("import_seeds", tenant="public", rejects=tmp_path, stdout=out, **options)
    found = {}
    for line in out.getvalue().splitlines():
        if numbers := re.search(
            r"read +(\S+) +appended +(\S+) +there +(\S+) +rejected +(\S+)", line
        ):
            counts = tuple(int(text.replace(",", "")) for text in numbers.groups())
            found[line.split("  ")[0].strip()] = counts
    return found


def stated(tenant: Tenant, **options: str) -> list[SeedClaimInfo]:
    for name in projections():
        advance(tenant=tenant, name=name)
    return seed_claims(tenant=tenant, **options)


@pytest.fixture
def claims(tenant: Tenant, tmp_path: Path) -> list[SeedClaimInfo]:
    load(tmp_path)
    return stated(tenant)


def test_every_text_comes_in_whole_and_a_second_run_appends_nothing(
    tmp_path: Path, tenant: Tenant
) -> None:
    first = load(tmp_path)
    assert first["002 three_columns.csv"] == (TABLE_ROWS, TABLE_ROWS, 0, 0)
    for seed, count in ROWS_OF.items():
        assert first[f"{seed} {seed_files.shipped_texts()[seed].file}"] == (count, count, 0, 0)
    total = sum(ROWS_OF.values()) + TABLE_ROWS + LANES
    assert first["together"] == (total, total, 0, 0)
    position = log_head(tenant=tenant).position

    assert load(tmp_path)["together"] == (total, 0, total, 0)
    assert log_head(tenant=tenant).position == position
    assert list(tmp_path.iterdir()) == []
    assert Counter(claim.seed for claim in stated(tenant)) == ROWS_OF
    assert len(external_values(tenant=tenant)) == TABLE_ROWS


def test_the_table_that_was_imported_before_is_not_doubled(tmp_path: Path, tenant: Tenant) -> None:
    table = settings.BASE_DIR / "benchmarks" / "demo" / "three_columns.csv"
    importing.said("import_external", table, tenant="public", rejects=tmp_path / "r.csv")

    assert load(tmp_path)["002 three_columns.csv"] == (TABLE_ROWS, 0, TABLE_ROWS, 0)


def test_a_dry_run_says_the_same_and_appends_nothing(tmp_path: Path, tenant: Tenant) -> None:
    counted = load(tmp_path, dry_run=True)

    assert counted["together"][1] == sum(ROWS_OF.values()) + TABLE_ROWS + LANES
    assert log_head(tenant=tenant).position == 0


def test_every_number_has_the_unit_of_its_metric_and_every_score_its_denominator(
    claims: list[SeedClaimInfo],
) -> None:
    assert all(claim.unit == SEED_METRIC_UNITS[claim.metric] for claim in claims)  # type: ignore[index]
    assert SEED_METRIC_UNITS.items() >= METRIC_UNITS.items()
    assert {claim.metric for claim in claims if claim.out_of is not None} == {"quality_score"}
    scores = [claim for claim in claims if claim.metric == "quality_score"]
    assert all(claim.out_of and claim.value <= claim.out_of for claim in scores)
    assert all(claim.source_name and claim.section and claim.stated_on for claim in claims)


def test_the_cockpit_has_its_twenty_one_rows(claims: list[SeedClaimInfo]) -> None:
    cockpit = [claim for claim in claims if claim.section == "Cockpit"]
    counted = Counter(claim.metric for claim in cockpit)

    assert counted == {
        "rank": 21, "runs": 21, "ttft_ms": 20, "decode_tokens_per_second": 19,
        "usd_per_task": 6, "usd_per_quality_point": 5,
    }  # fmt: skip
    haiku = {c.metric: c.value for c in cockpit if c.model_name == "anthropic/claude-haiku-4.5"}
    assert haiku == {
        "rank": 2, "decode_tokens_per_second": 111.4, "ttft_ms": 1112, "usd_per_task": 0.0013,
        "usd_per_quality_point": 0.0013, "runs": 2,
    }  # fmt: skip


def test_lanes_suites_and_roles_are_there(claims: list[SeedClaimInfo]) -> None:
    lanes = Counter(c.section for c in claims if c.seed == "000" and c.metric == "rank")
    assert lanes == {
        "Lanes: refusal floor": 6, "Lanes: cost router": 3, "Lanes: vertical router": 6,
        "Lanes: serving": 3, "Cockpit": 21,
    }  # fmt: skip
    serving = [c.value for c in claims if c.section == "Lanes: serving" and c.unit == "tok/s"]
    assert serving == [83.5, 55.0, 23.9]
    suites = {c.subject: c.value for c in claims if c.metric == "questions"}
    assert suites.pop("all hard suites") == sum(suites.values()) == 19_372
    assert len(suites) == 7
    roles = {c.setting for c in claims if c.section in ("Roles, hot", "Roles, warm")}
    assert {"role frontdoor", "role coder_escalation", "role architect_coding"} <= roles


def test_the_four_impossible_rows_are_quarantined_with_their_reasons(
    claims: list[SeedClaimInfo],
) -> None:
    codes = {
        (claim.value, claim.model_name): {finding.code for finding in claim.findings}
        for claim in claims
        if claim.status == "quarantined" and claim.metric == "rank"
    }

    assert codes == {
        (8, "frontier"): {"placeholder_name"},
        (9, "qwen/qwen3-8b"): {"ttft_too_long"},
        (14, "frontier"): {"placeholder_name", "ttft_zero"},
        (16, "openai/gpt-5.5-pro"): {"batch_artefact", "ttft_too_long"},
    }
    assert all(c.section == "Cockpit" for c in claims if c.status == "quarantined")


def test_the_memory_of_the_processor_flags_the_rows_it_could_not_have_fed(
    claims: list[SeedClaimInfo],
) -> None:
    flagged = {
        claim.value: claim.findings[0].message
        for claim in claims
        if claim.metric == "decode_tokens_per_second"
        and "bandwidth_roofline" in {finding.code for finding in claim.findings}
    }

    assert sorted(flagged) == [84.31, 85.75, 158.85]
    assert "84.31 tok/s x 40.0 GB of active weights" in flagged[84.31]
    assert "AMD EPYC 9655 has 0.58 TB/s" in flagged[84.31]
    assert {c.status for c in claims if c.value in flagged and c.unit == "tok/s"} == {"flagged"}


def test_claims_of_one_model_are_judged_as_in_the_whole_text(
    claims: list[SeedClaimInfo], tenant: Tenant
) -> None:
    alone = seed_claims(tenant=tenant, model_slug="qwen2-5-math-72b")

    assert alone == [claim for claim in claims if claim.model_slug == "qwen2-5-math-72b"]
    assert "flagged" in {claim.status for claim in alone}


def edited(tmp_path: Path, edit: Edit) -> Path:
    """Return a folder with the scoreboard alone, its rows changed."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    shutil.copy(seed_files.FOLDER / "scoreboard.csv", folder)
    text = (seed_files.FOLDER / seed_files.MANIFEST).read_text()
    entry = next(part for part in text.split("- seed: ") if part.startswith('"001"'))
    (folder / seed_files.MANIFEST).write_text(f"- seed: {entry}")
    with (folder / "scoreboard.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    edit(rows)
    importing.write_csv(folder / "scoreboard.csv", rows)
    return folder


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": "~70"}, "value is '~70', want a number"),
        ({"value": "-1"}, "want a number from 0"),
        ({"unit": "share"}, "unit is 'share', weight_percent is stated in '%'"),
        ({"metric": "weight"}, "metric 'weight' is not one of"),
        ({"subject": ""}, "want either model or subject"),
        ({"model": "X"}, "want either model or subject"),
        ({"engine": "vllm"}, "engine describes a model"),
        ({"out_of": "100"}, "out_of is for quality_score"),
        ({"metric": "quality_score", "unit": "points"}, "needs its denominator"),
        ({"metric": "quality_score", "unit": "points", "out_of": "9"}, "value is above out_of"),
        ({"stated_on": "June"}, "want a date as YYYY-MM-DD"),
        ({"section": ""}, "section is empty"),
    ],
)
def test_a_bad_row_is_rejected_with_line_and_reason(
    tmp_path: Path, tenant: Tenant, change: dict[str, str], reason: str
) -> None:
    folder = edited(tmp_path, lambda rows: rows[2].update(change))

    assert load(tmp_path, folder=folder)["together"] == (27, 26, 0, 1)
    ((line, written),) = importing.rejects(tmp_path / "scoreboard.csv.rejects.csv")
    assert line == 4
    assert reason in written


def test_another_number_for_the_same_claim_is_a_conflict(tmp_path: Path, tenant: Tenant) -> None:
    load(tmp_path)
    folder = edited(tmp_path, lambda rows: rows[0].update(value="71"))

    assert load(tmp_path, folder=folder)["together"] == (27, 0, 26, 1)
    ((line, written),) = importing.rejects(tmp_path / "scoreboard.csv.rejects.csv")
    assert (line, "another content" in written) == (2, True)


def test_files_that_cannot_be_used_are_refused(tmp_path: Path, tenant: Tenant) -> None:
    with pytest.raises(CommandError, match=r"seeds\.yaml: cannot be read"):
        load(tmp_path, folder=tmp_path)
    (tmp_path / "seeds.yaml").write_text("- seed: [")
    with pytest.raises(CommandError, match="not YAML"):
        load(tmp_path, folder=tmp_path)
    (tmp_path / "seeds.yaml").write_text("- seed: '1'\n")
    with pytest.raises(CommandError, match="entry 0/file: Field required"):
        load(tmp_path, folder=tmp_path)

    def widen(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["place"] = "1"

    with pytest.raises(CommandError, match=r"columns missing or not known: place"):
        load(tmp_path, folder=edited(tmp_path, widen))
    assert log_head(tenant=tenant).position == 0
