"""Checks that statements of sources share: who says so, where, and when."""

from datetime import date
from typing import Final

from django.utils import timezone

from arena.eventstore.domain import DomainError
from benchmarks import naming

_MAX_URL: Final = 2_000


def named(text: str, *, what: str) -> str:
    """Return a name; raise DomainError where it cannot be one."""
    try:
        return naming.check_name(text)
    except ValueError as error:
        raise DomainError(f"{what}: {error}") from None


def web_address(address: str | None) -> str | None:
    """Return an address, None for an empty one; raise DomainError."""
    if not address:
        return None
    if not address.startswith(("https://", "http://")) or len(address) > _MAX_URL:
        raise DomainError(
            f"source: the address begins with https:// and has at most {_MAX_URL} characters"
        )
    if not address.isprintable():
        raise DomainError("source: the address holds a character that cannot be printed")
    return address


def past_day(day: date) -> date:
    """Return a day that is not to come; raise DomainError."""
    if day > timezone.now().date():
        raise DomainError(f"date: {day} is still to come")
    return day
