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

SPOKEN = frozenset(
    (
        "ace", "af", "am", "an", "ar", "as", "ast", "az", "ba", "bcl", "be", "bg", "bn",
        "br", "bs", "ca", "ceb", "co", "crh", "cs", "cy", "da", "de", "dsb", "dv", "dz",
        "el", "en", "eo", "es", "et", "eu", "ext", "fa", "ff", "fi", "fil", "fo", "fr",
        "fy", "ga", "gcf", "gcr", "gd", "gl", "gn", "gom", "grc", "gsw", "gu", "guw",
        "ha", "haw", "he", "hi", "hr", "hsb", "ht", "hu", "hy", "ia", "id", "ig", "io",
        "is", "it", "iu", "ja", "jv", "ka", "kab", "kik", "kk", "km", "kn", "ko", "ks",
        "ku", "kw", "ky", "la", "lb", "lg", "li", "lij", "ln", "lo", "lt", "lv", "mai",
        "mg", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "nap", "nds", "ne", "nl",
        "no", "nso", "nv", "ny", "oc", "om", "or", "os", "pa", "pap", "pcm", "pl", "ps",
        "pt", "qu", "rm", "ro", "ru", "rw", "sa", "sc", "scn", "sco", "sd", "se", "si",
        "sk", "sl", "sm", "sn", "so", "sq", "sr", "st", "su", "sv", "sw", "szl", "ta",
        "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty",
        "udm", "ug", "uk", "ur", "uz", "ve", "vec", "vi", "vo", "wa", "wo", "xh", "yi",
        "yo", "zh", "zu",
    )
)  # fmt: skip
"""Languages that a voter may name: those that detection names, and more that people write."""
_SCRIPTS = frozenset({"zh-Hans", "zh-Hant"})


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


def spoken(text: str) -> str | None:
    """Return the tag of a language that a voter names, without region; as `tag`, `und` for others.

    Each is a board that everybody sees, so it comes from a list and not from the voter.
    """
    found = tag(text)
    if found is None or found in _SCRIPTS:
        return found
    language = found.partition("-")[0]
    return language if language in SPOKEN else UNDETERMINED


def _subtag(text: str) -> str:
    """Write a script as Hans, a region as CN, anything else in lower case."""
    if len(text) == 4 and text.isalpha():
        return text.title()
    return text.upper() if len(text) == 2 else text.lower()
