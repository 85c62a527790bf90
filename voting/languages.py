"""Pure: language names and tags as vote files write them, as BCP 47 tags."""

import re
from functools import lru_cache

from django.conf.locale import LANG_INFO

UNDETERMINED = "und"
_TAG = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*", re.IGNORECASE)
_NAMES = {
    info["name"].casefold(): code
    for code, info in LANG_INFO.items()
    if "name" in info and "-" not in code
} | {
    "chinese": "zh",
    "chinese (simplified)": "zh-Hans",
    "chinese (traditional)": "zh-Hant",
    "farsi": "fa",
    "filipino": "fil",
    "malay": "ms",
    "norwegian": "no",
    "tagalog": "tl",
    "simplified chinese": "zh-Hans",
    "traditional chinese": "zh-Hant",
}


@lru_cache(maxsize=4_096)
def tag(text: str) -> str | None:
    """Return the BCP 47 tag of a language name or tag, `und` for one unknown, None for none."""
    clean = text.strip()
    if not clean:
        return None
    if named := _NAMES.get(clean.casefold()):
        return named
    if not _TAG.fullmatch(clean):
        return UNDETERMINED
    language, *rest = clean.replace("_", "-").split("-")
    return "-".join([language.lower(), *map(_subtag, rest)])


def _subtag(text: str) -> str:
    """Write a script as Hans, a region as CN, anything else in lower case."""
    if len(text) == 4 and text.isalpha():
        return text.title()
    return text.upper() if len(text) == 2 else text.lower()
