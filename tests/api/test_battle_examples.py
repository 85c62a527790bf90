"""Every example that the document gives for battles works, one after the other."""

from typing import Any

import httpx
import pytest

from arena.tenancy.models import Tenant
from tests import processes
from tests.api.battle_client import Program
from tests.api.battle_keys import battle_key
from tests.live_server import live_server
from tests.voting import battling
from tests.voting.fake_provider import fake_provider

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_example_of_a_battle_works(tenant: Tenant) -> None:
    with fake_provider() as provider:
        battling.contest(tenant, "one", "two", provider=provider)
        with live_server(processes.environment()) as server:
            program = Program(server, battle_key(tenant))
            document = httpx.get(server.url("/api/v1/openapi.json")).json()
            operations = {
                operation["operationId"]: (method, path, operation)
                for path, methods in document["paths"].items()
                for method, operation in methods.items()
                if operation["tags"] == ["battles"]
            }
            battle_id = ""
            # In the order in which a battle goes; to skip one it must be a new one.
            for name in (
                "get_battle_terms", "start_battle", "follow_battle", "continue_battle",
                "follow_battle", "cast_vote", "recategorise_vote", "get_battle",
                "create_chat_completion", "skip_battle", "erase_battle",
            ):  # fmt: skip
                method, path, operation = operations[name]
                if name == "skip_battle":
                    battle_id = str(program.start())
                path = path.removeprefix("/api/v1/").format(battle_id=battle_id)
                body = _example(document, operation)
                response = program.post(path, body) if method == "post" else program.get(path)
                assert response.status_code in (200, 201), (name, response.text)
                if name == "start_battle":
                    battle_id = response.json()["id"]
    assert len(operations) == 10


def _example(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    if "requestBody" not in operation:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    name = schema["$ref"].rpartition("/")[2]
    (example,) = document["components"]["schemas"][name]["examples"]
    return example
