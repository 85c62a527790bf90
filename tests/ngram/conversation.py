"""Requests of the chat API, and reading its streams."""

from collections.abc import Iterator
from typing import Any

import httpx


def asked(prompt: str, model: str = "ngram-3", **more: Any) -> dict[str, Any]:
    """The body of a request with one question."""
    return {"model": model, "messages": [{"role": "user", "content": prompt}], **more}


def ask(client: httpx.Client, prompt: str, model: str = "ngram-3", **more: Any) -> dict[str, Any]:
    """The answer to one question, not streamed."""
    response = client.post("/chat/completions", json=asked(prompt, model, **more))
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def events(response: httpx.Response) -> Iterator[str]:
    """The data of every server-sent event."""
    for line in response.iter_lines():
        if line:
            assert line.startswith("data: ")
            yield line.removeprefix("data: ")
