"""Limits: told on every answer, kept apart by caller, and never the reason for a failure."""

from typing import Any

import pytest
from django.test import Client

from arena import rates, redis_client
from arena.tenancy.models import Tenant
from tests.api.conftest import Keys, bearer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_limits(settings: Any) -> None:
    settings.ARENA_RATE_ANONYMOUS = 3
    settings.ARENA_RATE_KEY = 5


def statuses(client: Client, count: int, path: str = "/api/v1/boards", **extra: Any) -> list[int]:
    return [client.get(path, **extra).status_code for _ in range(count)]


def test_remaining_counts_down_and_the_next_request_is_refused(
    client: Client, arena: Tenant
) -> None:
    remaining = [client.get("/api/v1/boards")["RateLimit-Remaining"] for _ in range(3)]
    assert remaining == ["2", "1", "0"]
    refused = client.get("/api/v1/boards")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate-limited")
    assert refused["Content-Type"] == "application/problem+json"
    assert (refused["RateLimit-Limit"], refused["RateLimit-Remaining"]) == ("3", "0")
    assert refused["Retry-After"] == refused["RateLimit-Reset"]
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_addresses_that_mean_nothing_and_hidden_arenas_count_too(
    client: Client, arena: Tenant, other_tenant: Tenant
) -> None:
    assert statuses(client, 2, "/api/v1/nope") == [404, 404]
    assert statuses(client, 2, "/t/demo-private/api/v1/boards") == [404, 429]
    assert statuses(client, 1, "/api/v1/openapi.json") == [429]


def test_a_key_has_its_own_larger_count(client: Client, keys: Keys) -> None:
    assert statuses(client, 4) == [200, 200, 200, 429]
    assert statuses(client, 6, headers=bearer(keys.read)) == [200] * 5 + [429]
    assert statuses(client, 1, headers=bearer(keys.vote)) == [200]


def test_guessing_keys_is_counted_by_address(client: Client, arena: Tenant) -> None:
    answers = [
        client.get("/api/v1/boards", headers=bearer(f"ak_{number}")).status_code
        for number in range(4)
    ]
    assert answers == [401, 401, 401, 429]


def test_two_addresses_are_two_callers(client: Client, arena: Tenant) -> None:
    assert statuses(client, 4, REMOTE_ADDR="192.0.2.1") == [200, 200, 200, 429]
    assert statuses(client, 1, REMOTE_ADDR="192.0.2.2") == [200]


def test_a_network_of_ipv6_is_one_caller(client: Client, arena: Tenant) -> None:
    answers = [
        client.get("/api/v1/boards", REMOTE_ADDR=f"2001:db8:0:1::{number}").status_code
        for number in range(4)
    ]
    assert answers == [200, 200, 200, 429]
    assert statuses(client, 1, REMOTE_ADDR="2001:db8:0:2::1") == [200]


def test_behind_a_proxy_the_address_it_forwards_counts(
    client: Client, arena: Tenant, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [
        client.get(
            "/api/v1/boards", headers={"X-Forwarded-For": f"{forged}, 192.0.2.9"}
        ).status_code
        for forged in ("1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4")
    ]
    assert answers == [200, 200, 200, 429]


def test_no_address_is_stored(client: Client, arena: Tenant) -> None:
    client.get("/api/v1/boards", REMOTE_ADDR="192.0.2.77")
    (key,) = redis_client.client().scan_iter(match=redis_client.key("rate", "*"))
    assert b"192.0.2.77" not in key
    assert redis_client.client().ttl(key) <= rates.WINDOW_SECONDS


def test_without_redis_requests_pass_and_one_line_says_so(
    client: Client, arena: Tenant, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(rates, "_silent_until", 0.0)
    redis_client.client.cache_clear()
    try:
        assert statuses(client, 6) == [200] * 6
        assert "RateLimit-Limit" not in client.get("/api/v1/boards")
    finally:
        redis_client.client.cache_clear()
        monkeypatch.setattr(rates, "_silent_until", 0.0)
    assert sum("rate_limits_paused" in record.getMessage() for record in caplog.records) == 1
