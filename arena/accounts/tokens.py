"""Random secrets that are shown once and stored as a digest."""

import hashlib
import secrets
import string

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SECRET_BYTES = 32
# 62**43 is the first power of 62 above 2**256, so every secret has the same length.
_SECRET_DIGITS = 43
KEY_PREFIX = "ak_live_"
_VISIBLE_DIGITS = 6


def new_token() -> str:
    """Return 32 random bytes in base62: 43 letters and digits."""
    number = int.from_bytes(secrets.token_bytes(_SECRET_BYTES))
    digits = []
    for _ in range(_SECRET_DIGITS):
        number, remainder = divmod(number, len(_BASE62))
        digits.append(_BASE62[remainder])
    return "".join(digits)


def new_api_key() -> str:
    """Return a new key; the prefix lets secret scanners find one that leaked."""
    return KEY_PREFIX + new_token()


def visible_part(raw_key: str) -> str:
    """Return the start of a key by which its owner tells it from others."""
    return raw_key[: len(KEY_PREFIX) + _VISIBLE_DIGITS]


def digest(secret: str) -> bytes:
    """Return the SHA-256 to store; 256 random bits need no slow hash and no salt."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()
