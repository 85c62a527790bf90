"""`./manage.py up` and the embedded language models: their port, and doing without them."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from arena.embedded.addresses import Address, provider_address
from arena.embedded.errors import EmbeddedError
from tests.embedded.servers import REPOSITORY, environment, free_port, pids_of

pytestmark = pytest.mark.timeout(300)


def up(data_dir: Path, **variables: str) -> "subprocess.Popen[str]":
    """Start `./manage.py up`; stderr goes to stdout."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=REPOSITORY,
        env=environment(data_dir, ARENA_PORT=str(free_port()), **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_its_port_in_use_is_named_with_two_ways_out(empty_data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = up(empty_data_dir, ARENA_PROVIDER_PORT=str(port))
        output, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in output
    assert "ARENA_PROVIDER_PORT=<port> make run" in output
    assert "ARENA_PROVIDER=off make run" in output
    assert "Traceback" not in output
    assert not pids_of(empty_data_dir, "arena.embedded.keeper")


def test_switched_off_it_does_not_run_and_its_port_stays_free(data_dir: Path) -> None:
    port = free_port()
    site = up(data_dir, ARENA_PROVIDER="off", ARENA_PROVIDER_PORT=str(port))
    assert site.stdout is not None
    output = ""
    for line in site.stdout:
        output += line
        if "  stop " in line:
            break
    assert "READY after" in output, output
    assert "provider" not in output
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    with pytest.raises(ConnectionRefusedError):
        connection.request("GET", "/health")
    os.killpg(site.pid, signal.SIGTERM)
    site.communicate(timeout=60)
    assert site.returncode == 0


def test_it_listens_after_the_web_server_on_the_loopback_address_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("ARENA_PROVIDER", "ARENA_PROVIDER_PORT"):
        monkeypatch.delenv(variable, raising=False)
    everywhere = Address(host="0.0.0.0", port=8000)  # noqa: S104 - the web server's, on purpose
    assert provider_address(everywhere) == Address(host="127.0.0.1", port=8001)
    last = Address(host="127.0.0.1", port=65535)
    assert provider_address(last) == Address(host="127.0.0.1", port=65534)


@pytest.mark.parametrize(
    ("variable", "text", "complaint"),
    [
        ("ARENA_PROVIDER", "maybe", "write on or off"),
        ("ARENA_PROVIDER_PORT", "99999", "ARENA_PROVIDER_PORT='99999' is no port"),
        ("ARENA_PROVIDER_PORT", "8000", "both 8000"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, complaint: str
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(EmbeddedError, match=complaint):
        provider_address(Address(host="127.0.0.1", port=8000))
