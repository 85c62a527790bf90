"""Commit to a text without saying it: a salted SHA-256, which nobody can guess back.

Erasing the salt together with the text leaves a number that says nothing about anybody.
"""

import hashlib
import hmac
import secrets

_SALT_BYTES = 16


def new_salt() -> str:
    """Return 32 random hex digits."""
    return secrets.token_hex(_SALT_BYTES)


def commitment(*, salt: str, content: str | bytes) -> str:
    """Return the SHA-256 of the salt in hex, a newline and the content, as 64 hex digits."""
    body = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(salt.encode() + b"\n" + body).hexdigest()


def opens(*, salt: str, content: str | bytes, committed: str) -> bool:
    """Tell whether salt and content are what was committed to."""
    return hmac.compare_digest(commitment(salt=salt, content=content), committed)


def assignment_text(
    *, deployment_a: str, deployment_b: str | None, pair_probability_ppb: int | None
) -> str:
    """Return what a battle's `assignment_commitment` commits to: three lines, empty for None."""
    return "\n".join(
        "" if value is None else str(value)
        for value in (deployment_a, deployment_b, pair_probability_ppb)
    )
