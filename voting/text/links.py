"""Pure: which addresses of an answer may be followed, and where they really lead."""

import re
from typing import Final
from urllib.parse import urlsplit

from voting.text.unicode import comparable

LONGEST: Final = 2_000
"""Characters of an address that is made a link."""
_FOLLOWED: Final = re.compile(
    r"https?://[a-z0-9._-]+(?::\d{1,5})?(?:[/?#][^\s\\]*)?"
    r"|mailto:[^\s\\?]+",
    re.IGNORECASE,
)
_LIKE_A_HOST: Final = re.compile(
    r"(?<![\w.-])(?:[^\W_](?:[\w-]{0,61}[^\W_])?[.。]){1,8}[^\W\d_]{2,24}(?![\w-])"
)


def is_followed(address: str) -> bool:
    """Tell whether an address becomes a link: http, https or mailto, whole, without user name.

    `https://bank.example@evil.example/` leads to another place than it seems to.
    """
    return len(address) <= LONGEST and _FOLLOWED.fullmatch(address) is not None


def place_shown(address: str, *, text: str) -> str | None:
    """Return the host (or mail address) of a link whose visible text looks like another one.

    None when the text names no host or the right one. Names in other scripts come as the browser
    resolves them (`xn--…`), so a look-alike is seen.
    """
    split = urlsplit(address)
    place = (split.hostname or split.path).lower()
    named = _LIKE_A_HOST.findall(comparable(text).replace("。", ".")[:LONGEST])
    right = {place, place.removeprefix("www."), place.rpartition("@")[2]}
    return place if any(name not in right for name in named) else None
