"""Servers that fail, lie or attack: each ends as an error of its class, within bounds."""

import asyncio
import datetime
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from arena_runner.contract.profile import ClosedLoad, OpenLoad, ReplayLoad, SyntheticPrompt
from arena_runner.load import (
    Limits,
    PointResult,
    Target,
    TargetRefusedError,
    TargetUnreachableError,
    run_point,
)
from tests.runner.load.servers import (
    CHUNKED,
    CLOSE,
    FAST,
    SSE,
    Handler,
    against,
    doing,
    in_loop,
    measured,
    point,
    saying,
)

CONTENT = b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n'
STOP = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'
ONE = point(ClosedLoad(concurrency=2, requests=2))
SMALL = Limits(request_timeout_s=8, response_bytes=100_000, response_bytes_per_token=0)
SHORT = Limits(request_timeout_s=0.3, response_bytes=100_000, response_bytes_per_token=0)


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def errors(result: PointResult) -> set[str | None]:
    return {sample.error for sample in result.samples}


def endless(part: bytes, head: bytes = b"") -> Handler:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)

    return handle


def silent(*parts: bytes) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
        await reader.read()

    return handle


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED + chunked(CONTENT))
    await writer.drain()
    writer.transport.abort()


@pytest.mark.parametrize(
    ("handle", "error"),
    [
        (saying(), "disconnect"),
        (saying(b"HTTP/1.1 200 OK\r\nX"), "disconnect"),
        (saying(CHUNKED + chunked(CONTENT)), "disconnect"),
        (saying(CLOSE + CONTENT), "disconnect"),
        (reset, "disconnect"),
        (silent(), "timeout"),
        (silent(CHUNKED + chunked(CONTENT)), "timeout"),
        (silent(SSE + b"Content-Length: 999\r\n\r\n" + CONTENT), "timeout"),
        (saying(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"), "http"),
        (saying(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), "http"),
        (saying(b"HTTP/1.1 429 Slow\r\n\r\n" + b"x" * 100), "http"),
        (saying(CLOSE), "empty"),
        (saying(CLOSE + b"data: [DONE]\n\n"), "empty"),
        (saying(CHUNKED + chunked(STOP) + b"0\r\n\r\n"), "empty"),
        (saying(CLOSE + b"data: \xff\n\n"), "protocol"),
        (saying(CLOSE + b"data: {no json\n\n"), "protocol"),
        (saying(CHUNKED + b"zz\r\n"), "protocol"),
        (saying(b"220 mail.example ESMTP\r\n\r\n"), "protocol"),
        (endless(b"X-Header: yyyyyyyyyyyyyyyyyyyy\r\n" * 50, b"HTTP/1.1 200 OK\r\n"), "protocol"),
        (endless(b"x" * 10_000, b"HTTP/1.1 200 OK\r\nX: "), "protocol"),
        (endless(b"data: " + b"x" * 10_000, CLOSE), "protocol"),
        (endless(CONTENT * 20, CLOSE), "protocol"),
        (endless(chunked(CONTENT * 20), CHUNKED), "protocol"),
        (endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 50), "protocol"),
        (endless(b"1" * 1_000, CHUNKED), "protocol"),
    ],
)
def test_every_way_to_fail_has_its_class(handle: Handler, error: str) -> None:
    started = time.monotonic()
    result = against(handle, ONE, SHORT if error == "timeout" else SMALL)
    assert errors(result) == {error}
    assert all(sample.end_ns is not None for sample in result.samples)
    assert time.monotonic() - started < 20


def test_what_looks_like_the_end_of_an_answer_and_is_not_is_an_error() -> None:
    liar = CHUNKED + b"100\r\n" + CONTENT
    result = against(silent_after(liar, b"x\r\n0\r\n\r\n"), ONE, SMALL)
    assert errors(result) == {"protocol"}


def silent_after(*parts: bytes) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.02)
        await reader.read()

    return handle


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_the_end_of_an_answer_is_seen_however_it_is_cut(cut: int) -> None:
    last = b"0\r\n\r\n"
    handle = silent_after(CHUNKED, chunked(CONTENT) + chunked(STOP) + last[:cut], last[cut:])
    assert errors(against(handle, ONE)) == {None}


