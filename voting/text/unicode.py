"""Pure: hostile Unicode. A text as it may be shown, and a text as it is compared.

What is removed from a shown text cannot be seen or moves other signs: see Unicode Technical
Report 36 (security considerations) and CVE-2021-42574 (overrides of the writing direction).
"""

import re
import unicodedata
from typing import Final

_LINE_BREAKS: Final = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNENCODABLE: Final = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_JOINS: Final = (
    "\u0600-\u06ff\u0700-\u077f\u08a0-\u08ff"  # Arabic, Syriac
    "\u0900-\u0dff\u0f00-\u109f\u1780-\u18af"  # Indic scripts, Tibetan, Burmese, Khmer, Mongolian
    "\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
)
_PICTURES: Final = "\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff"
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters but tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width, writing direction
    "\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"  # tags and further variation selectors, used to smuggle text
    # Joiners stay where a script needs them, and inside a picture made of several.
    f"|\u200c(?:(?<![{_JOINS}].)|(?![{_JOINS}]))"
    f"|\u200d(?:(?<![{_JOINS}{_PICTURES}].)|(?![{_JOINS}{_PICTURES}]))"
    "|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]+"
)
_STACKED_MARKS: Final = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_LOOKALIKES: Final = str.maketrans(
    "АаВвЕеЗзІіЇїЈјКкМмНнОоПпРрСсТтУуХхЅѕԁԛԜԝҮүҺһӀӏ"  # Cyrillic
    "ΑαΒβΕεΖζΗηΙιΚκΜΝνΟοΡρΤτΥυΧχϲϹ"  # Greek
    "ıɑɡɩʟɪɴʀʏᴀʙᴄᴅᴇɢʜᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜰꜱ"  # Latin small capitals and variants
    "‐‑‒–—―−ʼ’‘＇",
    "aabbeezziiiijjkkmmhhoonnppccttyyxxssdqwwyyhhll"
    "aabbeezzhniikkmnvooppttyuxxcc"
    "iagilinryabcdeghjkmoptuvwzfs"
    "-------''''",
) | {
    first + place: chr(ord("a") + place)
    # Letters of flags, and letters white on black in circles and squares.
    for first in (0x1F1E6, 0x1F150, 0x1F170)
    for place in range(26)
}


def displayable(text: str) -> str:
    """Return the text without signs that cannot be seen or that turn the writing direction.

    Direction comes from the letters themselves (`dir="auto"`), so marks of direction go as well.
    Stacks of more than four accents are cut, for they cover the lines above and below.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_BREAKS.sub("\n", text)
    text = _UNENCODABLE.sub("\ufffd", text)
    text = _INVISIBLE.sub("", text)
    return _STACKED_MARKS.sub(r"\1", text)


def comparable(text: str) -> str:
    """Return the text in one form for all that looks alike: lower case, no accents, Latin letters.

    Only to search names in: other words change too (`нет` becomes `het`).
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", displayable(text).translate(_LOOKALIKES))
        seen = (sign for sign in decomposed if unicodedata.category(sign) not in {"Mn", "Me", "Cf"})
        text = unicodedata.normalize("NFKC", "".join(seen)).translate(_LOOKALIKES)
    return text.casefold()
