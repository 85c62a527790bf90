"""What a model said and when, out of a whole or broken answer; read after the run."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from arena_runner.contract.samples import ErrorClass
from arena_runner.load.events import events
from arena_runner.load.pattern import Pattern
from arena_runner.load.response import ProtocolError, ResponseReader

_EVENT_BYTES: Final = 8 * 1_048_576
_TIMINGS_MAX: Final = 40
_NAME_CHARACTERS: Final = 60
_COUNT_MAX: Final = 2**53 - 1
_TEXTS: Final = ("reasoning_content", "reasoning", "content")


@dataclass(slots=True)
class Answer:
    """Times are those of the exchange; texts are kept for the next turn and the fingerprint."""

    first_chunk_ns: int | None = None
    content_ns: list[int] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    """Reasoning, content and tool calls in the order of arrival."""
    usage: Mapping[str, Any] = field(default_factory=dict)
    finish_reason: str | None = None
    timings: dict[str, float] | None = None
    done: bool = False
    error: ErrorClass | None = None
    problem: str | None = None

    @property
    def text(self) -> str:
        """What a reader would see, without reasoning."""
        return "".join(self.content)

    @property
    def text_sha256(self) -> str | None:
        """The digest of all that was said; None when nothing was."""
        if not self.spoken:
            return None
        return hashlib.sha256("".join(self.spoken).encode("utf-8", "surrogatepass")).hexdigest()

    def gaps_us(self, known: dict[int, int]) -> tuple[int, ...]:
        """Return the microseconds between content chunks, equal ones as one object of `known`."""
        gaps = (
            max(0, (later - earlier + 500) // 1000) for earlier, later in pairwise(self.content_ns)
        )
        return tuple([known.setdefault(gap, gap) for gap in gaps])

    def say(self, time_ns: int, name: str, text: str) -> None:
        """Take a chunk that says just this."""
        self.content_ns.append(time_ns)
        self.spoken.append(text)
        if name == "content":
            self.content.append(text)

    def tokens(self, name: str, *within: str) -> int | None:
        """Return a count of the server's usage, None where it says none that can be one."""
        place: Any = self.usage
        for key in within:
            place = place.get(key) if isinstance(place, dict) else None
        count = place.get(name) if isinstance(place, dict) else None
        if isinstance(count, bool) or not isinstance(count, int):
            return None
        return count if 0 <= count <= _COUNT_MAX else None


def read_answer(response: ResponseReader) -> Answer:
    """Return what the answer says; broken ones give what came before they broke, and an error."""
    answer = Answer()
    if response.status is None:
        return answer
    if not 200 <= response.status < 300:
        answer.error, answer.problem = "http", f"HTTP {response.status}"
        return answer
    try:
        _take_body(answer, response)
    except ProtocolError as error:
        answer.error, answer.problem = "protocol", str(error)
        return answer
    if answer.error is None and response.complete:
        _judge(answer)
    return answer


def _take_body(answer: Answer, response: ResponseReader) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        _take_whole(answer, response.body)
        return
    pattern: Pattern | None = None
    for time_ns, data in events(response.body, max_bytes=_EVENT_BYTES):
        text = pattern.text(data) if pattern is not None else None
        if text is not None and pattern is not None:
            answer.say(time_ns, pattern.name, text)
            continue
        if data.strip() == b"[DONE]":
            answer.done = True
            break
        chunk = _parsed(data)
        _take(answer, time_ns, chunk, part="delta")
        pattern = Pattern.of(chunk, data) or pattern


def _take_whole(answer: Answer, body: Iterable[tuple[int, bytes]]) -> None:
    """Take the answer of a server that does not stream: all of it comes at the end."""
    parts = list(body)
    if parts:
        whole = _parsed(b"".join(data for _, data in parts))
        _take(answer, parts[-1][0], whole, part="message")
        answer.done = True


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("an event that is no JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise ProtocolError("an event that is no JSON object")
    return value


def _take(answer: Answer, time_ns: int, chunk: dict[str, Any], *, part: str) -> None:
    if answer.first_chunk_ns is None:
        answer.first_chunk_ns = time_ns
    if chunk.get("error"):
        answer.error, answer.problem = "http", "an error within the stream"
    usage = chunk.get("usage")
    if isinstance(usage, dict):
        answer.usage = usage
    timings = chunk.get("timings")
    if isinstance(timings, dict):
        answer.timings = _numbers(timings)
    choices = chunk.get("choices")
    if not (isinstance(choices, list) and choices and isinstance(choices[0], dict)):
        return
    reason = choices[0].get("finish_reason")
    if isinstance(reason, str):
        answer.finish_reason = reason[:40]
    delta = choices[0].get(part)
    if isinstance(delta, dict) and _say(answer, delta):
        answer.content_ns.append(time_ns)


def _say(answer: Answer, delta: dict[str, Any]) -> bool:
    """Keep what a delta says; a role, null or an empty text says nothing."""
    said = False
    for name in _TEXTS:
        text = delta.get(name)
        if isinstance(text, str) and text:
            if name == "content":
                answer.content.append(text)
            # Some servers send the same reasoning under both of its names.
            if name != "reasoning" or text != delta.get("reasoning_content"):
                answer.spoken.append(text)
            said = True
    calls = delta.get("tool_calls")
    if isinstance(calls, list) and calls:
        answer.spoken.append(json.dumps(calls, sort_keys=True))
        said = True
    return said


def _numbers(timings: dict[str, Any]) -> dict[str, float]:
    found = {
        name[:_NAME_CHARACTERS]: float(value)
        for name, value in timings.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= _COUNT_MAX
        and math.isfinite(value)
    }
    return dict(sorted(found.items())[:_TIMINGS_MAX])


def _judge(answer: Answer) -> None:
    """Name what is wrong with an answer that is whole as HTTP."""
    if not answer.done and answer.finish_reason is None:
        if answer.first_chunk_ns is None:
            answer.error, answer.problem = "empty", "an answer without events"
        else:
            answer.error, answer.problem = "disconnect", "the stream stopped without an end"
    elif not answer.content_ns:
        answer.error, answer.problem = "empty", "no content, reasoning or tool call"
