"""Pure: one form for the names that drivers and operating systems give one thing."""

import re
from typing import Final

_MARKS: Final = re.compile(r"\((?:r|tm|c)\)|[®™©]", re.IGNORECASE)
_TAIL: Final = re.compile(
    r"\s+(?:\d+-core processor|processor|w/ .*|with radeon.*|@ .*|cpu @ .*)$", re.IGNORECASE
)


def plain(name: str) -> str:
    """Return a name in lower case without marks, clock, graphics and the words of a brand line."""
    text = " ".join(_MARKS.sub(" ", name).split()).lower()
    shorter = _TAIL.sub("", text)
    while shorter != text:
        text, shorter = shorter, _TAIL.sub("", shorter)
    return text.replace(" cpu", "") if text.startswith("intel") else text
