"""Read what an OpenAI-compatible server sends, as the hostile text it is."""

import json
import re
from dataclasses import dataclass
from typing import Any

from workers.pieces import CompletionFailed

_MAX_TOKENS = 100_000_000
_MAX_DETAIL = 200
_FINISH_REASONS = frozenset({"stop", "length", "content_filter", "tool_calls", "function_call"})
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_KEY = re.compile(r"\b(?:sk|pk|key)[-_][\w*.-]+|\bBearer\s+\S+", re.IGNORECASE)
_REASONING_FIELDS = ("reasoning_content", "reasoning")
_CONTENT_FIELDS = ("content", "refusal")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chunk:
    """What one JSON object of a stream adds; empty texts and None where it adds nothing."""

    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    output_tokens: int | None = None


def parse_chunk(data: str | bytes) -> Chunk:
    """Return one chunk of a stream, or a whole answer; raise CompletionFailed (provider_error).

    The provider's own error objects raise as well, with their message as it came: pass it through
    `safe_detail` before anybody reads it.
    """
    document = _document(data)
    if error := document.get("error"):
        raise CompletionFailed("provider_error", _message(error))
    choice = _first(document.get("choices"))
    # `message` is that of an answer that was not streamed.
    delta = choice.get("delta") or choice.get("message") or {}
    if not isinstance(delta, dict):
        raise CompletionFailed("provider_error", "a chunk of the answer has an unknown shape")
    reason = choice.get("finish_reason")
    if reason == "error":
        raise CompletionFailed("provider_error", "the provider broke off with an error")
    usage = document.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Chunk(
        text=_text(delta, _CONTENT_FIELDS),
        reasoning=_text(delta, _REASONING_FIELDS),
        finish_reason=_finish_reason(reason),
        prompt_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
    )


def error_message(body: bytes) -> str:
    """Return what the body of an HTTP error says, in whatever shape it comes."""
    try:
        document = _document(body)
    except CompletionFailed:
        return body.decode(errors="replace")
    return _message(document.get("error") or document.get("detail") or document.get("message"))


def safe_detail(text: str, *, secrets: tuple[str, ...]) -> str:
    """Return one short printable line without these texts, keys or addresses."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "[removed]")
    text = _KEY.sub("[removed]", _ADDRESS.sub("[removed]", text))
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _MAX_DETAIL else line[: _MAX_DETAIL - 1] + "…"


def _document(data: str | bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise CompletionFailed("provider_error", "the answer is no JSON") from None
    if not isinstance(document, dict):
        raise CompletionFailed("provider_error", "the answer is no JSON object")
    return document


def _first(choices: Any) -> dict[str, Any]:
    """Return the first choice; the chunk with the usage has none."""
    if not choices:
        return {}
    first = choices[0] if isinstance(choices, list) else None
    if not isinstance(first, dict):
        raise CompletionFailed("provider_error", "a chunk of the answer has an unknown shape")
    return first


def _text(delta: dict[str, Any], fields: tuple[str, ...]) -> str:
    for field in fields:
        value = delta.get(field)
        if isinstance(value, str) and value:
            # No database stores these and no browser shows them.
            return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
        if value is not None and not isinstance(value, str):
            raise CompletionFailed("provider_error", f"the {field} of the answer is no text")
    return ""


def _finish_reason(value: Any) -> str | None:
    """Return OpenAI's word, `other` for any other: it stands in the log, where no text may."""
    if not isinstance(value, str) or not value:
        return None
    return value if value in _FINISH_REASONS else "other"


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_TOKENS
    return value if is_count else None


def _message(error: Any) -> str:
    if isinstance(error, dict):
        error = error.get("message") or error.get("code") or error.get("type")
    return error if isinstance(error, str) else "it gave no reason"
