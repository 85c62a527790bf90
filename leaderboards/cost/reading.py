"""Read figures from the query of a URL; what cannot be used is refused with what is allowed."""

from collections.abc import Iterable, Mapping
from math import isfinite


class BadParameter(ValueError):
    """A parameter of the URL cannot be used; the message names it and what is allowed."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


def number(
    query: Mapping[str, str], name: str, *, low: float, high: float, unit: str
) -> float | None:
    """Return the number of that name, None where there is none; raise BadParameter."""
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text) if text.isascii() and "_" not in text else float("nan")
    except ValueError:
        value = float("nan")
    if not isfinite(value) or not low <= value <= high:
        raise BadParameter(name, f"{text[:40]} is not allowed; {low:,} to {high:,} {unit} is.")
    return value


def whole(query: Mapping[str, str], name: str, *, low: int, high: int, unit: str) -> int | None:
    """Return the whole number of that name, None where there is none; raise BadParameter."""
    value = number(query, name, low=low, high=high, unit=unit)
    if value is not None and not value.is_integer():
        raise BadParameter(name, f"{value:g} is not allowed; a whole number of {unit} is.")
    return None if value is None else int(value)


def choice(query: Mapping[str, str], name: str, allowed: Iterable[str]) -> str | None:
    """Return one of the allowed words, None where there is none; raise BadParameter."""
    text = query.get(name, "").strip()
    words = list(allowed)
    if text and text not in words:
        raise BadParameter(name, f"{text[:40]} is not allowed; {', '.join(words)} are.")
    return text or None
