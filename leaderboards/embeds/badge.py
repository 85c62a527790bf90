"""A badge: two words side by side as an SVG of about one kilobyte."""

import unicodedata
from typing import Final

from django.utils.html import escape

from leaderboards.exports.document import one_line

_LONGEST: Final = 40
_HEIGHT_PX: Final = 20
_CHARACTER_PX: Final = 7
_WIDE_PX: Final = 12
_PADDING_PX: Final = 6
# Not of the themes: a badge stands on pages of others. White on both has a contrast above 5 to 1.
_LEFT: Final = "#444c56"
_RIGHT: Final = "#2f5f9e"


def badge(left: str, right: str, *, title: str) -> bytes:
    """Return the picture; `title` is what a pointer and a screen reader are told."""
    left, right = shortened(left), shortened(right)
    split, end = _width(left), _width(left) + _width(right)
    label = escape(one_line(title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{end}" height="{_HEIGHT_PX}" '
        f'role="img" aria-label="{label}"><title>{label}</title>'
        f'<rect width="{split}" height="{_HEIGHT_PX}" fill="{_LEFT}"/>'
        f'<rect x="{split}" width="{end - split}" height="{_HEIGHT_PX}" fill="{_RIGHT}"/>'
        '<g fill="#ffffff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(left, _PADDING_PX)}{_text(right, split + _PADDING_PX)}</g></svg>\n"
    ).encode()


def shortened(text: str) -> str:
    """Return at most 40 characters in one line, an ellipsis where more stood."""
    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _text(text: str, x: int) -> str:
    # With its length given, the text fills the badge whatever the font of the reader.
    length = _width(text) - 2 * _PADDING_PX
    return f'<text x="{x}" y="14" textLength="{length}">{escape(text)}</text>'


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return (len(text) - wide) * _CHARACTER_PX + wide * _WIDE_PX + 2 * _PADDING_PX
