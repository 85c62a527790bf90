"""Pure: formulas between `\\(` and `\\)` or `\\[` and `\\]`, as most models write them."""

from typing import Final

from markdown_it.rules_inline import StateInline

from voting.text.formulas import LONGEST

_CLOSING: Final = {"\\(": ("\\)", "math_inline"), "\\[": ("\\]", "math_inline_double")}


def bracketed_formula(state: StateInline, silent: bool) -> bool:
    """Read a formula at the parser's position: an inline rule of markdown-it.

    The end is sought no further than the longest formula, so many openings stay cheap.
    """
    opening = state.src[state.pos : state.pos + 2]
    if opening not in _CLOSING:
        return False
    closing, kind = _CLOSING[opening]
    start = state.pos + 2
    end = state.src.find(closing, start, min(start + LONGEST, state.posMax))
    if end < 0:
        return False
    if not silent:
        state.push(kind, "math", 0).content = state.src[start:end]
    state.pos = end + 2
    return True
