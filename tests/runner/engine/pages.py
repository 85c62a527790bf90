"""A small server with the pages of an engine, as recorded from the engines' own source."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from typing_extensions import override


@dataclass
class Pages:
    """What it answers by path: a status, and JSON or raw bytes. POST answers may take turns."""

    pages: Mapping[str, tuple[int, Any]]
    base_url: str = ""
    model: str = "qwen"
    api_key: str | None = None
    asked: list[tuple[str, Any]] = field(default_factory=list)
    completions: list[Any] = field(default_factory=list)


@contextmanager
def serving(pages: Pages) -> Iterator[Pages]:
    """Serve them on a free port of the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages.asked.append((self.path, self.headers.get("Authorization")))
            self._answer(*pages.pages.get(self.path, (404, {"error": "no such page"})))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            pages.asked.append((self.path, json.loads(self.rfile.read(length))))
            answer = pages.completions.pop(0) if pages.completions else (404, {})
            self._answer(*answer)

        def _answer(self, status: int, body: Any) -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        @override
        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        pages.base_url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield pages
        finally:
            server.shutdown()
            thread.join()


def listed(owner: str, *names: str) -> tuple[int, Any]:
    """Return a list of models as an engine gives it."""
    return 200, {"object": "list", "data": [{"id": name, "owned_by": owner} for name in names]}


def said(
    text: str, prompt_tokens: int | None = 10, *, reasoning: str | None = None, cached: int = 0
) -> tuple[int, Any]:
    """Return an answer to a chat completion."""
    message = {"role": "assistant", "content": text, "reasoning_content": reasoning}
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": 1,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
    body: dict[str, Any] = {"choices": [{"message": message}]}
    return 200, body if prompt_tokens is None else {**body, "usage": usage}
