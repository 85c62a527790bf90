"""The name that somebody probably meant."""

import difflib
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 80


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean x?`, or nothing when no known name is near."""
    close = difflib.get_close_matches(name[:_LONGEST], list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
