"""Models and deployments are registered once, under slugs that stay."""

import threading

import pytest
from django.db import connection

from arena.eventstore.domain import DomainError
from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from benchmarks.commands import (
    model_slugs,
    register_deployment,
    register_model,
    register_models,
    state_external_value,
)
from benchmarks.events import ExternalValueStated
from benchmarks.queries import UnknownModel, deployments, model, models
from tests.voting.importing import log

pytestmark = pytest.mark.django_db


def test_a_batch_of_names_gets_slugs_and_a_second_one_changes_nothing(tenant: Tenant) -> None:
    names = ["GPT 4", "Claude v1"]
    expected = {"GPT 4": "gpt-4", "Claude v1": "claude-v1"}
    assert model_slugs(tenant=tenant, names=names) == expected
    assert log(tenant) == []
    for _ in range(2):
        assert register_models(tenant=tenant, names=names, actor="test") == expected
    assert [fact["name"] for fact in log(tenant)] == names


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "two\nlines", "nul\x00", "\ud800"])
def test_what_cannot_be_a_name_is_refused(tenant: Tenant, name: str) -> None:
    with pytest.raises(DomainError, match="model: the name"):
        register_models(tenant=tenant, names=["Good", name], actor="test")
    assert log(tenant) == []


def test_facts_of_a_model_are_added_and_never_taken_away(tenant: Tenant) -> None:
    register_models(tenant=tenant, names=["GPT OSS"], actor="test")
    for _ in range(2):
        register_model(tenant=tenant, name="gpt-oss", licence="Apache-2.0", actor="test")
    register_model(tenant=tenant, name="GPT OSS", weights_open=True, actor="test")
    assert len(log(tenant)) == 3
    advance(tenant=tenant, name="models")
    info = model(tenant=tenant, slug="gpt-oss")
    assert (info.name, info.licence, info.weights_open) == ("GPT OSS", "Apache-2.0", True)
    assert (info.developer, info.position) == (None, 3)


def test_models_of_another_arena_are_unknown(tenant: Tenant, other_tenant: Tenant) -> None:
    register_models(tenant=tenant, names=["A", "B"], actor="test")
    for each in (tenant, other_tenant):
        advance(tenant=each, name="models")
    assert [info.slug for info in models(tenant=tenant)] == ["a", "b"]
    assert models(tenant=other_tenant) == []
    with pytest.raises(UnknownModel, match="'a'"):
        model(tenant=other_tenant, slug="a")


def test_the_same_facts_are_the_same_deployment(tenant: Tenant) -> None:
    register_models(tenant=tenant, names=["Qwen"], actor="test")
    slugs = [
        register_deployment(
            tenant=tenant, model_slug="qwen", quantization=quantization, engine="vllm",
            node_count=nodes, operator="self-hosted", actor="test",
        )
        for quantization, nodes in [("INT4", 2), ("INT4", 2), ("int4", 2), ("INT4", None)]
    ]  # fmt: skip
    assert slugs[0] == slugs[1] == "qwen--int4--vllm--2-nodes--self-hosted"
    assert slugs[2].startswith("qwen--int4--vllm--2-nodes--self-hosted-")
    assert slugs[3] == "qwen--int4--vllm--self-hosted"
    advance(tenant=tenant, name="models")
    advance(tenant=tenant, name="deployments")
    assert [info.quantization for info in deployments(tenant=tenant)] == ["INT4", "int4", "INT4"]


def test_a_deployment_needs_its_model_and_a_claim_its_deployment(tenant: Tenant) -> None:
    with pytest.raises(DomainError, match="no model 'qwen' is registered"):
        register_deployment(tenant=tenant, model_slug="qwen", actor="test")
    with pytest.raises(DomainError, match="node_count is 0"):
        register_deployment(tenant=tenant, model_slug="qwen", node_count=0, actor="test")
    claim = ExternalValueStated.from_data(
        {
            "deployment_slug": "qwen",
            "metric": "elo",
            "value": 1,
            "unit": "Elo",
            "source_name": "x",
            "stated_on": "2026-01-01",
        },
        1,
    )
    with pytest.raises(DomainError, match="no deployment 'qwen' is registered"):
        state_external_value(tenant=tenant, value=claim, actor="test")


@pytest.mark.django_db(transaction=True)
def test_the_same_models_registered_at_once_are_registered_once(tenant: Tenant) -> None:
    names = [f"Model {index}" for index in range(40)]
    barrier, found, failures = threading.Barrier(4), [], []

    def work() -> None:
        try:
            barrier.wait()
            found.append(register_models(tenant=tenant, names=names, actor="test"))
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert found == [found[0]] * 4
    assert sorted(fact["name"] for fact in log(tenant)) == sorted(names)
