"""Pure: how long a text is, by one rule for every model, and a text without its fenced code."""

import re
from typing import Final

# Scripts written without spaces: each sign of the first is a token, and each run of up to four of
# the second, about a word.
_HAN_AND_KANA: Final = (
    "\u3040-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_THAI_LAO_BURMESE_KHMER: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_TOKEN: Final = re.compile(
    rf"[{_HAN_AND_KANA}]|[{_THAI_LAO_BURMESE_KHMER}]{{1,4}}"
    rf"|[^\W{_HAN_AND_KANA}{_THAI_LAO_BURMESE_KHMER}]+|[^\w\s]"
)
_FENCE: Final = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}(?=[^`]*$)|~{3,})")


def count_tokens(text: str) -> int:
    """Return the number of tokens: words, numbers and single punctuation marks.

    No model's own tokenizer is used: both answers of a battle are measured alike, whatever
    vocabularies their models have.
    """
    return sum(1 for _ in _TOKEN.finditer(text))


def without_fenced_code(text: str) -> str:
    """Return the text without its fenced code blocks; an open block reaches to the end."""
    kept: list[str] = []
    fence = ""
    for line in text.splitlines():
        opening = _FENCE.match(line)
        if fence:
            if _closes(line, fence):
                fence = ""
        elif opening:
            fence = opening[1]
        else:
            kept.append(line)
    return "\n".join(kept)


def has_fenced_code(text: str) -> bool:
    """Tell whether a line opens a fenced code block."""
    return any(_FENCE.match(line) for line in text.splitlines())


def _closes(line: str, fence: str) -> bool:
    """Tell whether the line holds nothing but a fence of the same sign, at least as long."""
    mark = line.strip(" \t>")
    return len(mark) >= len(fence) and not mark.strip(fence[0])
