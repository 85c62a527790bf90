"""How numbers and times read on pages; static/leaderboards/numbers.js writes them the same way."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite
from typing import Any

from django import template

register = template.Library()

GROUP_SEPARATOR = "\u202f"
"""Narrow no-break space, the thousands separator of ISO 80000-1."""
_GROUP_FROM = 10_000
_EXACT = Context(prec=400)
"""Holds every float with its decimals: the largest has 309 digits before the point."""


def fixed(value: float, digits: int) -> str:
    """Return the value with `digits` decimals, halves away from zero as JavaScript's toFixed.

    An en dash for what is no finite number.
    """
    if not isfinite(value):
        return "–"
    quantum = Decimal(1).scaleb(-digits)
    return str(Decimal(value).quantize(quantum, rounding=ROUND_HALF_UP, context=_EXACT))


@register.filter
def number(value: float, digits: int = 0) -> str:
    """Return the value with `digits` decimals, thousands apart from 10 000 on."""
    text = fixed(value, digits)
    whole, point, decimals = text.partition(".")
    if not isfinite(value) or abs(value) < _GROUP_FROM:
        return text.replace("-", "\u2212")
    grouped = f"{int(whole):,}".replace(",", GROUP_SEPARATOR)
    return (grouped + point + decimals).replace("-", "\u2212")


@register.filter
def signed(value: float, digits: int = 0) -> str:
    """Return the value as `number` does, with a plus sign where it is above zero."""
    text = number(value, digits)
    return f"+{text}" if value > 0 and isfinite(value) else text


@register.filter
def millionths(value: int) -> float:
    """Return an amount that events hold in millionths of its unit, such as US dollars."""
    return value / 1_000_000


@register.filter
def plain(value: float | None) -> str:
    """Return the value for a `data-` attribute as a script writes it, empty when there is none."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else str(value)


@register.filter
def moment(value: datetime | None) -> str:
    """Return `2026-11-20 14:03:11 UTC`, an en dash when there is no time yet."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if value else "–"


@register.filter
def iso(value: datetime | None) -> str:
    """Return RFC 3339 for a `datetime` attribute."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


@register.filter
def percent(share: float | None, digits: int = 1) -> str:
    """Return a share of 1 in per cent without the sign, an en dash when there is none."""
    return "–" if share is None else number(100 * share, digits)


@register.filter
def at(items: Sequence[Any], place: int) -> Any:
    """Return the item at a place, from 0, of what is as long as the list that is walked."""
    return items[place]
