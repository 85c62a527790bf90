"""The request for one answer, in the words that its server knows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from yarl import URL

from workers.chunks import safe_detail
from workers.guarded_http import GuardedClient
from workers.pieces import Message, Timeouts
from workers.target import Target

_REFUSES_PARAMETER = frozenset({400, 422})


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request. Servers differ in what they accept; the last two fields follow them."""

    target: Target
    messages: Sequence[Message]
    max_output_tokens: int
    temperature: float | None
    timeouts: Timeouts
    client: GuardedClient
    limit_field: str = "max_tokens"
    asks_for_usage: bool = True

    def url(self) -> URL:
        """Return where it goes."""
        return URL(f"{self.target.base_url}/chat/completions")

    def body(self) -> bytes:
        """Return the JSON to send."""
        fields: dict[str, Any] = {
            "model": self.target.upstream_model,
            "messages": list(self.messages),
            "stream": True,
            self.limit_field: self.max_output_tokens,
        }
        if self.asks_for_usage:
            fields["stream_options"] = {"include_usage": True}
        if self.temperature is not None:
            fields["temperature"] = self.temperature
        return json.dumps(fields).encode()

    def headers(self) -> dict[str, str]:
        """Return its headers, with the key."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream, application/json",
        }
        if self.target.secret:
            headers["Authorization"] = f"Bearer {self.target.secret}"
        return headers

    def in_other_words(self, status: int, message: str) -> "Call | None":
        """Return the call without the parameter that the server does not know, if that is it."""
        if status in _REFUSES_PARAMETER:
            if self.asks_for_usage and "stream_options" in message:
                return replace(self, asks_for_usage=False)
            if self.limit_field == "max_tokens" and "max_completion_tokens" in message:
                return replace(self, limit_field="max_completion_tokens")
        return None

    def safe(self, text: str) -> str:
        """Return a line about the call that tells neither key nor address."""
        base = self.target.base_url
        return safe_detail(text, secrets=(self.target.secret or "", base, URL(base).host or ""))
