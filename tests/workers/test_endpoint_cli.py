"""Models are connected and private targets allowed at the command line."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from arena.tenancy.models import Tenant
from tests.workers.conftest import log
from workers.queries import target

pytestmark = pytest.mark.django_db
SECRET = "sk-canary-0123456789"
MODEL = [
    "--tenant", "public", "--model-name", "Parrot 1B", "--base-url", "https://9.9.9.9/v1",
    "--upstream-model", "parrot",
]  # fmt: skip
FACTS = [
    "--developer", "Aviary", "--licence", "Apache-2.0", "--weights", "open", "--family", "Parrot",
    "--aliases", "Polly", "--aliases", "Parrot One", "--quantization", "FP8", "--engine", "vllm",
    "--hardware", "NVIDIA DGX Spark", "--node-count", "2", "--operator", "self-hosted",
    "--accepts-images", "--context-tokens", "32768", "--max-output-tokens", "1024",
    "--max-concurrent", "3", "--input-usd", "0.15", "--output-usd", "0.6", "--price-source",
    "Price list", "--price-source-url", "https://example.org/prices", "--price-effective-on",
    "2026-11-01", "--watts", "240", "--power-scope", "wall", "--power-source", "Plug meter",
    "--power-stated-on", "2026-11-02",
]  # fmt: skip


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue().strip()


def test_all_facts_of_a_model_in_one_command(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARROT_KEY", SECRET)
    slugs = {run("register_endpoint", *MODEL, *FACTS, "--key-env", "PARROT_KEY") for _ in "12"}
    (slug,) = slugs
    assert slug == "parrot-1b--fp8--vllm--nvidia-dgx-spark--2-nodes--self-hosted"
    events: list[tuple[str, dict[str, Any]]] = log(tenant)
    assert [kind for kind, _ in events] == [
        "ModelRegistered", "DeploymentRegistered", "DeploymentPriced", "DeploymentPowerDeclared",
        "EndpointRegistered",
    ]  # fmt: skip
    facts = {key: value for _, data in events for key, value in data.items()}
    assert facts["aliases"] == ["Polly", "Parrot One"]
    assert facts["input_usd_micros_per_million_tokens"] == 150_000
    assert facts["output_usd_micros_per_million_tokens"] == 600_000
    assert (facts["watts"], facts["scope"], facts["max_concurrent"]) == (240, "wall", 3)
    assert SECRET not in json.dumps(events)
    assert target(tenant=tenant, deployment_slug=slug).secret == SECRET


def test_the_key_comes_from_standard_input(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    slug = run("register_endpoint", *MODEL, "--key-stdin")
    assert target(tenant=tenant, deployment_slug=slug).secret == SECRET


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--watts", "-5"], "--watts: Ensure this value"),
        (["--input-usd", "1"], "--output-usd: A price needs both"),
        (["--price-effective-on", "yesterday"], "--price-effective-on: Enter a valid date"),
        (["--base-url", "http://127.0.0.1:8001/v1"], "private, loopback"),
        (["--key-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE is not set"),
        (["--tenant", "nobody"], "no tenant has the slug"),
    ],
)
def test_what_is_wrong_is_said_by_option_and_changes_nothing(
    tenant: Tenant, more: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        run("register_endpoint", *MODEL, *more)
    assert log(tenant) == []


def test_the_key_is_no_argument(tenant: Tenant) -> None:
    with pytest.raises(CommandError, match="unrecognized arguments"):
        run("register_endpoint", *MODEL, "--api-key", SECRET)


def test_private_targets_are_allowed_listed_and_removed(tenant: Tenant) -> None:
    run("allow_target", "--tenant", "public", "127.0.0.1", "--port", "8001")
    run("allow_target", "--tenant", "public", "GPU.lan")
    listed = run("allow_target", "--tenant", "public", "--list")
    assert listed.splitlines() == ["127.0.0.1/32 8001", "gpu.lan any port"]
    run("register_endpoint", *MODEL[:-4], "--base-url", "http://127.0.0.1:8001/v1",
        "--upstream-model", "parrot")  # fmt: skip
    run("allow_target", "--tenant", "public", "127.0.0.1", "--port", "8001", "--remove")
    assert run("allow_target", "--tenant", "public", "--list") == "gpu.lan any port"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["0.0.0.0/0"], "no server has"),
        (["http://x"], "no network such as"),
        (["10.0.0.1", "--port", "0"], "port 0"),
        (["10.0.0.1", "--remove"], "not on the list"),
        ([], "Name an address"),
    ],
)
def test_what_cannot_be_allowed(tenant: Tenant, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run("allow_target", "--tenant", "public", *arguments)
