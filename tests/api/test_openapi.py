"""The document and the page that describe the interface."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pydantic import BaseModel

from arena.accounts.commands import create_api_key
from arena.api.problems import KINDS
from arena.tenancy.models import Tenant
from tests.api.conftest import bearer

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).with_name("openapi.json")


def test_the_interface_is_the_one_under_review(client: Client, arena: Tenant) -> None:
    """Run with UPDATE_SNAPSHOT=1 after a deliberate change, and read the diff."""
    document = client.get("/api/v1/openapi.json").json()
    if os.environ.get("UPDATE_SNAPSHOT") == "1":
        SNAPSHOT.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    assert document == json.loads(SNAPSHOT.read_text())


def test_the_document_is_openapi_3_1_with_the_paths_of_this_arena(
    client: Client, arena: Tenant
) -> None:
    document = client.get("/t/public/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert all(path.startswith("/t/public/api/v1/") for path in document["paths"])


def _kinds(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


def test_no_two_shapes_have_one_name(client: Client, arena: Tenant) -> None:
    """The document has one place for a name, so that one of two would be described as the other."""
    named: dict[str, set[str]] = {}
    for kind in _kinds(BaseModel):
        if kind.__module__.startswith(("arena.api.", "arena_runner.contract.")):
            named.setdefault(kind.__name__, set()).add(kind.__module__)
    told = client.get("/api/v1/openapi.json").json()["components"]["schemas"].keys() & named.keys()
    assert len(told) > 100
    assert {name: named[name] for name in told if len(named[name]) > 1} == {}


def test_every_operation_documents_its_problems_and_limits(client: Client, arena: Tenant) -> None:
    document = client.get("/api/v1/openapi.json").json()
    for methods in document["paths"].values():
        for operation in methods.values():
            assert {"400", "401", "404", "429", "500"} <= operation["responses"].keys()
            assert operation["description"]
            for status, response in operation["responses"].items():
                assert "RateLimit-Limit" in response["headers"]
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]


def _is_tried_elsewhere(method: str, path: str, operation: dict[str, Any]) -> bool:
    """Return whether an operation needs what no example of a document can hold."""
    tag = operation["tags"][0]
    # A server that answers, or a signature: test_battle_examples.py, test_runners.py,
    # test_devices.py, test_runs.py, tests/notices. A moderator and something to decide about:
    # tests/lanes.
    if tag in ("battles", "runners", "runs", "webhooks"):
        return True
    if method == "post" and tag in ("lanes", "models"):
        return True
    # What was frozen, and a bench with lanes: tests/leaderboards/procurement, tests/lanes.
    return "{pack_id}" in path or "{bench}" in path


@pytest.mark.django_db(transaction=True)
def test_every_example_of_the_document_works(client: Client, arena: Tenant) -> None:
    key = create_api_key(tenant=arena, by=None, name="both", scopes=["read", "vote"]).raw
    document = client.get("/api/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if _is_tried_elsewhere(method, path, operation):
                continue
            examples: dict[str, dict[str, Any]] = {
                "header": dict(bearer(key)), "path": {}, "query": {},
            }  # fmt: skip
            for parameter in operation["parameters"]:
                if parameter["required"]:
                    examples[parameter["in"]][parameter["name"]] = parameter["example"]
            body = None
            if "requestBody" in operation:
                shape = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                name = shape.rpartition("/")[2]
                (body,) = document["components"]["schemas"][name]["examples"]
            query = urlencode(examples["query"], doseq=True)
            address = f"{path.format(**examples['path'])}?{query}"
            send = getattr(client, method)
            response = send(
                address, body, content_type="application/json", headers=examples["header"]
            )
            assert response.status_code in (200, 201), (method, address, response.content)


def test_the_page_documents_every_operation_and_problem(client: Client, arena: Tenant) -> None:
    page = client.get("/api/v1/docs")
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    html = page.content.decode()
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    document = client.get("/api/v1/openapi.json").json()
    operations = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    assert operations | KINDS.keys() <= ids
    assert {f"shape-{name}" for name in document["components"]["schemas"]} <= ids
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert links <= ids


def test_the_page_obeys_the_content_security_policy(client: Client, arena: Tenant) -> None:
    page = client.get("/api/v1/docs")
    assert "default-src 'none'" in page["Content-Security-Policy"]
    html = page.content.decode()
    for element in re.findall(r"<(?:script|link|img)\b[^>]*>", html):
        for address in re.findall(r'(?:src|href)="([^"]*)"', element):
            assert address.startswith("/"), element
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\bstyle=|<style|\bon[a-z]+=", html)
