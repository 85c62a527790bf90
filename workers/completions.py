"""Ask an endpoint and stream its answer: OpenAI-compatible `/chat/completions`."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing, suppress

import aiohttp

from workers.answer import Answer
from workers.call import Call
from workers.chunks import Chunk, error_message, parse_chunk
from workers.guarded_http import (
    BadRedirect,
    GuardedClient,
    RefusedTarget,
    Sent,
    shared_client,
)
from workers.pieces import (
    CompletionFailed,
    FailureReason,
    Message,
    Piece,
    Timeouts,
)
from workers.slots import slot
from workers.sse import EventReader, TooLongEvent
from workers.target import Target

_DONE = "[DONE]"
_MAX_ERROR_BYTES = 65_536
_MAX_ANSWER_BYTES = 64 * 1_048_576
# One JSON object is read in one go, while everybody else's answers wait.
_MAX_WHOLE_BYTES = 2 * 1_048_576
_DRAIN_S = 0.05
_FAILURES = (
    RefusedTarget,
    BadRedirect,
    TooLongEvent,
    TimeoutError,
    aiohttp.ClientError,
    OSError,
)
DEFAULT_TIMEOUTS = Timeouts()


async def stream(
    target: Target,
    *,
    messages: Sequence[Message],
    max_output_tokens: int | None = None,
    temperature: float | None = None,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    max_characters: int = 200_000,
    client: GuardedClient | None = None,
) -> AsyncGenerator[Piece, None]:
    """Yield the pieces of one answer; the last is Finished and comes only for a complete answer.

    Use it inside `contextlib.aclosing`, so that leaving early ends the request at once. A system
    prompt is the first message. Asks for `max_output_tokens`, at most what the endpoint gives.
    Without a `client` the event loop's own is used. Raises CompletionFailed and nothing else.
    """
    call = Call(
        target=target,
        messages=messages,
        max_output_tokens=min(max_output_tokens or target.max_output_tokens,
                              target.max_output_tokens),
        temperature=temperature,
        timeouts=timeouts,
        client=client or shared_client(),
    )  # fmt: skip
    try:
        async with slot(target, wait_s=timeouts.slot_s), AsyncExitStack() as stack:
            sent = Sent()
            response = await _open(call, sent, stack)
            answer = Answer(sent_at=sent.at or time.perf_counter(), timeouts=timeouts)
            async with aclosing(_chunks(response, answer)) as chunks:
                async for chunk in chunks:
                    for piece in answer.take(chunk):
                        yield piece
                    if answer.characters > max_characters:
                        detail = f"the answer is longer than {max_characters} characters"
                        raise CompletionFailed("too_long", detail)
            yield answer.finished()
            await _drain(response)
    except CompletionFailed as error:
        raise CompletionFailed(error.reason, call.safe(error.detail)) from None
    except _FAILURES as error:
        reason, detail = _failure(error)
        # The cause would carry the address into tracebacks.
        raise CompletionFailed(reason, detail) from None


async def _open(call: Call, sent: Sent, stack: AsyncExitStack) -> aiohttp.ClientResponse:
    """Return the answer whose headers have come; raise CompletionFailed for an HTTP error."""
    while True:
        attempt = await stack.enter_async_context(AsyncExitStack())
        async with asyncio.timeout(call.timeouts.connect_s + call.timeouts.first_token_s):
            response = await attempt.enter_async_context(
                call.client.post(
                    call.url(),
                    body=call.body(),
                    headers=call.headers(),
                    allow_list=call.target.allow_list,
                    connect_s=call.timeouts.connect_s,
                    sent=sent,
                )
            )
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise CompletionFailed("provider_error", "the answer is compressed; not asked for")
            if response.status < 300:
                if response.content_type == "text/html":
                    raise CompletionFailed("provider_error", "it answers with a web page")
                return response
            message = error_message(await _error_body(response))
        await attempt.aclose()
        other = call.in_other_words(response.status, message)
        if other is None:
            raise CompletionFailed("provider_error", f"HTTP {response.status}: {message}")
        call = other


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read what closes the answer, so that its connection serves the next question."""
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(_DRAIN_S):
            while await response.content.readany():
                pass


async def _error_body(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    while len(body) < _MAX_ERROR_BYTES and (part := await response.content.readany()):
        body += part
    return body[:_MAX_ERROR_BYTES]


async def _chunks(response: aiohttp.ClientResponse, answer: Answer) -> AsyncGenerator[Chunk, None]:
    """Yield what the server sends until it is done; an answer that is not streamed is one chunk."""
    is_whole = response.content_type == "application/json"
    most_bytes = _MAX_WHOLE_BYTES if is_whole else _MAX_ANSWER_BYTES
    async with aclosing(_parts(response, answer, most_bytes)) as parts:
        if is_whole:
            whole = b"".join([part async for part in parts])
            answer.is_done = True
            yield parse_chunk(whole)
            return
        reader = EventReader()
        async for part in parts:
            for data in reader.feed(part):
                if data.strip() == _DONE:
                    answer.is_done = True
                    return
                yield parse_chunk(data)
        for data in reader.end():
            answer.is_done = data.strip() == _DONE
            if not answer.is_done:
                yield parse_chunk(data)


async def _parts(
    response: aiohttp.ClientResponse, answer: Answer, most_bytes: int
) -> AsyncGenerator[bytes, None]:
    """Yield bytes as they come, within the time and size that an answer may take."""
    size_bytes = 0
    try:
        while True:
            async with asyncio.timeout(answer.patience_s()):
                part = await response.content.readany()
            if not part:
                return
            size_bytes += len(part)
            if size_bytes > most_bytes:
                raise CompletionFailed("too_long", f"more than {most_bytes} bytes")
            yield part
    except (TimeoutError, aiohttp.ClientError, OSError):
        # Whoever said why it stopped is done; only the usage is lost.
        if answer.finish_reason is None:
            raise


def _failure(error: Exception) -> tuple[FailureReason, str]:
    match error:
        case RefusedTarget():
            return "refused_target", str(error)
        case BadRedirect():
            return "provider_error", str(error)
        case TooLongEvent():
            return "too_long", str(error)
        case TimeoutError():
            return "timeout", "the endpoint took too long"
        case aiohttp.ClientConnectorCertificateError():
            return "disconnected", "the certificate of the endpoint is not valid"
        case aiohttp.ClientConnectorError():
            return "disconnected", "no connection to the endpoint"
        case aiohttp.ClientResponseError():
            return "provider_error", "the endpoint does not speak HTTP as it should"
    return "disconnected", "the connection broke"
