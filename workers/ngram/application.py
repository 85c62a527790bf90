"""The HTTP side: `/v1/chat/completions`, `/v1/models` and `/health`."""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from workers.ngram.catalogue import CONTEXT_TOKENS
from workers.ngram.generation import Generation, encode
from workers.ngram.model import LanguageModel
from workers.ngram.requests import ChatRequest, RequestError, parse

_BODY_MAX_BYTES = 1_000_000
# How many tokens of an answer that is not streamed may be made for somebody who has left.
_TOKENS_BETWEEN_LOOKS = 32
# A stream writes no more often. Tokens of 30 us each would reach a reader on the same machine many
# at a time, all the more on a busy one, and of such bursts nobody can tell the pace: runs that
# measure these models would have no decode speed (arena_runner.contract.request_times).
_STEP_S = 0.002


class Provider:
    """Serves the models by name. One event loop: every answer yields it after every token."""

    def __init__(self, models: Mapping[str, LanguageModel]) -> None:
        self._models = models
        self._started = int(time.time())
        self._running = 0
        self._output_tokens = 0

    async def health(self, request: Request) -> Response:
        """How many answers are in the making, and how many tokens were predicted before."""
        return JSONResponse(
            {"status": "ok", "running": self._running, "output_tokens": self._output_tokens}
        )

    async def models(self, request: Request) -> Response:
        """The list of models."""
        listed = [self._description(name) for name in self._models]
        return JSONResponse({"object": "list", "data": listed})

    async def model(self, request: Request) -> Response:
        """One model."""
        name = request.path_params["name"]
        self._find(name)
        return JSONResponse(self._description(name))

    async def chat(self, request: Request) -> Response:
        """One answer, whole or as server-sent events."""
        wanted = parse(await _body(request))
        model = self._find(wanted.model)
        prompt = encode(model, wanted.turns)
        if len(prompt) + wanted.output_tokens_max > CONTEXT_TOKENS:
            raise RequestError(
                f"The context of this model is {CONTEXT_TOKENS} tokens; the messages have "
                f"{len(prompt)} and {wanted.output_tokens_max} are asked for.",
                param="messages",
                code="context_length_exceeded",
            )
        generation = Generation(
            model,
            wanted.turns,
            prompt=prompt,
            sampling=wanted.sampling,
            max_tokens=wanted.output_tokens_max,
            min_tokens=wanted.output_tokens_min,
            stops=wanted.stops,
        )
        head = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": wanted.model,
        }
        if wanted.stream:
            events = self._events(generation, wanted, head)
            return StreamingResponse(
                events, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
            )
        return await self._whole(generation, request, head)

    def _find(self, name: str) -> LanguageModel:
        if name not in self._models:
            raise RequestError(
                f"There is no model {name[:80]!r}; /v1/models lists them.",
                status=HTTPStatus.NOT_FOUND,
                param="model",
                code="model_not_found",
            )
        return self._models[name]

    def _description(self, name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": self._started, "owned_by": "arena"}

    async def _events(
        self, generation: Generation, wanted: ChatRequest, head: dict[str, Any]
    ) -> AsyncIterator[str]:
        head = {**head, "object": "chat.completion.chunk"}
        if wanted.wants_usage:
            head["usage"] = None
        yield _event(head, {"role": "assistant", "content": ""})
        with self._counted(generation):
            for text in generation.texts():
                if text:
                    yield _event(head, {"content": text})
                # Whoever else waits has its turn now; sending alone may never give way.
                await asyncio.sleep(_STEP_S)
        yield _event(head, {}, finish_reason=generation.finish_reason)
        if wanted.wants_usage:
            yield f"data: {json.dumps({**head, 'choices': [], 'usage': _usage(generation)})}\n\n"
        yield "data: [DONE]\n\n"

    async def _whole(
        self, generation: Generation, request: Request, head: dict[str, Any]
    ) -> Response:
        texts = []
        with self._counted(generation):
            for number, text in enumerate(generation.texts(), start=1):
                texts.append(text)
                await asyncio.sleep(0)
                if number % _TOKENS_BETWEEN_LOOKS == 0 and await request.is_disconnected():
                    break
        message = {"role": "assistant", "content": "".join(texts)}
        choice = {"index": 0, "message": message, "finish_reason": generation.finish_reason}
        head = {**head, "object": "chat.completion"}
        return JSONResponse({**head, "choices": [choice], "usage": _usage(generation)})

    @contextlib.contextmanager
    def _counted(self, generation: Generation) -> Iterator[None]:
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._output_tokens += generation.output_tokens


def application(models: Mapping[str, LanguageModel]) -> Starlette:
    """Return the ASGI application that serves these models."""
    provider = Provider(models)
    return Starlette(
        routes=[
            Route("/health", provider.health),
            Route("/v1/models", provider.models),
            Route("/v1/models/{name}", provider.model),
            Route("/v1/chat/completions", provider.chat, methods=["POST"]),
        ],
        exception_handlers={RequestError: _refused, HTTPException: _no_such_route},
    )


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _BODY_MAX_BYTES:
            raise RequestError(
                f"The body is longer than {_BODY_MAX_BYTES} bytes.",
                status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            )
    return body


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)  # noqa: S101 - Starlette calls it for these only
    return JSONResponse(error.document, status_code=error.status)


async def _no_such_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette calls it for these only
    refusal = RequestError(f"{request.method} {request.url.path[:80]}: {error.detail}")
    return JSONResponse(refusal.document, status_code=error.status_code, headers=error.headers)


def _event(head: dict[str, Any], delta: dict[str, str], finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return f"data: {json.dumps({**head, 'choices': [choice]}, ensure_ascii=False)}\n\n"


def _usage(generation: Generation) -> dict[str, int]:
    prompt, output = generation.prompt_tokens, generation.output_tokens
    return {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
    }
