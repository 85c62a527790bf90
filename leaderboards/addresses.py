"""Addresses of pages as they stand in every cell of a board, worked out once each."""

from functools import lru_cache
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse

_KEPT = 16_384
"""Two for each row of a few large boards."""


def address(name: str, *args: str | int, **query: str) -> str:
    """Return the path of a named page below the prefix of this request, with a query if any."""
    return _address(get_script_prefix(), name, args, tuple(query.items()))


@lru_cache(maxsize=_KEPT)
def _address(
    prefix: str, name: str, args: tuple[str | int, ...], query: tuple[tuple[str, str], ...]
) -> str:
    # The prefix is a part of the key only: reverse() reads it for itself.
    path = reverse(name, args=args)
    return f"{path}?{urlencode(query)}" if query else path
