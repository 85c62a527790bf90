"""What sources state about weights: on the model's page, in the API, as facets, as classes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

import benchmarks.queries
from arena.eventstore.domain import DomainError, Outcome
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.events import ModelFactsStated
from tests.pages.test_battle_pages import words

AdvanceAll = Callable[[Tenant], None]
FACTS = ModelFactsStated(
    slug="alpha", total_parameters=35_000_000_000, active_parameters=3_000_000_000,
    input_modalities=("text", "image"), base_model="Alpha Base", source_name="Its card",
    source_url="https://example.org/card", stated_on=date(2026, 5, 1),
)  # fmt: skip


@pytest.fixture
def alpha(tenant: Tenant) -> str:
    return commands.register_model(tenant=tenant, name="Alpha", actor="test")


@pytest.mark.django_db(transaction=True)
def test_the_newest_statement_of_each_fact_holds(
    tenant: Tenant, alpha: str, advance_all: AdvanceAll, client: Client
) -> None:
    def state(**changes: Any) -> Outcome:
        facts = replace(FACTS, **changes)
        return commands.state_model_facts(tenant=tenant, facts=facts, actor="test")

    assert (state(), state()) == (Outcome.APPENDED, Outcome.PRESENT)
    advance_all(tenant)
    older: dict[str, Any] = {
        "stated_on": date(2026, 4, 1),
        "total_parameters": 1,
        "active_parameters": None,
    }
    state(**older, context_tokens=131_072, base_model=None)
    advance_all(tenant)
    model = benchmarks.queries.model(tenant=tenant, slug=alpha)
    assert (model.total_parameters, model.active_parameters) == (35_000_000_000, 3_000_000_000)
    assert (model.context_tokens, model.input_modalities) == (131_072, ("image", "text"))
    told = client.get("/api/v1/models/alpha").json()
    assert (told["total_parameters"], told["base_model"]) == (35_000_000_000, "Alpha Base")
    assert told["facts"]["context_tokens"]["stated_on"] == "2026-04-01"
    page = words(client.get("/models/alpha/"))
    assert "35 billion in all ( Its card, 2026-05-01 ) , class 32B to 100B" in page
    assert "131 072 tokens" in page.replace("\u202f", " ")
    commands.register_model(tenant=tenant, name="Beta", actor="test")
    advance_all(tenant)
    assert "Parameters – not stated Active – not stated" in words(client.get("/models/beta/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slug": "beta"}, "no model 'beta' is registered"),
        ({"total_parameters": 0}, "want 1 to"),
        ({"active_parameters": 36_000_000_000}, "above total_parameters"),
        ({"input_modalities": ("smell",)}, "none of text, image, audio, video"),
        ({"source_url": "ftp://x"}, "begins with https://"),
        ({"stated_on": date(2999, 1, 1)}, "still to come"),
        ({"total_parameters": None, "active_parameters": None, "input_modalities": (),
          "base_model": None}, "holds no fact"),
    ],
)  # fmt: skip
def test_what_cannot_be_stated(
    tenant: Tenant, alpha: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DomainError, match=message):
        commands.state_model_facts(tenant=tenant, facts=replace(FACTS, **changes), actor="test")


@pytest.mark.django_db(transaction=True)
def test_a_file_of_facts(
    tenant: Tenant, alpha: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, rejects = tmp_path / "facts.csv", tmp_path / "rejects.csv"
    path.write_text(
        "model,total_parameters,active_parameters,context_tokens,input_modalities,base_model,"
        "source_name,source_url,stated_on\n"
        "Alpha,8000000000,,4096,text image,,Its card,https://example.org/,2026-05-01\n"
        "Nobody,8000000000,,,,,Its card,,2026-05-01\n"
        "Alpha,8B,,,,,Its card,,2026-05-01\n"
    )
    for appended in (1, 0):
        call_command("import_models", path, tenant="public", rejects=rejects)
        report = capsys.readouterr().out.split("\n")
        assert report[1].split()[-1] == str(appended)
        assert report[3].split()[-1] == "2"
    written = rejects.read_text()
    assert "no model 'nobody' is registered" in written
    assert "total_parameters is '8B', want a whole number such as 35000000000" in written
