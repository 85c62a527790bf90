"""Webhooks over the API: made, listed and deleted by keys of those who keep the arena."""

from typing import Any

import pytest
from django.test import Client

from arena.accounts.commands import create_api_key
from arena.accounts.models import Role, Scope, User
from arena.news_kinds import KINDS
from arena.notices.commands.webhooks import WEBHOOKS_MAX
from arena.tenancy.models import Tenant
from tests.api.conftest import bearer
from tests.notices.conftest import IS_OURS, MovesBoard, Receiver, SignsIn, deliver

pytestmark = pytest.mark.django_db
PATH = "/api/v1/webhooks"


@pytest.fixture
def moderator(tenant: Tenant, signed_in: SignsIn) -> Client:
    """Return a client with a moderator's key."""
    signed_in(Role.MODERATOR)
    person = User.objects.get(email__startswith="moderator")
    key = create_api_key(tenant=tenant, by=person, name="hooks", scopes=[Scope.MODERATE])
    return Client(headers=bearer(key.raw))


def _post(client: Client, **body: Any) -> Any:
    return client.post(PATH, body, content_type="application/json")


def test_a_webhook_is_made_listed_used_and_deleted(
    tenant: Tenant, receiver: Receiver, moderator: Client, move_board: MovesBoard
) -> None:
    made = _post(moderator, url=receiver.url, boards=["text"])
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    body = made.json()
    secret = body.pop("secret")
    assert (body["kinds"], body["paused_at"]) == (sorted(KINDS), None)
    assert moderator.get(PATH).json()["items"] == [body]
    of_operator = create_api_key(tenant=tenant, by=None, name="all", scopes=list(Scope)).raw
    operator = Client(headers=bearer(of_operator))
    assert _post(operator, url=receiver.url, boards=["text"]).status_code == 201
    assert len(operator.get(PATH).json()["items"]) == 2
    assert len(moderator.get(PATH).json()["items"]) == 1
    move_board()
    deliver()
    assert len(set(receiver.ids)) == 2
    assert [IS_OURS(secret, *request) for request in receiver.requests].count(True) == 1
    assert moderator.delete(f"{PATH}/{body['webhook_id']}").status_code == 204
    assert moderator.delete(f"{PATH}/{body['webhook_id']}").status_code == 404
    assert moderator.get(PATH).json()["items"] == []


def test_refusals_name_what_is_allowed(
    tenant: Tenant, receiver: Receiver, moderator: Client
) -> None:
    url = receiver.url
    for body, named in (
        ({"url": url, "boards": ["nothing"]}, "boards: nothing: unknown. Choose 1 to 20 of text."),
        ({"url": url, "boards": ["text"], "kinds": ["votes"]}, "rating.updated, rules.set"),
        ({"url": "https://127.0.0.1/", "boards": ["text"]}, "private, loopback or link-local"),
        ({"url": url, "boards": []}, "#/boards"),
        ({"url": url}, "#/boards"),
    ):
        answer = _post(moderator, **body)
        assert answer.status_code == 422, body
        assert named in answer.json()["detail"], answer.json()
    key = create_api_key(tenant=tenant, by=None, name="read", scopes=["read"]).raw
    assert _post(Client(headers=bearer(key)), url=url, boards=["text"]).status_code == 403
    assert Client().get(PATH).status_code == 401
    statuses = [_post(moderator, url=url, boards=["text"]) for _ in range(WEBHOOKS_MAX + 1)]
    assert [answer.status_code for answer in statuses] == [201] * WEBHOOKS_MAX + [422]
