"""How the web process gives its threads to requests, seen through ASGI."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from arena.one_thread import one_thread_application
from arena.tenancy.models import Tenant

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.ops.test_one_thread"),
]
_SLOW: Final = 8
_MORE_THAN_A_SOCKET_TAKES: Final = 3_000_000
_go_on = threading.Event()
_ended = threading.Event()


def quick(request: HttpRequest) -> HttpResponse:
    return HttpResponse("quick")


def slow(request: HttpRequest) -> HttpResponse:
    return HttpResponse("waited" if _go_on.wait(timeout=20) else "never woken")


def large(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x" * _MORE_THAN_A_SOCKET_TAKES)


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(open(__file__, "rb"))


def endless(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"."
                await asyncio.sleep(0.001)
        finally:
            _ended.set()

    return StreamingHttpResponse(parts())


urlpatterns = [path(f"{view.__name__}/", view) for view in (quick, slow, large, file, endless)]


def _client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(one_thread_application())  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


def test_requests_that_wait_hold_up_no_others(tenant: Tenant) -> None:
    async def run() -> tuple[str, list[str]]:
        async with _client() as client:
            waiting = [asyncio.create_task(client.get("/slow/")) for _ in range(_SLOW)]
            answer = await client.get("/quick/", timeout=10)
            _go_on.set()
            return answer.text, [(await task).text for task in waiting]

    _go_on.clear()
    answer, waited = asyncio.run(run())
    assert answer == "quick"
    assert waited == ["waited"] * _SLOW


def test_bodies_arrive_whole(tenant: Tenant) -> None:
    async def run() -> tuple[httpx.Response, httpx.Response]:
        async with _client() as client:
            return await client.get("/large/"), await client.get("/file/")

    big, small = asyncio.run(run())
    assert len(big.content) == _MORE_THAN_A_SOCKET_TAKES
    with open(__file__, "rb") as source:
        assert small.content == source.read()
    assert small.headers["Content-Length"] == str(len(small.content))


def test_a_stream_ends_when_its_reader_goes_away(tenant: Tenant) -> None:
    async def run() -> None:
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "path": "/endless/",
            "query_string": b"", "headers": [(b"host", b"localhost")],
        }  # fmt: skip
        communicator: Any = ApplicationCommunicator
        talk = communicator(one_thread_application(), scope)
        await talk.send_input({"type": "http.request", "body": b"", "more_body": False})
        assert (await talk.receive_output(10))["status"] == 200
        assert (await talk.receive_output(10))["body"] == b"."
        await talk.send_input({"type": "http.disconnect"})
        await talk.wait(10)

    _ended.clear()
    asyncio.run(run())
    assert _ended.is_set()
