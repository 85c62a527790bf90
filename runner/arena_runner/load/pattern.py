"""Recognises chunks that differ from an earlier one in nothing but the text they say."""

import re
from dataclasses import dataclass
from typing import Any, Final

_NAMES: Final = ("content", "reasoning_content")
_PLAIN: Final = re.compile(rb'[^"\\\x00-\x1f]+')
"""What a JSON string may hold and means literally."""
_VALUES: Final = {
    name: re.compile(rb'"%b":\s?"([^"\\\x00-\x1f]+)"' % name.encode()) for name in _NAMES
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """The bytes around the text of a chunk.

    A chunk of the same bytes around another plain text is the same JSON object with that text, so
    it need not be parsed: most chunks of most servers, at a fifth of the time.
    """

    name: str
    before: bytes
    after: bytes

    @classmethod
    def of(cls, chunk: dict[str, Any], data: bytes) -> "Pattern | None":
        """Return the pattern of a chunk that says nothing but one text; None for any other."""
        if chunk.get("usage") or chunk.get("timings") or chunk.get("error"):
            return None
        choices = chunk.get("choices")
        if not (isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], dict)):
            return None
        delta = choices[0].get("delta")
        if choices[0].get("finish_reason") is not None or not isinstance(delta, dict):
            return None
        said = {name: value for name, value in delta.items() if value and name != "role"}
        name = next(iter(said), "")
        if len(said) != 1 or name not in _NAMES or data.count(b'"%b"' % name.encode()) != 1:
            return None
        match = _VALUES[name].search(data)
        if match is None:
            return None
        return cls(name, data[: match.start(1)], data[match.end(1) :])

    def text(self, data: bytes) -> str | None:
        """Return what a chunk says that fits; None for one that has to be parsed."""
        if not (data.startswith(self.before) and data.endswith(self.after)):
            return None
        said = data[len(self.before) : len(data) - len(self.after)]
        if not _PLAIN.fullmatch(said):
            return None
        try:
            return said.decode()
        except UnicodeDecodeError:
            return None
