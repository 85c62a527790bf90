"""What a line may say once it leaves this machine: no address, no path, no name of the owner."""

import re
from typing import Final

_GONE: Final = "…"
_PATTERNS: Final = (
    re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"]+", re.IGNORECASE),
    re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"),
    re.compile(r"(?<![\w.])(?:~|/(?:[\w.@+-]+))(?:/[\w.@+-]+)+/?"),
    re.compile(r"\b(?:ak_live_|hf_|sk-)[A-Za-z0-9_-]+"),
)


def public(text: str) -> str:
    """Return the text without addresses, file paths and keys."""
    for pattern in _PATTERNS:
        text = pattern.sub(_GONE, text)
    return text
