"""Parameters of an address: the ways in which pages read them, and what their refusals allow."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest

_DIGITS: Final = 18
_NAMED: Final = 200
"""Values that a refusal names; where there are more it says how many."""


class BadChoice(BadRequest):
    """A parameter of the address cannot be used; the message says what is allowed."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def one_of(request: HttpRequest, name: str, allowed: Iterable[str], *, default: str) -> str:
    """Return a parameter of the address; raise BadChoice naming the values there are."""
    known = list(allowed)
    value = request.GET.get(name, default)
    if value not in known:
        raise no_such(name, value, known)
    return value


def no_such(name: str, value: str, known: Iterable[str]) -> BadChoice:
    """Return the refusal of a value; without the empty one, which chooses nothing."""
    words = iter(filter(None, known))
    named = ", ".join(islice(words, _NAMED)) or "none yet"
    rest = sum(1 for _ in words)
    more = f" and {rest} more" if rest else ""
    return BadChoice(name, f"{name}={value[:80]}: no such choice. Allowed: {named}{more}.")


def position(request: HttpRequest, name: str, *, least: int, default: int) -> int:
    """Return a position of the log; raise BadChoice for what is no whole number from `least` on."""
    text = request.GET.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS and int(text) >= least):
        raise BadChoice(
            name, f"{name}={text[:40]}: not a position. Give a whole number from {least}."
        )
    return int(text)