def test_a_stream_that_stalls_keeps_what_it_said() -> None:
    result = measured(ONE, *FAST, "--stall-after", "3", limits=SHORT)
    for sample in result.samples:
        assert (sample.error, sample.content_chunks) == ("timeout", 3)
        assert sample.finish_reason is None
        assert len(sample.gaps_us) == 2


def test_a_stream_that_breaks_off_keeps_what_it_said() -> None:
    result = measured(ONE, *FAST, "--disconnect-after", "5")
    assert {(s.error, s.content_chunks) for s in result.samples} == {("disconnect", 5)}


def test_one_failing_answer_does_not_end_the_others() -> None:
    answers = iter(range(1_000))
    good = saying(CLOSE + CONTENT + STOP)
    bad = saying(b"HTTP/1.1 503 Busy\r\n\r\n")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await (bad if next(answers) % 3 == 2 else good)(reader, writer)

    for load in (
        ClosedLoad(concurrency=2, requests=12),
        OpenLoad(rate_per_second=100, requests=12),
    ):
        found = [s.error for s in against(handle, point(load)).samples]
        assert len(found) == 12
        assert found.count("http") == 4


def test_a_conversation_ends_where_an_answer_fails() -> None:
    def second_fails() -> Handler:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            answers = next(counter)
            # Two probes come before, then the turns.
            good = answers < 3
            await saying(CLOSE + CONTENT + STOP if good else CLOSE)(reader, writer)

        counter = iter(range(100))
        return handle

    load = ReplayLoad(concurrency=1, conversations=1, turns=4)
    result = against(second_fails(), point(load))
    assert [(s.turn, s.error) for s in result.samples] == [(1, None), (2, "empty")]


def test_nobody_there_is_said_before_anything_is_measured() -> None:
    with pytest.raises(TargetUnreachableError, match="accepts no connection") as caught:
        in_loop(run_point(ONE, target=Target("http://127.0.0.1:9", "m")))
    assert "127.0.0.1" not in str(caught.value)
    with pytest.raises(TargetUnreachableError, match="name is not known"):
        in_loop(run_point(ONE, target=Target("http://no-such-host.invalid", "m")))


@pytest.mark.parametrize("status", ["401 Unauthorized", "404 Not Found", "400 Bad Request"])
def test_a_server_that_refuses_everything_is_said_before_anything_is_measured(status: str) -> None:
    handle = saying(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    with pytest.raises(TargetRefusedError, match=status[:3]):
        against(handle, ONE)


def test_a_prompt_larger_than_the_socket_takes_is_sent_whole() -> None:
    """The time of sending is that of the last byte, also when the server reads slowly."""

    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CLOSE + CONTENT + STOP)

    async def work() -> PointResult:
        async with doing(handle) as base_url:
            large = SyntheticPrompt(input_tokens=2_000_000, output_tokens=1)
            what = point(ClosedLoad(concurrency=1, requests=1), prompt=large)
            return await run_point(what, target=Target(base_url, "any"))

    (sample,) = in_loop(work()).samples
    assert sample.error is None
    assert sample.sent_ns is not None
    assert (sample.first_content_ns or 0) >= sample.sent_ns


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(tz=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def over_tls(certificate: Path, use: Callable[[str], None]) -> None:
    """Call with the base URL of a TLS server that runs in a thread of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def serve(ready: asyncio.Future[int], stop: asyncio.Event) -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            writer.write(CHUNKED + chunked(CONTENT) + chunked(STOP) + b"0\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        ready.set_result(server.sockets[0].getsockname()[1])
        await stop.wait()
        server.close()

    async def work() -> None:
        ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(ready, stop))
        base_url = f"https://localhost:{await ready}/v1"
        try:
            await asyncio.to_thread(use, base_url)
        finally:
            stop.set()
            await serving

    asyncio.run(work())


def test_https_is_spoken_and_certificates_are_checked(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(base_url: str) -> None:
        with pytest.raises(TargetUnreachableError, match="certificate not accepted"):
            in_loop(run_point(ONE, target=Target(base_url, "m")))

    def accepted(base_url: str) -> None:
        result = in_loop(run_point(ONE, target=Target(base_url, "m")))
        assert errors(result) == {None}
        assert all((s.sent_ns or 0) > 0 for s in result.samples)

    over_tls(certificate, refused)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    over_tls(certificate, accepted)
