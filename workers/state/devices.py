"""What ends a device login early, and how user codes are written."""

import secrets
from datetime import timedelta
from typing import Final, Literal

from arena.eventstore.domain import DomainError

LIFETIME: Final = timedelta(minutes=15)
POLL_INTERVAL: Final = timedelta(seconds=5)
KEY_LIFETIME: Final = timedelta(days=365)
_ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""Consonants only (RFC 8628, 6.1): no word comes out, none is mistaken for a digit."""
_LETTERS: Final = 8

DeviceRefusalCode = Literal["device-code-expired", "device-code-refused", "slow-down"]


class UnknownUserCode(DomainError):
    """Nothing waits for that code: mistyped, expired, used or never given out."""


class DeviceRefused(DomainError):
    """A device gets no key; `code` is the name of the problem for programs."""

    def __init__(self, code: DeviceRefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def new_user_code() -> str:
    """Return eight letters: 34 bits, guessed at ten a minute in no human time."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))


def shown(user_code: str) -> str:
    """Return the code as people read it: `BCDF-GHJK`."""
    return f"{user_code[:4]}-{user_code[4:]}"


def typed(text: str) -> str:
    """Return the code that somebody typed, whatever they put between the letters."""
    return "".join(letter for letter in text.upper() if letter.isalpha())[: _LETTERS + 1]
