"""Every error is application/problem+json, says where, and carries the limits."""

import uuid
from dataclasses import dataclass, field

import pytest
from django.test import Client

import leaderboards.queries
from arena.api.problems import KINDS
from arena.api.votes import IDEMPOTENCY_NAMESPACE
from arena.eventstore import reader, store
from arena.tenancy.models import Tenant
from tests.api.conftest import VOTE, Keys, bearer
from tests.eventstore.facts import CounterMoved

pytestmark = pytest.mark.django_db
MEGABYTE = 1_048_576


@dataclass(frozen=True)
class Case:
    """A request and the problem that it must end with."""

    status: int
    code: str
    method: str = "GET"
    path: str = "/api/v1/votes"
    body: object = None
    key: str = "none"
    idempotency_key: str | None = "k"
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] | None = None


def get(status: int, code: str, path: str, **rest: object) -> Case:
    return Case(status, code, path=f"/api/v1/{path}", **rest)  # type: ignore[arg-type]


def post(status: int, code: str, body: object = VOTE, **rest: object) -> Case:
    return Case(status, code, "POST", body=body, **{"key": "vote", **rest})  # type: ignore[arg-type]


CASES = {
    "cursor": get(400, "invalid-cursor", "boards?cursor=e30", where={"parameter": "cursor"}),
    "cursor-of-another-list": get(400, "invalid-cursor", "events?cursor=WyJ0ZXh0Il0"),
    "cursor-beyond-bigint": get(
        400, "invalid-cursor", "events?cursor=WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDBd"
    ),
    "limit": get(400, "invalid-parameter", "events?limit=201", where={"parameter": "limit"}),
    "limit-text": get(400, "invalid-parameter", "models?limit=all", where={"parameter": "limit"}),
    "section": get(
        400, "invalid-parameter", "boards/text/rows?section=x", where={"parameter": "section"}
    ),
    "private-type": get(
        400, "invalid-parameter", "events?type=CounterMoved", where={"parameter": "type"}
    ),
    "two-starts": get(
        400, "invalid-parameter", "events?after=1&cursor=WzFd", where={"parameter": "after"}
    ),
    "after-beyond-bigint": get(400, "invalid-parameter", f"events?after={2**63}"),
    "host": get(400, "bad-request", "boards", headers={"Host": "elsewhere.example"}),
    "json": post(400, "malformed-json", '{"board":'),
    "json-not-a-number": post(422, "number-not-finite", '{"turn": NaN}'),
    "json-too-large": post(422, "number-not-finite", '{"turn": 1e309}'),
    "json-list": post(400, "malformed-json", "[]"),
    "json-depth": post(400, "malformed-json", "[" * 100_000),
    "no-idempotency-key": post(
        400, "invalid-parameter", idempotency_key=None, where={"header": "Idempotency-Key"}
    ),
    "blank-in-idempotency-key": post(400, "invalid-parameter", idempotency_key="a b"),
    "no-key": post(401, "unauthenticated", key="none"),
    "unknown-key": post(401, "unauthenticated", key="ak_unknown"),
    "unknown-key-on-a-read": get(401, "unauthenticated", "boards", key="ak_unknown"),
    "scope": post(403, "insufficient-scope", key="read"),
    "board": get(404, "not-found", "boards/nope"),
    "rows": get(404, "not-found", "boards/nope/rows"),
    "model": get(404, "not-found", "models/nope"),
    "slug-with-nul": get(404, "not-found", "models/a%00b"),
    "event": get(404, "not-found", "events/999999"),
    "event-beyond-bigint": get(404, "not-found", f"events/{2**63}"),
    "address": get(404, "not-found", "nope"),
    "slash": get(404, "not-found", "boards/"),
    "root": get(404, "not-found", ""),
    "post-to-nowhere": Case(404, "not-found", "POST", path="/api/v1/nope", body="{}"),
    "method": Case(405, "method-not-allowed", "DELETE", path="/api/v1/boards"),
    "method-of-votes": get(405, "method-not-allowed", "votes"),
    "precondition": get(412, "precondition-failed", "boards", headers={"If-Match": '"x"'}),
    "no-length": post(411, "length-required", headers={"Transfer-Encoding": "chunked"}),
    "too-large": post(413, "too-large", " " * (MEGABYTE + 1)),
    "media-type": post(415, "unsupported-media-type", "board=text", content_type="text/plain"),
    "no-body": post(422, "invalid-body", ""),
    "no-board": post(422, "invalid-body", {"model_a": "alpha"}, where={"pointer": "#/board"}),
    "winner": post(422, "invalid-body", {**VOTE, "winner": "alpha"}, where={"pointer": "#/winner"}),
    "extra-field": post(422, "invalid-body", {**VOTE, "a/b": 1}, where={"pointer": "#/a~1b"}),
    "time-without-offset": post(
        422,
        "invalid-body",
        {**VOTE, "voted_at": "2026-11-20T12:00:00"},
        where={"pointer": "#/voted_at"},
    ),
    "time-out-of-range": post(
        422, "invalid-body", {**VOTE, "voted_at": "0001-01-01T00:00:00+14:00"}
    ),
    "lone-surrogate": post(422, "invalid-body", '{"board": "text", "voter": "\\ud800"}'),
    "unknown-board": post(422, "rule-refused", {**VOTE, "board": "nope"}),
    "unknown-model": post(422, "rule-refused", {**VOTE, "model_a": "nope"}),
    "one-model": post(422, "rule-refused", {**VOTE, "model_b": "alpha"}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_error_is_a_problem_that_says_where(client: Client, keys: Keys, case: Case) -> None:
    headers = dict(case.headers)
    if case.key != "none":
        headers |= bearer({"vote": keys.vote, "read": keys.read}.get(case.key, case.key))
    if case.idempotency_key is not None:
        headers["Idempotency-Key"] = case.idempotency_key
    body = {} if case.body is None else {"data": case.body, "content_type": case.content_type}
    response = getattr(client, case.method.lower())(case.path, headers=headers, **body)

    problem = response.json()
    assert (response.status_code, problem["code"]) == (case.status, case.code), problem
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert problem["status"] == case.status
    assert problem["title"] == KINDS[case.code].title
    assert problem["type"] == f"/api/v1/docs#{case.code}"
    assert problem["instance"] == response.wsgi_request.path
    assert problem["detail"]
    if case.where is not None:
        assert case.where.items() <= problem["errors"][0].items()
    for name in ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"):
        assert response[name].isdecimal()


def test_a_missing_key_is_asked_for_as_http_wants_it(client: Client, keys: Keys) -> None:
    response = client.post("/api/v1/votes", VOTE, content_type="application/json")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_method_names_the_right_ones(client: Client, arena: Tenant) -> None:
    assert client.delete("/api/v1/boards")["Allow"] == "GET"


def test_a_stream_that_has_moved_on_is_a_conflict(
    client: Client, keys: Keys, arena: Tenant
) -> None:
    first = client.post(
        "/api/v1/votes",
        VOTE,
        content_type="application/json",
        headers={**bearer(keys.vote), "Idempotency-Key": "first"},
    ).json()
    (stored,) = [event for event in _events(arena) if str(event.id) == first["event_id"]]
    key_id = stored.metadata["actor"]
    second_id = uuid.uuid5(IDEMPOTENCY_NAMESPACE, f"{arena.pk}:{key_id}:second")
    store.append(
        tenant=arena,
        stream=f"vote-{second_id}",
        events=[CounterMoved(amount=1)],
        expected_version=0,
        actor="test",
    )
    response = client.post(
        "/api/v1/votes",
        VOTE,
        content_type="application/json",
        headers={**bearer(keys.vote), "Idempotency-Key": "second"},
    )
    assert (response.status_code, response.json()["code"]) == (409, "conflict")


def test_a_crash_is_a_problem_without_its_reason(
    client: Client, arena: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(**_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(leaderboards.queries, "board_table", crash)
    client.raise_request_exception = False
    response = client.get("/api/v1/boards/text")
    assert (response.status_code, response.json()["code"]) == (500, "internal-error")
    assert b"hunter2" not in response.content
    assert response["RateLimit-Limit"] == "30"


def _events(tenant: Tenant) -> list[reader.StoredEvent]:
    return list(reader.read_all(tenant_id=tenant.pk))
