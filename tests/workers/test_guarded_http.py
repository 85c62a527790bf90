# ruff: noqa: S104
"""No socket reaches a private address that the operator did not allow, by whatever way.

The servers are real and listen on loopback. DNS is replaced where the operating system is asked.
"""

import asyncio
import datetime
import ipaddress
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from yarl import URL

from tests.workers.provider import (
    DONE,
    LOOPBACK,
    SECRET,
    STREAM,
    Provider,
    Step,
    ask,
    event,
    http,
    provider,
    says,
    target,
)
from workers.addresses import refuse_private
from workers.completions import stream
from workers.guarded_http import GuardedClient
from workers.network import AllowList
from workers.pieces import CompletionFailed

STOP = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
ANSWER: list[Step] = [STREAM, says("inside"), STOP, DONE]
NOTHING = AllowList()
Names = dict[str, list[str]]
NewLoop = Callable[[], asyncio.AbstractEventLoop]
# The web server runs on uvloop, commands and tests on asyncio's own loop.
loops = pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Return the addresses of each host name, one list after the other as they are asked for."""
    answers: Names = {}
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **more: Any) -> list[Any]:
        if host not in answers:
            return real(host, port, *args, **more)
        address = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return real(address, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return answers


def attempt(
    url: Callable[[Provider], str],
    allow_list: AllowList,
    *scripts: list[Step],
    new_loop: NewLoop = asyncio.new_event_loop,
) -> tuple[str, Provider]:
    """Ask the address and return what came of it, and the server that should not be reached."""

    async def run() -> tuple[str, Provider]:
        async with provider(*(scripts or [ANSWER])) as running:
            try:
                await ask(target(url(running), allow_list=allow_list))
            except CompletionFailed as error:
                return error.reason, running
            return "answered", running

    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(run())


WAYS_TO_LOOPBACK = [
    "127.0.0.1", "127.1", "127.8.8.8", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1",
    "0.0.0.0", "0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost", "LOCALHOST",
    "[0:0:0:0:0:ffff:7f00:0001]", "127.0.0.1.", "①②⑦.0.0.1", "[::]",
]  # fmt: skip


@pytest.mark.parametrize("host", WAYS_TO_LOOPBACK)
@loops
def test_loopback_is_refused_in_every_notation(host: str, new_loop: NewLoop) -> None:
    reason, running = attempt(
        lambda server: f"http://{host}:{server.port}/v1", NOTHING, new_loop=new_loop
    )
    assert reason == "refused_target"
    assert running.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "0x7f000001", "localhost"])
@loops
def test_these_notations_would_reach_it(host: str, new_loop: NewLoop) -> None:
    """The refusals above prove something: the same address answers once it is allowed."""
    reason, running = attempt(
        lambda server: f"http://{host}:{server.port}/v1", LOOPBACK, new_loop=new_loop
    )
    assert (reason, running.connections) == ("answered", 1)


def test_a_public_name_with_a_private_address_is_refused(names: Names) -> None:
    names["api.example.org"] = ["127.0.0.1"]
    reason, running = attempt(lambda server: f"http://api.example.org:{server.port}/v1", NOTHING)
    assert (reason, running.connections) == ("refused_target", 0)


def test_a_name_that_changes_its_address_is_refused_when_it_has(names: Names) -> None:
    """The address that was checked when the endpoint was saved says nothing about this one."""
    names["rebind.example.org"] = ["93.184.216.34", "127.0.0.1"]
    refuse_private(URL("http://rebind.example.org:80/v1"), NOTHING)
    reason, running = attempt(lambda server: f"http://rebind.example.org:{server.port}", NOTHING)
    assert (reason, running.connections) == ("refused_target", 0)


@pytest.mark.parametrize("status", ["307 Again", "308 Moved"])
def test_every_redirect_is_checked(status: str) -> None:
    inner = "http://[::ffff:127.0.0.1]:{port}/v1/chat/completions"

    async def run() -> tuple[str, int]:
        async with provider(ANSWER) as hidden:
            there = inner.format(port=hidden.port)
            async with provider([http(status, b"", f"Location: {there}")]) as front:
                # The first hop is allowed by its port, the second is not.
                only = AllowList.of([("127.0.0.1", front.port)])
                with pytest.raises(CompletionFailed) as caught:
                    await ask(target(front.url, allow_list=only))
            return caught.value.reason, hidden.connections

    assert asyncio.run(run()) == ("refused_target", 0)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "gopher://127.0.0.1:70/", "http://u:p@127.0.0.1/"]
)
def test_a_redirect_leads_to_web_addresses_only(location: str) -> None:
    script: list[Step] = [http("307 Again", b"", f"Location: {location}")]
    reason, running = attempt(lambda server: server.url, LOOPBACK, script)
    assert reason in {"refused_target", "provider_error"}
    assert running.connections == 1


def test_the_key_follows_a_redirect_to_the_same_origin_only() -> None:
    async def run() -> tuple[list[str], list[str]]:
        async with provider(ANSWER) as other:
            away: list[Step] = [http("308 Moved", b"", f"Location: {other.url}/there")]
            here: list[Step] = [http("307 Again", b"", "Location: /v1/here")]
            async with provider(here, away) as first:
                await ask(target(first.url))
            return [head for head, _ in first.requests], [head for head, _ in other.requests]

    at_first, at_other = asyncio.run(run())
    assert [SECRET in head for head in at_first] == [True, True]
    assert [SECRET in head for head in at_other] == [False]
    assert at_other[0].startswith("POST /v1/there HTTP/1.1")


def test_an_allowed_address_is_allowed_at_its_port_only() -> None:
    async def run() -> list[str]:
        outcomes = []
        async with provider(ANSWER) as running:
            for port in (running.port, running.port - 1, None):
                allow_list = AllowList.of([("127.0.0.1", port)])
                try:
                    await ask(target(running.url, allow_list=allow_list))
                    outcomes.append("answered")
                except CompletionFailed as error:
                    outcomes.append(error.reason)
        return outcomes

    assert asyncio.run(run()) == ["answered", "refused_target", "answered"]


def test_an_allowed_name_reaches_private_addresses_and_no_link_local_one(names: Names) -> None:
    names["gpu.lan"] = ["127.0.0.1"]
    by_name = AllowList.of([("gpu.lan", None)])
    reason, _ = attempt(lambda server: f"http://gpu.lan:{server.port}/v1", by_name)
    assert reason == "answered"
    reason, _ = attempt(lambda server: server.url, by_name)
    assert reason == "refused_target"
    names["gpu.lan"] = ["169.254.169.254"]
    reason, _ = attempt(lambda server: f"http://gpu.lan:{server.port}/v1", by_name)
    assert reason == "refused_target"


def test_a_kept_connection_is_not_for_an_arena_that_may_not_go_there() -> None:
    async def run() -> tuple[str, int]:
        keeps_open: list[Step] = [http("200 OK", b'{"choices": [{"message": {"content": "a"}}]}')
                                  .replace(b"Connection: close\r\n", b""), "hang"]  # fmt: skip
        async with provider(keeps_open) as running, GuardedClient() as client:
            await ask_with(client, running, LOOPBACK)
            with pytest.raises(CompletionFailed) as caught:
                await ask_with(client, running, NOTHING)
            return caught.value.reason, running.connections

    async def ask_with(client: GuardedClient, running: Provider, allow_list: AllowList) -> None:
        asked = target(running.url, allow_list=allow_list)
        async for _ in stream(asked, messages=[], client=client):
            pass

    assert asyncio.run(run()) == ("refused_target", 1)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    reason, running = attempt(lambda server: server.url, LOOPBACK)
    assert (reason, running.connections) == ("answered", 1)


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """Return a server's TLS context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today)
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_certificate_that_nobody_vouches_for_ends_the_call(self_signed: ssl.SSLContext) -> None:
    async def run() -> tuple[CompletionFailed, Provider]:
        async with provider(ANSWER, tls=self_signed) as running:
            with pytest.raises(CompletionFailed) as caught:
                await ask(target(f"https://127.0.0.1:{running.port}/v1"))
            return caught.value, running

    error, running = asyncio.run(run())
    assert (error.reason, running.requests) == ("disconnected", [])
    assert "certificate" in error.detail
