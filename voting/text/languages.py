"""Pure: the language of a text, detected; names and tags from files are `voting.languages`."""

import re
from collections import Counter
from functools import cache
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from voting.text.tokens import without_fenced_code

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

CONFIDENCE: Final = 0.6
"""Least probability of the language named. Below it the answer is None."""
SHORTEST: Final = 10
"""Least number of letters, in bytes of UTF-8: ten Latin letters, five Cyrillic, four Chinese."""
LONGEST: Final = 10_000
"""Characters that are looked at, from the start: more hardly change the answer."""
_MACROLANGUAGES: Final = {
    **dict.fromkeys(("arz", "ary"), "ar"),
    **dict.fromkeys(("wuu", "yue"), "zh"),
    "fuv": "ff",
    "gug": "gn",
    "hbo": "he",
    "ltg": "lv",
    "nn": "no",
    "sdh": "ku",
    "uzs": "uz",
}
"""ISO 639-3 members to the language that people name (and Biblical to modern Hebrew)."""
_NO_LANGUAGE: Final = "zxx"
_NOT_PROSE: Final = re.compile(
    r"`[^`\n]*`|https?://\S+|www\.\S+|\b[\w.+-]{1,64}@\S+|\$[^$\n]+\$|<[^<>\n]+>"
)
_lock: Final = Lock()


def detect(text: str) -> str | None:
    """Return the BCP 47 primary tag of the language of a text; None when it is short or unsure.

    Code, addresses and formulas are left out first. Naive Bayes over byte n-grams (Lui and
    Baldwin 2012, py3langid's model of 140 languages); the members of one macrolanguage are added
    up. The first call in a process loads the model, which takes about a second: keep it off an
    event loop.
    """
    prose = _NOT_PROSE.sub(" ", without_fenced_code(text[:LONGEST]))
    letters = sum(len(sign.encode(errors="replace")) for sign in prose if sign.isalpha())
    if letters < SHORTEST:
        return None
    probabilities: Counter[str] = Counter()
    for language, probability in _identifier().rank(prose):
        probabilities[_MACROLANGUAGES.get(language, language)] += probability
    ((language, probability),) = probabilities.most_common(1)
    return language if probability >= CONFIDENCE and language != _NO_LANGUAGE else None


def get_ready() -> None:
    """Begin to load the model in a thread, for somebody who is about to write a prompt."""
    if not _load.cache_info().currsize:
        Thread(target=_identifier, name="language-model", daemon=True).start()


def _identifier() -> "LanguageIdentifier":
    """Return the model of this process. Two threads that need it first load it once."""
    with _lock:
        return _load()


@cache
def _load() -> "LanguageIdentifier":
    """Load the model: 80 MB of memory, so not before somebody writes a prompt."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
