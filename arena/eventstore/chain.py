"""The hash chain: canonical JSON of an event, the digest of its body, the link to its predecessor.

    body  = SHA-256(canonical JSON of {data, id, metadata, stream, tenant, type, type_version})
    hash  = SHA-256(previous hash || position || stream version || recorded_at_us || body)

`recorded_at_us` counts microseconds since 1970. The three numbers are big-endian signed integers of
8, 4 and 8 bytes; the first event links to 32 zero bytes. The database computes the link while it
holds the tenant's lock (sql/append.sql), this module computes it again to verify. Canonical JSON is
RFC 8785 on the values we admit: finite numbers that every JSON reader parses alike, no NUL, no lone
surrogates.
"""

import hashlib
import json
import math
import struct
from typing import Any
from uuid import UUID

GENESIS = bytes(32)
MAX_SAFE_INTEGER = 2**53 - 1
_LINK = struct.Struct(">qiq")
_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


class NotCanonical(ValueError):
    """A value that JSON readers or jsonb would not hand back unchanged."""


def normalise(value: Any, path: str = "$") -> Any:
    """Return the value with whole floats as integers; raise NotCanonical naming the path.

    jsonb and RFC 8785 print 1.0 as 1, so it is stored as 1. Refused are NaN and infinity,
    floats that Python would print with an exponent, integers beyond 2^53 - 1, NUL, lone
    surrogates, keys that are not ASCII strings, and anything JSON does not have.
    """
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is str:
        return _text(value, path)
    if kind is int:
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonical(f"{path}: {value} is beyond 2^53 - 1")
        return value
    if kind is float:
        return _number(value, path)
    if kind is dict:
        return {_key(k, path): normalise(v, f"{path}.{k}") for k, v in value.items()}
    if kind in (list, tuple):
        return [normalise(item, f"{path}[{index}]") for index, item in enumerate(value)]
    raise NotCanonical(f"{path}: {kind.__name__} is not a JSON value")


def _text(value: str, path: str) -> str:
    if value.isascii():
        if "\x00" in value:
            raise NotCanonical(f"{path}: text holds a NUL character")
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotCanonical(f"{path}: text holds a lone surrogate") from None
    if "\x00" in value:
        raise NotCanonical(f"{path}: text holds a NUL character")
    return value


def _number(value: float, path: str) -> float | int:
    if not math.isfinite(value):
        raise NotCanonical(f"{path}: {value} is not a finite number")
    if value.is_integer():
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonical(f"{path}: {value} is beyond 2^53 - 1")
        return int(value)
    if "e" in repr(value):
        raise NotCanonical(f"{path}: {value} is too small to print without an exponent")
    return value


def _key(key: Any, path: str) -> str:
    if type(key) is not str or not key.isascii() or "\x00" in key:
        raise NotCanonical(f"{path}: key {key!r} is not an ASCII string")
    return key


def canonical(value: Any) -> bytes:
    """Return the canonical JSON (UTF-8) of a value that `normalise` has let through."""
    return _encode(value).encode()


def body_digest(
    *,
    tenant_id: int,
    event_id: UUID,
    stream: str,
    type_name: str,
    type_version: int,
    data: dict[str, Any],
    metadata: dict[str, Any],
) -> bytes:
    """Return the 32-byte SHA-256 of everything the writer said."""
    body = {
        "data": data,
        "id": str(event_id),
        "metadata": metadata,
        "stream": stream,
        "tenant": tenant_id,
        "type": type_name,
        "type_version": type_version,
    }
    return hashlib.sha256(_encode(body).encode()).digest()


def link(
    *, previous: bytes, position: int, version: int, recorded_at_us: int, body: bytes
) -> bytes:
    """Return the 32-byte hash of an event from its predecessor's hash and its own body digest."""
    return hashlib.sha256(previous + _LINK.pack(position, version, recorded_at_us) + body).digest()
