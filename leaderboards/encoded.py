"""Answers of public boards as the bytes that are sent, packed once and kept with their board."""

import gzip
import hashlib
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag

from leaderboards.page_cache import PageCache, Sized

_TAKES_GZIP: Final = re.compile(r"\bgzip\b")
_PACK_FROM_BYTES: Final = 200
_LEVEL: Final = 6


class Encoded(NamedTuple):
    """A body, the same packed by gzip, and an ETag that its content alone decides."""

    body: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes) -> "Encoded":
        """Pack a body; one that is hardly longer than the header of gzip stays as it is."""
        packed = gzip.compress(body, _LEVEL, mtime=0) if len(body) >= _PACK_FROM_BYTES else b""
        return cls(body, packed, quote_etag(hashlib.sha256(body).hexdigest()[:32]))


class EncodedCache:
    """Encoded answers by key and version (PageCache)."""

    def __init__(self, *, most_bytes: int) -> None:
        self._kept: PageCache[Encoded] = PageCache(most_bytes=most_bytes)

    def get(self, key: tuple[object, ...], version: object, make: Callable[[], bytes]) -> Encoded:
        """Return the answer, encoded now if there is none of this version."""

        def encode() -> Sized[Encoded]:
            made = Encoded.of(make())
            return Sized(made, len(made.body) + len(made.packed))

        return self._kept.get(key, version, encode)


def answer(
    request: HttpRequest, found: Encoded, content_type: str, *, is_public: bool, etag: str
) -> HttpResponse:
    """Return the body, packed where the client takes that and everybody may read it.

    The caller says by `Vary` that the answer depends on `Accept-Encoding`.
    What is private is left to those who compress with a random length (BREACH, 2013): its bytes
    stay the same for as long as the board does.
    """
    accepts = _TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
    is_packed = bool(found.packed) and is_public and accepts
    response = HttpResponse(found.packed if is_packed else found.body, content_type=content_type)
    response["ETag"] = f"W/{etag}" if is_packed else etag
    if is_packed:
        response["Content-Encoding"] = "gzip"
    return response
