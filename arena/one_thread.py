"""HTTP through ASGI in which one thread, kept for the next request, answers from end to end.

No view of the site is asynchronous; what waits, waits outside of views (arena/long_poll.py) or in
the body of a streamed answer. Django's own handler would start two threads for each request and go
to and fro between them and the event loop six times, which costs more than most pages do.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast

import django
from asgiref.sync import sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix
from typing_extensions import override

_THREADS_MAX: Final = 512
"""More than battles may run at a time, each of which can hold a thread for a caller that waits.

One that is idle is taken before another is started: there are as many as were needed at a time.
"""
_TURNS: Final = 4
"""Requests worked on at a time: Python runs one of them while the others wait for the database.

With more they only take the interpreter from each other, and the unlucky ones wait for long.
"""
_TURN_S: Final = 0.2
"""One that takes longer waits for something else, and is in nobody's way."""

_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[Mapping[str, Any]]]
_Send = Callable[[Mapping[str, Any]], Awaitable[None]]
_Body = tempfile.SpooledTemporaryFile[bytes]


class OneThreadHandler(ASGIHandler):
    """Django's handler with a synchronous chain of middleware, entered once a request."""

    chunk_size = 2**30
    """Of a body that is complete: the server below us divides it as its socket takes it."""

    def __init__(self) -> None:
        super().__init__()
        threads = ThreadPoolExecutor(_THREADS_MAX, thread_name_prefix="request")
        self._answer_in_thread = sync_to_async(
            self._answer, thread_sensitive=False, executor=threads
        )
        self._turns = asyncio.Semaphore(_TURNS)

    @override
    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain as for WSGI."""
        super().load_middleware(is_async=False)

    @override
    async def handle(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer one request. A client that goes away before its body is complete gets nothing."""
        try:
            body = cast(_Body, await self.read_body(receive))
        except RequestAborted:
            return
        with body:
            async with self._turn():
                response = await self._answer_in_thread(scope, body)
            if isinstance(response, StreamingHttpResponse):
                await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and give it back at the end of the block or after _TURN_S."""
        await self._turns.acquire()
        with contextlib.ExitStack() as given_back:
            given_back.callback(self._turns.release)
            late = asyncio.get_running_loop().call_later(_TURN_S, given_back.close)
            try:
                yield
            finally:
                late.cancel()

    def _answer(self, scope: _Scope, body: _Body) -> HttpResponseBase:
        """Return the response, closed unless its body is yet to come from the event loop."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        if request is None:
            response = cast(HttpResponseBase, refusal)
        else:
            response = self.get_response(request)
        response._handler_class = type(self)  # type: ignore[attr-defined]  # not in the stubs
        if isinstance(response, StreamingHttpResponse):
            if response.is_async:
                # It may last for minutes; this thread's connection is for others meanwhile.
                close_old_connections()
                return response
            response = _whole(response)
        response.close()
        return response

    async def _stream(
        self, response: StreamingHttpResponse, receive: _Receive, send: _Send
    ) -> None:
        """Send the body as it comes, until it ends or the client goes away."""
        tasks = {
            asyncio.ensure_future(self.send_response(response, send)),
            asyncio.ensure_future(_disconnected(receive)),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await sync_to_async(response.close)()
        for task in done:
            task.result()


def one_thread_application() -> OneThreadHandler:
    """Set Django up and return its HTTP application."""
    django.setup(set_prefix=False)
    return OneThreadHandler()


def _whole(response: StreamingHttpResponse) -> HttpResponse:
    """Return the response with its body read, which then is closed with it."""
    whole = HttpResponse(b"".join(response), status=response.status_code)
    whole.headers, whole.cookies = response.headers, response.cookies
    whole._resource_closers.append(response.close)  # type: ignore[attr-defined]  # not in the stubs
    return whole


async def _disconnected(receive: _Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
