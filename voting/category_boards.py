"""The boards of a vote: the one it was cast on, and one for each category and its language."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from django.conf.locale import LANG_INFO

from voting.languages import UNDETERMINED
from voting.text.categories import RULES

_SEPARATOR: Final = "--"
_LANGUAGE: Final = "lang-"
_LABELS: Final[dict[str, str]] = {rule.category: rule.label for rule in RULES}


class Part(NamedTuple):
    """What a derived board is a part of, and which part."""

    board: str
    part: str
    """A category, or `lang-` and a language tag in lower case."""
    label: str
    """As people read it."""


def boards_of(board: str, *, categories: Iterable[str], language: str | None) -> list[str]:
    """Return the slugs of every board that a vote counts on; unknown categories have none.

    No board can be opened with a double hyphen in its slug, so nothing is mistaken for a part.
    """
    parts = [category for category in sorted(set(categories)) if category in _LABELS]
    if language and language != UNDETERMINED:
        parts.append(_LANGUAGE + language.lower())
    return [board, *(f"{board}{_SEPARATOR}{part}" for part in parts)]


def part_of(slug: str) -> Part | None:
    """Return what a derived board is a part of; None for a board that somebody opened."""
    board, separator, part = slug.partition(_SEPARATOR)
    return Part(board, part, _label(part)) if separator else None


def opened(slug: str) -> str:
    """Return the slug of the board that somebody opened: itself, or the one it is a part of."""
    return slug.partition(_SEPARATOR)[0]


def _label(part: str) -> str:
    if not part.startswith(_LANGUAGE):
        return _LABELS.get(part, part)
    tag = part.removeprefix(_LANGUAGE)
    return str(LANG_INFO.get(tag, {}).get("name", tag))
