"""Celery's broker: every kind of URL is understood, and a Sentinel really leads to its Redis."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection

from arena.broker_url import broker_settings
from arena.embedded import binaries

REPOSITORY = Path(__file__).parents[2]


def settings_for(broker_url: str = "", sentinel_master: str = "") -> dict[str, Any]:
    """Return the settings of a site whose Redis is a unix socket."""
    return broker_settings(
        broker_url=broker_url,
        redis_url="unix:///run/r.sock?db=3",
        prefix="p",
        sentinel_master=sentinel_master,
    )


def test_the_sites_redis_is_the_broker_by_default() -> None:
    settings = settings_for()
    assert settings["broker_url"] == "redis+socket:///run/r.sock?virtual_host=3"
    assert settings["broker_transport_options"]["global_keyprefix"] == "p:celery:"


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("rediss://:pw@redis.example:6380/1", "redis"),
        ("sentinel://:pw@s1:26379;sentinel://:pw@s2:26379", "redis"),
        ("amqp://user:pw@rabbit//", "amqp"),
        ("amqps://user:pw@one//;amqps://user:pw@two//", "amqp"),
    ],
)
def test_kombu_accepts_the_settings(url: str, transport: str) -> None:
    settings = settings_for(url, "mymaster")
    assert settings["broker_url"] == url
    connection = Connection(url, transport_options=settings["broker_transport_options"])
    assert connection.transport.driver_type == transport


def test_rabbitmq_gets_no_options_of_redis() -> None:
    assert "visibility_timeout" not in str(settings_for("amqp://rabbit//"))


def test_sentinel_without_the_name_of_its_primary_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="ARENA_BROKER_SENTINEL_MASTER"):
        settings_for("sentinel://s1:26379")


def test_redis_cluster_is_refused_with_the_reason() -> None:
    with pytest.raises(ImproperlyConfigured, match="cannot use Redis Cluster"):
        settings_for("redis+cluster://r1:7000")


@pytest.fixture
def sentinel() -> Iterator[tuple[str, "redis.Redis"]]:
    """Run a Redis and a Sentinel that watches it; yields the broker URL and a client."""
    with tempfile.TemporaryDirectory() as folder:
        port, sentinel_port = _free_port(), _free_port()
        configuration = Path(folder) / "sentinel.conf"
        configuration.write_text(
            f"port {sentinel_port}\ndir {folder}\nsentinel monitor mymaster 127.0.0.1 {port} 1\n"
        )
        server = str(binaries.redis_server())
        started = [
            subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
            for options in (
                ["--port", str(port), "--dir", folder, "--save", ""],
                [str(configuration), "--sentinel"],
            )
        ]
        try:
            watcher = redis.Redis(port=sentinel_port)
            _until_answers(watcher)
            client = redis.Redis(port=port)
            _until_answers(client)
            yield f"sentinel://127.0.0.1:{sentinel_port}", client
        finally:
            for process in started:
                process.kill()
                process.wait()


def test_task_published_through_sentinel_is_in_the_queue_of_its_redis(
    sentinel: tuple[str, "redis.Redis"],
) -> None:
    url, client = sentinel
    script = (
        "import django; django.setup()\n"
        "from arena.celery import heartbeat\n"
        "from arena.metrics import broker_queue_lengths\n"
        "heartbeat.delay()\n"
        "print(broker_queue_lengths())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ
        | {"ARENA_BROKER_URL": url, "ARENA_BROKER_SENTINEL_MASTER": "mymaster"}
        | {"ARENA_REDIS_PREFIX": "through-sentinel"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "{'celery': 1}", done.stderr
    assert client.llen("through-sentinel:celery:celery") == 1


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _until_answers(client: "redis.Redis") -> None:
    deadline = time.monotonic() + 15
    while True:
        try:
            client.ping()
        except redis.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
