"""Nobody fills the disk of the site with a request."""

import http.client
from collections.abc import Iterator

import pytest

from arena.body_limit import BODY_BYTES_MAX
from arena.tenancy.models import Tenant
from tests import processes
from tests.live_server import LiveServer, live_server

pytestmark = pytest.mark.django_db(transaction=True)
BLOCK = b"\x00" * 65_536


@pytest.fixture
def server(tenant: Tenant) -> Iterator[LiveServer]:
    with live_server(processes.environment()) as running:
        yield running


def blocks(size: int) -> Iterator[bytes]:
    for _ in range(size // len(BLOCK)):
        yield BLOCK


def posted(server: LiveServer, body: object, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(
            "POST", "/battle/", body, {"Content-Type": "text/plain", **headers},  # type: ignore[arg-type]
            encode_chunked="Transfer-Encoding" in headers,
        )  # fmt: skip
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_body_that_says_it_is_too_large_is_not_even_read(server: LiveServer) -> None:
    assert posted(server, b"x", **{"Content-Length": str(BODY_BYTES_MAX + 1)}) == 413


def test_a_body_that_does_not_say_how_large_it_is_is_cut_off(server: LiveServer) -> None:
    too_large = blocks(BODY_BYTES_MAX + 2 * len(BLOCK))
    assert posted(server, too_large, **{"Transfer-Encoding": "chunked"}) == 413

    allowed = blocks(BODY_BYTES_MAX // 2)
    assert posted(server, allowed, **{"Transfer-Encoding": "chunked"}) == 403  # no CSRF token
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "ASGI callable" not in log
