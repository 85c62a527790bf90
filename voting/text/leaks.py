"""Pure: whether an answer tells which model wrote it.

The rule (docs/methodology.md, "Answers that name their model"): a distinctive name is a leak
anywhere; a name made of everyday words or very short is one only where the answer speaks of
itself. An answer is read after `unicode.comparable`, so letters that look alike are alike.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from voting.text.common_words import COMMON_WORDS, GENERIC_PARTS
from voting.text.self_reference import speaks_of_itself
from voting.text.unicode import comparable

_LETTER: Final = "a-z\u00df-\u024f\u0370-\u03ff\u0400-\u052f"
_GAP: Final = r"(?:[ \t_-]{0,2}|[./·:])"
"""What may stand between the parts of a name: `GPT 4`, `gpt-4`, `GPT.4`, `gpt4`."""
_TIGHT_GAP: Final = "[_-]?"
_SPELLING: Final = r"[ \t_.·*-]{1,2}"
"""What stands between the letters of a name that is spelled out: `G P T`, `C.l.a.u.d.e`."""
_DIGITS_FOR_LETTERS: Final = str.maketrans(
    {"o": "[o0]", "i": "[i1l|]", "l": "[l1i|]", "e": "[e3]", "a": "[a4@]", "s": "[s5$]"}
)
_WORD: Final = re.compile(rf"[{_LETTER}]+|\d+|[^\W\d_{_LETTER}]+")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MARKS: Final = re.compile(r"[*~`]|\\(?=[-_.])")
_NO_LETTER_BEFORE: Final = rf"(?<![{_LETTER}\\])"
"""A backslash as well: `\\phi` is a formula."""
_MATCHES_READ: Final = 100
"""Places of an everyday name that are looked at in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The names of one model as the registry has them."""

    name: str
    slug: str
    developer: str | None = None
    family: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Term:
    """One name to search for: as registered, where it leaks by itself, where it may occur."""

    text: str
    anywhere: re.Pattern[str] | None
    of_itself: re.Pattern[str]


def leaked(answer: str, *, identity: Identity) -> str | None:
    """Return the registered name that the answer gives away, None when it gives none.

    `answer` is the complete text of one side. The search takes time linear in its length.
    """
    text = _MARKS.sub("", comparable(html.unescape(answer)))
    for term in _terms(identity):
        if term.anywhere is not None and term.anywhere.search(text):
            return term.text
        for match in islice(term.of_itself.finditer(text), _MATCHES_READ):
            if speaks_of_itself(text, start=match.start(), end=match.end()):
                return term.text
    return None


@lru_cache(maxsize=4_096)
def _terms(identity: Identity) -> tuple[_Term, ...]:
    names: dict[tuple[str, ...], _Term] = {}
    for text in _names(identity):
        parts = tuple(_WORD.findall(comparable(_HUMP.sub(" ", text))))
        if parts and parts not in names:
            names[parts] = _Term(text, _leaks_anywhere(parts), _pattern(parts, _GAP))
    return tuple(names.values())


def _names(identity: Identity) -> Iterator[str]:
    """Yield the names as registered, then the words in them that could be names."""
    registered = (identity.name, *identity.aliases, identity.slug, identity.family)
    for text in (*registered, identity.developer):
        if text:
            yield text
    words = re.findall(r"[^\W_]+", identity.developer or "")
    if len(words) > 2:  # of "Institute of Technology of X" no word is the maker's name
        words = []
    for text in (*registered, *words):
        for word in re.findall(r"[^\W\d_]{3,}|[^\W\d_]+\d+", text or ""):
            if word.casefold() not in GENERIC_PARTS:
                yield word


def _leaks_anywhere(parts: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what to search for anywhere in the answer; None for a name that needs context.

    With a distinctive part, or three parts of which one has four letters, every way to write the
    name counts. A name of everyday parts counts where it is written as one: `OpenAI`, `Nova-2`.
    """
    if any(map(_is_distinctive, parts)) or (len(parts) > 2 and max(map(len, parts)) > 3):
        return _pattern(parts, _GAP)
    joined = "".join(parts)
    is_one_word = joined.isalpha() and len(joined) > 4 and joined not in COMMON_WORDS
    is_numbered = len(parts[0]) > 2 and joined[-1].isdecimal() and parts[0] not in GENERIC_PARTS
    if len(parts) > 1 and (is_one_word or is_numbered):
        return _pattern(parts, _TIGHT_GAP)
    return None


def _is_distinctive(part: str) -> bool:
    shortest = 3 if re.match(f"[{_LETTER}]", part) else 2
    return (
        len(part) >= shortest
        and not part.isdecimal()
        and part not in COMMON_WORDS
        and part not in GENERIC_PARTS
    )


def _pattern(parts: tuple[str, ...], gap: str) -> re.Pattern[str]:
    before = _NO_LETTER_BEFORE if not parts[0].isdecimal() else r"(?<![\d.])"
    after = r"(?!\d)" if parts[-1].isdecimal() else f"(?![{_LETTER}])"
    if not re.match(f"[{_LETTER}0-9]", parts[0]):  # scripts that join words without a space
        before = after = ""
    return re.compile(before + gap.join(map(_part, parts)) + after)


def _part(part: str) -> str:
    """Return the pattern of one part: as it is, with digits for letters, or spelled out."""
    if part.isdecimal() or len(part) < 3:
        return re.escape(part)
    written = part if len(part) < 5 else part.translate(_DIGITS_FOR_LETTERS)
    return f"(?:{written}|{_SPELLING.join(part)})"
