"""Pure: a view of a board at one position of the log as a short code, and back.

The code is the board's slug and the query of the view, deflated with a dictionary of the words that
such queries hold, in the letters of base64 for URLs. Nothing is stored: one view has one code, in
every arena and for ever, and whoever has the code has no more than the address.
"""

import base64
import binascii
import re
import zlib
from typing import Final

_FIRST: Final = "1"
"""Of every code: which dictionary it was made with. The dictionary of a letter never changes."""
_WORDS: Final = (
    b"not-stated=own-hardware=utilisation=months=tariff=rate=currency=EUR&mix=reasoning&mix=rag-8k"
    b"&mix=agent&density=compact&tiers=off&profile=eu-public-body&profile=us-organisation"
    b"&max_age_days=&min_runs=&min_votes=&max_price=&trust=T2&training=&retention=&jurisdiction="
    b"&processing=&open_weights=yes&licence_class=&licence=&developer=&operator=self-hosted&nodes="
    b"&hardware=&engine=vLLM&engine=llama.cpp&quantization=FP8&section=preliminary&section=unrated"
    b"&section=measured&section=rated&q=controlled_rating,both_bad,task_electricity,rank_one,votes,"
    b"decode_tokens_per_second,output_usd_per_million_tokens,task_cost,sovereign&sort=-rating"
    b"&columns=rating,text?as_of="
)
_LONGEST_CODE: Final = 2_000
_LONGEST_TEXT: Final = 4_000
_TEXT: Final = re.compile(r"([-a-zA-Z0-9_]{1,200})\?([!-~]*)")


class BadCode(ValueError):
    """No view has this code."""


def code_of(board: str, query: str) -> str:
    """Return the code of a view; `query` is its canonical query string with the position."""
    press = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=_WORDS)
    packed = press.compress(f"{board}?{query}".encode("ascii")) + press.flush()
    return _FIRST + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def short_code(board: str, query: str) -> str | None:
    """Return the code of a view that `view_of` reads; None for a view that is too long for one."""
    code = code_of(board, query)
    is_short = len(board) + len(query) < _LONGEST_TEXT and len(code) <= _LONGEST_CODE
    return code if is_short else None


def view_of(code: str) -> tuple[str, str]:
    """Return the board's slug and the query string of a code; raise BadCode."""
    if not code.startswith(_FIRST) or len(code) > _LONGEST_CODE:
        raise BadCode("no view has this code")
    letters = code.removeprefix(_FIRST)
    try:
        packed = base64.b64decode(letters + "=" * (-len(letters) % 4), b"-_", validate=True)
        opened = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_WORDS)
        text = opened.decompress(packed, _LONGEST_TEXT).decode("ascii")
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise BadCode("no view has this code") from error
    match = _TEXT.fullmatch(text)
    if match is None or not opened.eof or opened.unused_data:
        raise BadCode("no view has this code")
    return match[1], match[2]
