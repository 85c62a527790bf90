"""Canonical JSON (RFC 8785) and digests: the bytes that are hashed and signed."""

import hashlib
from typing import Any

import rfc8785


class NotCanonicalError(ValueError):
    """The value has no canonical form: NaN, infinity, an integer beyond 2^53, a lone surrogate."""


def canonical(value: Any) -> bytes:
    """Return the one UTF-8 form of a JSON value; raise NotCanonicalError."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise NotCanonicalError(str(error) or "nested too deeply") from error


def sha256(data: bytes) -> str:
    """Return the digest in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """Return the digest of a JSON value's canonical form; raise NotCanonicalError."""
    return sha256(canonical(value))
