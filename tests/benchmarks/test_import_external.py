"""Published values come in with source, date and unit, or not at all."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.base import CommandError

from arena.eventstore import queries
from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from benchmarks.queries import ExternalValueInfo, deployments, external_values, models
from tests.voting import importing

pytestmark = pytest.mark.django_db
ROW = {
    "model": "Qwen 3",
    "quantization": "INT4",
    "node_count": "2",
    "metric": "decode_tokens_per_second",
    "value": "95.11",
    "unit": "tok/s",
    "approximate": "yes",
    "note": "rank 2",
    "source_name": "spark-arena.com",
    "source_url": "https://spark-arena.com",
    "stated_on": "2026-04-29",
}
BAD = [
    ({"model": ""}, "model is empty"),
    ({"metric": "speed"}, "metric 'speed' is not one of"),
    ({"unit": "tok/min"}, "unit is 'tok/min', decode_tokens_per_second is stated in 'tok/s'"),
    ({"value": "~95"}, "write 80 with approximate yes"),
    ({"value": "-1"}, "not a number from 0"),
    ({"value": "nan"}, "not a number"),
    ({"value": "inf"}, "not a number"),
    ({"value": "", "note": ""}, "write the source's reason in note"),
    ({"approximate": "perhaps"}, "approximate is 'perhaps', want yes or no"),
    ({"node_count": "two"}, "node_count is 'two'"),
    ({"node_count": "0"}, "node_count is '0'"),
    ({"source_name": " "}, "source_name is empty"),
    ({"source_url": "javascript:alert(1)"}, "source_url does not start with"),
    ({"stated_on": "29.4.2026"}, "want a date as YYYY-MM-DD"),
    ({"stated_on": "2999-01-01"}, "in the future"),
    ({"note": "x" * 501}, "note is not one line of at most 500"),
    ({"metric": "sovereign", "unit": "yes/no", "value": "2"}, "value is '2', want yes or no"),
]


def run(path: Path, **options: object) -> importing.Said:
    return importing.said("import_external", path, tenant="public", **options)


def stated(tenant: Tenant) -> list[ExternalValueInfo]:
    for name in projections():
        advance(tenant=tenant, name=name)
    return external_values(tenant=tenant)


def test_a_value_keeps_source_date_unit_and_note(tmp_path: Path, tenant: Tenant) -> None:
    assert run(importing.write_csv(tmp_path / "claims.csv", [ROW])).appended == 1
    (value,) = stated(tenant)
    assert value == ExternalValueInfo(
        deployment_slug="qwen-3--int4--2-nodes",
        metric="decode_tokens_per_second",
        value=95.11,
        unit="tok/s",
        approximate=True,
        note="rank 2",
        source_name="spark-arena.com",
        source_url="https://spark-arena.com",
        stated_on=date(2026, 4, 29),
        position=3,
    )
    (deployment,) = deployments(tenant=tenant)
    assert (deployment.model_slug, deployment.node_count) == ("qwen-3", 2)
    assert (deployment.engine, deployment.operator) == (None, None)


@pytest.mark.parametrize(("change", "reason"), BAD)
def test_a_bad_row_is_rejected_with_the_column_and_the_way_to_mend(
    tmp_path: Path, tenant: Tenant, change: dict[str, str], reason: str
) -> None:
    path = importing.write_csv(tmp_path / "claims.csv", [ROW, ROW | change])
    assert run(path)[:4] == (2, 1, 0, 1)
    ((line, written),) = importing.rejects(tmp_path / "claims.csv.rejects.csv")
    assert line == 3
    assert reason in written


def test_columns_that_are_missing_or_unknown_refuse_the_file(
    tmp_path: Path, tenant: Tenant
) -> None:
    row = {key: value for key, value in ROW.items() if key != "stated_on"} | {"rank": "1"}
    with pytest.raises(CommandError, match="columns missing: stated_on; not known: rank"):
        run(importing.write_csv(tmp_path / "claims.csv", [row]))
    assert queries.log_head(tenant=tenant).position == 0


def test_formats_and_repetition_make_no_difference(tmp_path: Path, tenant: Tenant) -> None:
    typed = ROW | {"value": 95.11, "node_count": 2, "approximate": True}
    assert run(importing.write_csv(tmp_path / "a.csv", [ROW])).appended == 1
    assert run(importing.write_jsonl(tmp_path / "b.jsonl", [typed])).present == 1
    assert run(importing.write_parquet(tmp_path / "c.parquet", [typed])).present == 1
    assert len(stated(tenant)) == 1


def test_a_dry_run_appends_nothing(tmp_path: Path, tenant: Tenant) -> None:
    path = importing.write_csv(tmp_path / "a.csv", [ROW, ROW | {"value": "x"}])
    assert run(path, dry_run=True)[:4] == (2, 1, 0, 1)
    assert queries.log_head(tenant=tenant).position == 0
    assert run(path)[:4] == (2, 1, 0, 1)


def test_a_correction_carries_a_later_date(tmp_path: Path, tenant: Tenant) -> None:
    run(importing.write_csv(tmp_path / "a.csv", [ROW]))
    same_day = run(importing.write_csv(tmp_path / "b.csv", [ROW | {"value": "90"}]))
    assert (same_day.appended, same_day.rejected) == (0, 1)
    later = ROW | {"value": "90", "stated_on": "2026-05-01"}
    earlier = ROW | {"value": "80", "stated_on": "2026-04-01"}
    assert run(importing.write_csv(tmp_path / "c.csv", [later, earlier])).appended == 2
    assert [(value.value, value.stated_on.month) for value in stated(tenant)] == [(90, 5)]


def test_the_demo_claims_are_the_ten_rows_of_the_article(tmp_path: Path, tenant: Tenant) -> None:
    source = settings.BASE_DIR / "benchmarks" / "demo" / "three_columns.csv"
    assert run(source, rejects=tmp_path / "rejects.csv")[:4] == (40, 40, 0, 0)
    values = stated(tenant)
    assert len(models(tenant=tenant)) == len(deployments(tenant=tenant)) == 10
    table = {
        deployment.model_slug: {
            value.metric: (value.value, value.approximate)
            for value in values
            if value.deployment_slug == deployment.slug
        }
        for deployment in deployments(tenant=tenant)
    }
    elo, speed = "elo", "decode_tokens_per_second"
    price, sovereign = "output_usd_per_million_tokens", "sovereign"
    assert table["claude-opus-4-7"] == {
        elo: (1503, False), speed: (None, False), price: (75, False), sovereign: (0, False),
    }  # fmt: skip
    assert table["qwen3-5-0-8b"] == {
        elo: (None, False), speed: (106.69, False), price: (0.01, True), sovereign: (1, False),
    }  # fmt: skip
    assert table["mistral-small-4-119b"] == {
        elo: (1420, True), speed: (41, True), price: (0.05, True), sovereign: (1, False),
    }  # fmt: skip
    missing = {(value.metric, value.note) for value in values if value.value is None}
    assert missing == {(speed, "cloud only"), (elo, "not ranked")}
    assert all("2026-05-13" in value.note for value in values if value.metric == price)
