"""/healthz and /readyz through HTTP, with what they depend on really gone."""

import tempfile

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from arena import broker, health, redis_client


@pytest.fixture(autouse=True)
def _fresh_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_pending_seen", None)


@pytest.fixture
def _no_redis(settings: Settings) -> object:
    redis_client.client.cache_clear()
    with tempfile.TemporaryDirectory() as empty:
        settings.REDIS_URL = f"unix://{empty}/nobody-listens?db=0"
        yield
    redis_client.client.cache_clear()


def test_process_is_alive_without_database_or_tenant(client: Client) -> None:
    # The test has no access to the database, so a query would be an error.
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert "no-cache" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_site_says_so_and_how_old_the_heartbeat_is(client: Client) -> None:
    broker.record_heartbeat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ready"
    assert body["checks"] == {
        "database": {"ok": True},
        "migrations": {"ok": True, "pending": 0},
        "redis": {"ok": True},
    }
    assert 0 <= body["worker_heartbeat_age_s"] < 30


@pytest.mark.django_db
def test_missing_worker_does_not_make_the_site_unready(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["worker_heartbeat_age_s"] is None


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_redis")
def test_missing_redis_makes_the_site_unready_without_telling_its_address(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["redis"] == {"ok": False, "error": "ConnectionError"}
    assert "nobody-listens" not in answer.content.decode()


@pytest.mark.django_db
def test_pending_migration_makes_the_site_unready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == {"ok": False, "pending": 1}


@pytest.mark.django_db
def test_database_that_refuses_makes_the_site_unready(client: Client) -> None:
    with connection.execute_wrapper(_refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["database"] == {"ok": False, "error": "OperationalError"}
    assert checks["migrations"]["ok"] is False


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def _refuse(*_: object) -> None:
    from django.db import OperationalError

    raise OperationalError("connection to server at 10.0.0.1 failed")
