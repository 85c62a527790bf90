"""Pure: LaTeX formulas as MathML that a page can hold.

latex2mathml translates; its tree is copied by an allow-list into a new one, so that commands such
as `\\href`, `\\style` and `\\class` leave nothing behind and no text of a formula becomes markup.
"""

import html
import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from latex2mathml.converter import convert_to_element

LONGEST: Final = 2_000
"""Characters of one formula; a longer one is shown as its source."""
DEEPEST: Final = 40
"""Brackets open at once."""
_DEFINES: Final = re.compile(
    r"\\(?:[gex]?def|let|(?:re)?newcommand|providecommand|newenvironment)\b"
)
_ENVIRONMENTS: Final = (
    *(("{aligned}", "{split}"), ("{align}", "{split}"), ("{gathered}", "{split}")),
    *(("{gather}", "{split}"), ("{gather*}", "{split}"), ("{dcases}", "{cases}")),
    *(("{equation}", ""), ("{equation*}", ""), ("{smallmatrix}", "{matrix}")),
)
"""Environments that the translator does not know, and those that look like them."""
_UNKNOWN: Final = re.compile(r"\\[a-zA-Z]")
_TEXT: Final = frozenset({"mi", "mn", "mo", "mtext"})
ATTRIBUTES: Final = {
    "math": {"display"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mo": {"stretchy", "fence", "form", "movablelimits", "largeop", "separator", "accent"},
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mtext": {"mathvariant"},
    "mspace": {"width"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mtable": {"columnalign", "columnlines", "rowlines"},
    "mtd": {"columnalign"},
    **dict.fromkeys(
        ("mrow", "msqrt", "mroot", "msub", "msup", "msubsup", "mtr", "mphantom", "mpadded"),
        frozenset[str](),
    ),
}
"""The elements of a formula and their attributes: nothing that links, colours or moves."""
_VALUE: Final = re.compile(r"[a-z -]{1,40}|[-+]?[0-9]?(?:\.[0-9]{1,3})?(?:em|ex|px|pt)?")
"""Words, and lengths below ten units."""


def mathml(latex: str, *, display: bool) -> str | None:
    """Return a `math` element, None for a formula too long, too deep or with unknown commands."""
    if len(latex) > LONGEST or _depth(latex) > DEEPEST or _DEFINES.search(latex):
        return None
    for unknown, known in _ENVIRONMENTS:
        for command in ("\\begin", "\\end"):
            latex = latex.replace(command + unknown, command + known if known else "")
    try:
        tree = convert_to_element(latex, display="block" if display else "inline")
    except Exception:  # noqa: BLE001 - whatever stops the translator: the reader gets the source
        return None
    math = Element("math", {"display": "block"} if display else {})
    for child in tree:
        _copy(child, math)
    if any(_UNKNOWN.match(part.text or "") for part in math.iter() if part.tag != "mtext"):
        return None
    return tostring(math, encoding="unicode")


def _depth(latex: str) -> int:
    """Return how many brackets, environments and scripts are open at once at most."""
    deepest = depth = 0
    for mark in re.findall(r"[{}]|\\(?:begin|left|end|right)(?![a-z])", latex):
        depth += 1 if mark in {"{", "\\begin", "\\left"} else -1
        deepest = max(deepest, depth)
    return deepest


def _copy(source: Element, parent: Element) -> None:
    """Copy an element that is allowed, and of one that is not the children."""
    tag = source.tag
    if tag in ATTRIBUTES and tag != "math":
        kept = {
            name: value
            for name, value in source.attrib.items()
            if name in ATTRIBUTES[tag] and _VALUE.fullmatch(value)
        }
        parent = SubElement(parent, tag, kept)
        if tag in _TEXT and source.text:
            # The translator writes signs as entities inside its text.
            parent.text = html.unescape(source.text)
    for child in source:
        _copy(child, parent)
