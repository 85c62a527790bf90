"""A private arena looks like no arena to everybody but its keys and members."""

import pytest
from django.test import Client

from arena.accounts.commands.api_keys import revoke_api_key
from arena.accounts.models import Membership, Role, User
from arena.accounts.queries import keys as key_rows
from arena.tenancy.models import Tenant
from tests.api.conftest import VOTE, Keys, bearer

pytestmark = pytest.mark.django_db
PATHS = (
    "boards",
    "boards/text",
    "boards/text/rows",
    "models",
    "models/alpha",
    "events",
    "events/1",
    "log/head",
    "openapi.json",
    "docs",
    "",
    "nope",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_private_arena_answers_strangers_like_one_that_is_missing(
    client: Client, arena: Tenant, private_arena: Tenant, keys: Keys, path: str
) -> None:
    for headers in ({}, bearer("ak_unknown"), bearer(keys.read)):
        hidden = client.get(f"/t/demo-private/api/v1/{path}", headers=headers)
        missing = client.get(f"/t/no-such-arena/api/v1/{path}", headers=headers)
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert hidden.json() == {
            **missing.json(),
            "instance": missing.json()["instance"].replace("no-such-arena", "demo-private"),
        }
        varying = {"RateLimit-Remaining", "RateLimit-Reset", "Content-Length", "X-Request-ID"}
        assert {name: value for name, value in hidden.items() if name not in varying} == {
            name: value for name, value in missing.items() if name not in varying
        }


def test_a_vote_for_a_private_arena_needs_its_key(
    client: Client, private_arena: Tenant, keys: Keys
) -> None:
    for headers in ({}, bearer(keys.vote)):
        response = client.post(
            "/t/demo-private/api/v1/votes",
            VOTE,
            content_type="application/json",
            headers={**headers, "Idempotency-Key": "x"},
        )
        assert (response.status_code, response.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("", "nope")])
def test_a_private_arena_answers_its_own_key(
    client: Client, private_arena: Tenant, private_keys: Keys, path: str
) -> None:
    response = client.get(f"/t/demo-private/api/v1/{path}", headers=bearer(private_keys.read))
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("private")
    assert "Authorization" in response["Vary"]


def test_a_member_reads_with_the_session(client: Client, private_arena: Tenant) -> None:
    member = User.objects.create_user("member@example.org", "a long passphrase")
    Membership.objects.create(tenant=private_arena, user=member, role=Role.MEMBER)
    client.force_login(member)
    response = client.get("/t/demo-private/api/v1/boards")
    assert [board["slug"] for board in response.json()["items"]] == ["code", "text"]
    assert response["RateLimit-Limit"] == "600"


def test_a_key_that_may_only_vote_does_not_read_a_private_arena(
    client: Client, private_arena: Tenant, private_keys: Keys
) -> None:
    response = client.get("/t/demo-private/api/v1/boards", headers=bearer(private_keys.vote))
    assert response.status_code == 404


def test_a_revoked_key_is_refused(client: Client, arena: Tenant, keys: Keys) -> None:
    assert client.get("/api/v1/boards", headers=bearer(keys.read)).status_code == 200
    for row in key_rows(tenant=arena):
        revoke_api_key(tenant=arena, key_id=row.id, by=None)
    assert client.get("/api/v1/boards", headers=bearer(keys.read)).status_code == 401
