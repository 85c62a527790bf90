"""Arenas never see each other: every route of the site, found in the URL map, with filled arenas.

A route that takes a parameter which `Arena.parameters` does not know fails here, so a new page
cannot be forgotten. The refusal of websockets is tested with the board's and the battle's own.
"""

import re
import uuid
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from arena.accounts.models import ApiKey, Invitation, Role
from arena.accounts.queries import role_of
from arena.notices.models import Delivery, Digest
from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant
from arena.urls import websocket_urlpatterns
from tests.isolation_routes import parameter_names, path_of, routes
from tests.isolation_world import Arena, fill
from voting.voters import CONSENT_VERSION
from workers.queries import allowed_targets

pytestmark = pytest.mark.django_db(transaction=True)
# CSRF tokens and request ids are new in every answer.
_TOKEN = re.compile(r'value="\w{64}"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Below /t/<slug>/ these lead to the root of the site, for every slug alike.
SITE_WIDE = ("accounts/", "account/close/", "account/invitation/", "unsubscribe/")
TENANTLESS = {"healthz", "readyz", "metrics"}
# Pages that must show the arena's own word, or the search for the other's would prove nothing.
SPEAKING = {
    "boards/<slug>/pareto/", "boards/<slug>/scores/", "boards/<slug>/cells/<row>/<column>/",
    "boards/<slug>/changes/", "disputes/",
    "", "boards/<slug>/", "models/<slug>/", "claims/", "api/v1/claims", "log/<position>/",
    "account/", "account/members/",
    "account/keys/", "account/webhooks/", "account/webhooks/<webhook_id>/", "account/digests/",
    "api/v1/webhooks", "api/v1/boards", "api/v1/boards/<slug>", "api/v1/models",
    "api/v1/models/<slug>", "api/v1/boards/<slug>/rows", "endpoints/", "endpoints/targets/",
    "endpoints/of/<endpoint>/", "battle/<battle_id>/", "api/v1/battles/<battle_id>",
    "api/v1/battles/<battle_id>/stream", "api/v1/battles/terms", "runners/",
    "runners/<runner_id>/", "runs/", "runs/<run_id>/", "runs/<run_id>/recipe.yaml",
    "api/v1/runners", "api/v1/runners/<runner_id>", "api/v1/runs", "api/v1/runs/<run_id>",
    "deployments/<deployment>/", "deployments/<deployment>.md", "api/v1/deployments",
    "api/v1/deployments/<deployment>", "comparison/",
    "sovereignty/", "sovereignty/of/<deployment>/", "api/v1/sovereignty/<deployment>",
    "boards/<slug>.csv", "boards/<slug>.json", "boards/<slug>.parquet", "boards/<slug>.md",
    "boards/<slug>.tex", "boards/<slug>/feed.atom", "boards/<slug>/badge.svg",
    "boards/<slug>/embed/", "models/<slug>.md", "models/<slug>/feed.atom",
    "models/<slug>/badge.svg", "runners/<runner_id>/feed.atom", "runners/<runner_id>/badge.svg",
    "llms.txt",
    "calculator.csv",
    "procurement/", "procurement.csv", "procurement/<pack_id>/", "procurement/<pack_id>.csv",
    "procurement/<pack_id>.json", "api/v1/procurement-packs/<pack_id>",
    "benches/", "benches/<bench>/<version>/", "badges/",
    "api/v1/benches", "api/v1/benches/<bench>/<version>", "api/v1/badges",
}  # fmt: skip
PUBLIC_API = {"api/v1/openapi.json", "api/v1/docs"}
WEBSOCKETS = {
    prefix + path
    for prefix in ("", "t/<slug:tenant>/")
    for path in (
        "ws/boards/<slug:board>/",
        "ws/battles/<uuid:battle_id>/",
        "ws/runs/",
        "ws/runs/<uuid:run_id>/",
    )
} | {""}


@pytest.fixture
def arenas(
    tenant: Tenant, advance_all: Callable[[Tenant], None], settings: Settings
) -> list[Arena]:
    """Two private arenas beside the public one; the second has more events than the first."""
    settings.ARENA_RATE_ANONYMOUS = settings.ARENA_RATE_KEY = 1_000_000
    return [
        fill(slug="arena-one", word="alphaword", votes=24, advance_all=advance_all),
        fill(slug="arena-two", word="bravoword", votes=28, advance_all=advance_all),
    ]


def _send(client: Client, method: str, path: str) -> Any:
    if method == "GET":
        return client.get(path)
    return client.generic(method, path, b"{}", content_type="application/json")


def _body(response: Any) -> str:
    # Iterated over itself, which also waits for content that is made asynchronously.
    content = b"".join(response) if response.streaming else response.content
    return str(content, errors="replace") + str(response.headers)


def _without(body: str, route: str, values: dict[str, str]) -> str:
    """Return the body without what the path itself said."""
    for name in parameter_names(route):
        body = body.replace(values[name], "")
    return body


def _answer(
    client: Client, method: str, arena: Arena, route: str, values: dict[str, str]
) -> tuple[int, str]:
    """Return the status and the body without what may differ between two equal answers."""
    response = _send(client, method, f"{arena.prefix}/{path_of(route, values)}")
    # Tokens first: a short value may stand inside one by chance.
    body = _without(_TOKEN.sub("", response.content.decode()), route, values)
    return response.status_code, body + response.headers.get("Location", "")


def test_every_parameter_of_every_route_is_known(arenas: list[Arena]) -> None:
    unknown = {
        route: missing
        for route in routes()
        if (missing := parameter_names(route) - arenas[0].parameters(route).keys())
    }
    assert not unknown, "tell Arena.parameters what these stand for"
    assert len(routes()) > 60
    assert {str(pattern.pattern) for pattern in websocket_urlpatterns} == WEBSOCKETS


def test_strangers_get_404_on_every_route(arenas: list[Arena]) -> None:
    wrong: list[str] = []
    for ours, theirs in (arenas, arenas[::-1]):
        strangers = {
            "anonymous": Client(raise_request_exception=False),
            "owner of another arena": ours.browser(),
            "key of another arena": ours.program(),
        }
        for route in routes():
            path = path_of(route, theirs.parameters(route))
            expected = 307 if route.startswith(SITE_WIDE) else 404
            for who, client in strangers.items():
                for method in METHODS:
                    response = _send(client, method, f"{theirs.prefix}/{path}")
                    if response.status_code != expected:
                        wrong.append(f"{who} {method} {route}: {response.status_code}")
                    body = _body(response).replace(path, "")
                    if theirs.word in body or (who == "anonymous" and ours.word in body):
                        wrong.append(f"{who} {method} {route}: shows a word of the arena")
    assert not wrong


def test_an_arena_shows_only_its_own(arenas: list[Arena]) -> None:
    wrong: list[str] = []
    for ours, theirs in (arenas, arenas[::-1]):
        speaking: set[str] = set()
        for route in routes():
            path = f"{ours.prefix}/{path_of(route, ours.parameters(route))}"
            for client in (ours.browser(), ours.program()):
                response = client.get(path, follow=route.startswith(SITE_WIDE))
                body = _body(response)
                if theirs.word in body:
                    wrong.append(f"GET {route}: shows the other arena")
                if response.status_code >= 500:
                    wrong.append(f"GET {route}: {response.status_code}")
                if ours.word in body.replace(path, "") and response.status_code == 200:
                    speaking.add(route)
        wrong += [f"GET {route}: does not show its own arena" for route in SPEAKING - speaking]
    assert not wrong


def test_the_public_site_shows_no_private_arena(arenas: list[Arena]) -> None:
    one, two = arenas
    visitors = [
        (Client(raise_request_exception=False), [one.word, two.word]),
        (one.program(), [one.word, two.word]),
        (one.browser(), [two.word]),
    ]
    wrong: list[str] = []
    for route, arena, (client, words) in product(routes(), arenas, visitors):
        values = arena.parameters(route)
        body = _without(_body(client.get(f"/{path_of(route, values)}")), route, values)
        wrong += [f"{route}: shows {word}" for word in words if word in body]
    assert not wrong


def test_a_key_of_one_arena_is_no_key_on_the_public_site(arenas: list[Arena]) -> None:
    program = arenas[0].program()
    endpoints = [r for r in routes() if r.startswith("api/v1/") and r not in PUBLIC_API]
    assert endpoints
    for route in endpoints:
        for method in ("GET", "POST"):
            path = path_of(route, arenas[0].parameters(route))
            assert _send(program, method, f"/{path}").status_code in {401, 404, 405}
    assert program.get("/api/v1/boards").status_code == 401
    assert _send(program, "POST", "/api/v1/votes").status_code == 401


def test_ids_of_another_arena_are_ids_that_do_not_exist(arenas: list[Arena]) -> None:
    """In our own arena another arena's id answers like one that was never given out."""
    ours, theirs = arenas
    missing = {
        "slug": "no-such-thing", "position": "999999", "actor_id": str(uuid.uuid4()),
        "battle_id": str(uuid.uuid4()), "invitation_id": str(uuid.uuid4()),
        "key_id": str(uuid.uuid4()), "endpoint": "no-such-thing", "target_id": str(uuid.uuid4()),
        "runner_id": str(uuid.uuid4()), "runner_key": "0" * 64, "run_id": str(uuid.uuid4()),
        "sha256": "0" * 64, "deployment": "no-such-thing", "fact_id": str(uuid.uuid4()),
        "dispute_id": str(uuid.uuid4()), "webhook_id": str(uuid.uuid4()),
        "delivery_id": str(uuid.uuid4()), "digest_id": str(uuid.uuid4()),
        "pack_id": "0" * 64,
    }  # fmt: skip
    wrong: list[str] = []
    asked = [r for r in routes() if (names := parameter_names(r)) and names <= missing.keys()]
    for route, method, client in product(asked, METHODS, (ours.browser, ours.program)):
        answers = [
            # A new client each time: messages of one answer wait for the next page.
            _answer(client(), method, ours, route, values)
            for values in (theirs.parameters(route), missing)
        ]
        if answers[0] != answers[1]:
            wrong.append(f"{method} {route}: {answers[0]} but missing is {answers[1]}")
        # A session is no key: battles of the API ask it for one, whatever the id.
        if method == "GET" and answers[0][0] not in {401, 404, 405}:
            wrong.append(f"GET {route}: {answers[0][0]}")
    assert not wrong
    assert len(asked) > 9
    assert ApiKey.objects.get(pk=theirs.key_id).revoked_at is None
    assert Delivery.objects.filter(pk=theirs.subscriptions["delivery_id"]).exists()
    assert Digest.objects.filter(pk=theirs.subscriptions["digest_id"]).exists()
    assert [entry.id for entry in allowed_targets(tenant=theirs.tenant)] == [theirs.target_id]
    assert Invitation.objects.filter(pk=theirs.invitation_id).exists()
    assert role_of(tenant=theirs.tenant, user=theirs.member) == Role.MEMBER


def test_ids_in_a_body_do_not_reach_another_arena(arenas: list[Arena]) -> None:
    ours, theirs = arenas
    vote = {"board": f"{theirs.word}-board", "model_a": "model-one", "model_b": "model-two",
            "winner": "model_a"}  # fmt: skip
    battle = {"board": vote["board"], "prompt": "Why?", "consent_version": CONSENT_VERSION}
    more = {
        "model": "arena", "messages": [{"role": "user", "content": "Why?"}],
        "metadata": {"battle_id": str(theirs.battle_id)},
    }  # fmt: skip
    program = ours.program()
    for path, body, missing in (
        ("votes", vote, vote | {"board": "no-such-board"}),
        ("battles", battle, battle | {"board": "no-such-board"}),
        ("chat/completions", more, more | {"metadata": {"battle_id": str(uuid.uuid4())}}),
    ):
        answers = [
            program.post(
                f"{ours.prefix}/api/v1/{path}", sent, content_type="application/json",
                headers={"Idempotency-Key": str(uuid.uuid4())},
            )
            for sent in (body, missing)
        ]  # fmt: skip
        assert answers[0].status_code == answers[1].status_code >= 400
        assert theirs.word not in answers[0].content.decode().replace(vote["board"], "")


def test_a_public_arena_is_read_by_all_and_changed_by_its_members_only(
    arenas: list[Arena],
) -> None:
    ours, theirs = arenas
    open_tenant(slug=theirs.tenant.slug, name=theirs.tenant.name, is_public=True)
    stranger = ours.browser()
    assert stranger.get(f"{theirs.prefix}/boards/text/").status_code == 200
    for page in ("account/members/", "account/keys/"):
        response = stranger.get(f"{theirs.prefix}/{page}")
        assert response.status_code == 403
        assert f"{theirs.word}-member@" not in _body(response)
    for route in routes():
        if route.startswith("account/") and parameter_names(route) and "arena" not in route:
            path = f"{theirs.prefix}/{path_of(route, theirs.parameters(route))}"
            assert stranger.post(path).status_code == 403
    vote = stranger.post(f"{theirs.prefix}/api/v1/votes", {}, content_type="application/json")
    assert vote.status_code == 401
    body = _body(ours.program().get(f"{theirs.prefix}/api/v1/boards"))
    assert ours.word not in body


@pytest.mark.parametrize("path", sorted(TENANTLESS))
def test_pages_of_the_process_name_no_arena_and_no_person(arenas: list[Arena], path: str) -> None:
    client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.9")
    body = _body(client.get(f"/{path}"))
    for arena in arenas:
        assert arena.word not in body
        assert arena.tenant.slug not in body
