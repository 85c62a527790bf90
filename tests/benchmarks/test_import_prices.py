"""Prices come in from CSV and from LiteLLM's map, dated and sourced, for what is registered."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from arena.eventstore.projection import advance, projections
from arena.imports.errors import BadRow
from arena.tenancy.models import Tenant
from benchmarks import queries
from benchmarks import row_fields as fields
from benchmarks.commands import register_deployment, register_model
from tests.voting import importing

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 1)
ROW = {
    "name": "Parrot 1B",
    "operator": "Example Cloud",
    "input_usd_per_million_tokens": "2.50",
    "output_usd_per_million_tokens": "10",
    "cached_input_usd_per_million_tokens": "1.25",
    "hardware_usd": "",
    "months": "",
    "source_name": "Price list",
    "source_url": "https://example.org/prices",
    "effective_on": "2026-05-01",
}
MAP: dict[str, Any] = {
    "sample_spec": {"litellm_provider": "one of the list", "mode": "chat", "max_tokens": "text"},
    "example_cloud/parrot-1b": {
        "litellm_provider": "example_cloud", "mode": "chat", "input_cost_per_token": 2.5e-06,
        "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1.25e-06,
        "output_cost_per_reasoning_token": 1.2e-05, "source": "https://example.org/list",
        "supports_vision": True,
    },
    "other_cloud/parrot-1b": {
        "litellm_provider": "other_cloud", "input_cost_per_token": 1e-06,
        "output_cost_per_token": 2e-06,
    },
    "gpt-unknown": {
        "litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06,
    },
    "painter": {"litellm_provider": "openai", "output_cost_per_image": 0.02},
}  # fmt: skip


@pytest.fixture
def slug(tenant: Tenant) -> str:
    """Return a deployment at a cloud."""
    register_model(tenant=tenant, name="Parrot 1B", aliases=["Polly"], actor="test")
    made = register_deployment(
        tenant=tenant, model_slug="parrot-1b", operator="Example Cloud", actor="test"
    )
    register_deployment(tenant=tenant, model_slug="parrot-1b", operator="self-hosted", actor="test")
    catch_up(tenant)
    return made


def catch_up(tenant: Tenant) -> None:
    for name in projections():
        advance(tenant=tenant, name=name)


def run(path: Path, **options: Any) -> importing.Said:
    return importing.said("import_prices", path, tenant="public", **options)


def written(tenant: Tenant) -> int:
    return len(importing.log(tenant))


def litellm(tmp_path: Path, **more: Any) -> Path:
    path = tmp_path / "map.json"
    path.write_text(json.dumps(MAP | more, indent=4))
    return path


def test_a_row_is_a_price_with_source_and_day(tmp_path: Path, tenant: Tenant, slug: str) -> None:
    assert run(importing.write_csv(tmp_path / "a.csv", [ROW])).appended == 1
    catch_up(tenant)
    found = queries.prices(tenant=tenant)[slug]
    assert found.input_usd_micros_per_million_tokens == 2_500_000
    assert found.cached_input_usd_micros_per_million_tokens == 1_250_000
    assert found.reasoning_usd_micros_per_million_tokens is None
    assert (found.source_name, found.effective_on.isoformat()) == ("Price list", "2026-05-01")


def test_a_second_run_changes_nothing_and_a_dry_one_neither(
    tmp_path: Path, tenant: Tenant, slug: str
) -> None:
    path = importing.write_csv(tmp_path / "a.csv", [ROW, ROW | {"name": "Polly"}])
    before = written(tenant)
    assert run(path, dry_run=True)[:4] == (2, 2, 0, 0)
    assert written(tenant) == before
    assert run(path)[:4] == (2, 1, 1, 0)
    assert run(path)[:4] == (2, 0, 2, 0)
    assert written(tenant) == before + 1


def test_two_prices_of_one_day_do_not_take_turns(tmp_path: Path, tenant: Tenant, slug: str) -> None:
    other = ROW | {"output_usd_per_million_tokens": "11"}
    path = importing.write_csv(tmp_path / "a.csv", [ROW, other])
    for appended in (1, 0):
        said = run(path)
        assert (said.appended, said.rejected) == (appended, 1)
    ((line, reason),) = importing.rejects(tmp_path / "a.csv.rejects.csv")
    assert line == 3
    assert "a row before has another price of" in reason


def test_a_machine_has_a_price_too(tmp_path: Path, tenant: Tenant, slug: str) -> None:
    empty = {name: "" for name in ROW if name.endswith("_tokens")}
    row = ROW | empty | {"name": "parrot-1b--self-hosted", "hardware_usd": "3999", "months": "24"}
    path = importing.write_csv(tmp_path / "a.csv", [row])
    assert run(path).appended == 1
    assert run(path).present == 1
    catch_up(tenant)
    found = queries.hardware_prices(tenant=tenant)["parrot-1b--self-hosted"]
    assert (found.usd_micros, found.months, found.source_name) == (3_999_000_000, 24, "Price list")


def test_the_map_of_litellm(tmp_path: Path, tenant: Tenant, slug: str) -> None:
    path = litellm(tmp_path)
    with pytest.raises(CommandError, match="give its day with --date"):
        run(path)
    said = run(path, date=DAY)
    assert said[:4] == (5, 1, 0, 4)
    assert run(path, date=DAY)[:4] == (5, 0, 1, 4)
    catch_up(tenant)
    found = queries.prices(tenant=tenant)[slug]
    assert found.input_usd_micros_per_million_tokens == 2_500_000
    assert found.output_usd_micros_per_million_tokens == 10_000_000
    assert found.cached_input_usd_micros_per_million_tokens == 1_250_000
    assert found.reasoning_usd_micros_per_million_tokens == 12_000_000
    assert found.source_name.startswith("LiteLLM price map (SHA-256 ")
    assert found.source_url == "https://example.org/list"
    reasons = dict(importing.rejects(tmp_path / "map.json.rejects.csv"))
    assert "neither prices of tokens" in reasons[1]
    assert (
        "0 deployments of parrot-1b are run by other-cloud; hosted ones: parrot-1b--example-cloud"
        in reasons[3]
    )
    assert reasons[4] == "gpt-unknown: no registered deployment or model has that name"
    assert "painter: has neither prices" in reasons[5]


def test_an_operator_can_be_registered_and_a_name_be_mapped(
    tmp_path: Path, tenant: Tenant, slug: str
) -> None:
    path = litellm(tmp_path)
    more: dict[str, Any] = {"register": True, "map": [("gpt-unknown", "parrot-1b--self-hosted")]}
    before = written(tenant)
    assert run(path, date=DAY, dry_run=True, **more)[:4] == (5, 3, 0, 2)
    assert written(tenant) == before
    assert run(path, date=DAY, **more)[:4] == (5, 3, 0, 2)
    assert written(tenant) == before + 4
    catch_up(tenant)
    assert run(path, date=DAY, **more)[:4] == (5, 0, 3, 2)
    assert "parrot-1b--other-cloud" in queries.prices(tenant=tenant)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": ""}, "name is empty"),
        ({"name": "Nobody"}, "Nobody: no registered deployment or model"),
        ({"operator": ""}, "0 deployments of parrot-1b are run by the operator, who is not named"),
        ({"input_usd_per_million_tokens": "free"}, "want US dollars from 0 to"),
        ({"input_usd_per_million_tokens": "-1"}, "want US dollars from 0 to"),
        ({"input_usd_per_million_tokens": ""}, "input_usd_per_million_tokens is empty"),
        ({"output_usd_per_million_tokens": "9000000"}, "a price is"),
        ({"source_url": "javascript:alert(1)"}, "source_url does not start with"),
        ({"effective_on": "1.5.2026"}, "want a date as YYYY-MM-DD"),
        ({"effective_on": "2999-01-01"}, "is in the future"),
        ({"effective_on": ""}, "effective_on is empty, and the command line"),
        ({"hardware_usd": "1", "months": "ten"}, "months is 'ten'"),
        ({"hardware_usd": "1", "months": "999"}, "lasts 999 months"),
    ],
)
def test_a_bad_row_is_rejected_with_the_reason(
    tmp_path: Path, tenant: Tenant, slug: str, change: dict[str, str], reason: str
) -> None:
    path = importing.write_csv(
        tmp_path / "a.csv", [ROW, ROW | {"effective_on": "2026-04-01"} | change]
    )
    assert run(path)[:4] == (2, 1, 0, 1)
    ((_, said),) = importing.rejects(tmp_path / "a.csv.rejects.csv")
    assert reason in said


@pytest.mark.parametrize("text", ['{"a": {"b": 1}', '{"a": {"input_cost_per_token": NaN}} x'])
def test_a_broken_map_is_refused_whole(tmp_path: Path, tenant: Tenant, text: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(text)
    with pytest.raises(CommandError, match="not JSON"):
        run(path, date=DAY)


def test_a_number_is_text_and_a_yes_is_a_flag_alone() -> None:
    record: dict[str | None, Any] = {
        "price": Decimal("0.10"),
        "nodes": 2,
        "approximate": True,
        "list": ["a"],
    }
    assert (fields.text(record, "price"), fields.text(record, "nodes")) == ("0.10", "2")
    assert fields.flag(record, "approximate", default=False) is True
    for column in ("approximate", "list"):
        with pytest.raises(BadRow, match="not one line"):
            fields.text(record, column)
