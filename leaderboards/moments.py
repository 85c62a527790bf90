"""Moments of a board: what `as_of` of an address names, and what its refusal allows."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import voting.queries
from arena.eventstore.queries import events_after, log_head
from arena.tenancy.models import Tenant
from leaderboards.sources import today

_POSITION: Final = re.compile(r"([1-9][0-9]{0,17})(?:@([0-9]{4}-[0-9]{2}-[0-9]{2}))?", re.ASCII)
"""A position, and after an @ the day on which it is read."""


class BadMoment(ValueError):
    """The text names no moment at which the board could be read; the message gives the range."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A position of the log, and the day on which its board is read: UTC.

    The day decides which price lists hold and which facts have expired.
    """

    position: int
    on: date


def moment_of(*, tenant: Tenant, board: str, text: str, name: str = "as_of") -> Moment:
    """Return what a text names: a position, or the newest one by a date or time.

    A date is its end in UTC; a time without a zone is UTC; a position is read on the day it was
    recorded, unless a later one follows it: `45@2026-11-29`. `name` is what a refusal calls it.
    Raises BadMoment with the range there is, and voting.queries.UnknownBoard.
    """
    first = voting.queries.board(tenant=tenant, slug=board).position
    last = log_head(tenant=tenant).position
    if named := _POSITION.fullmatch(text):
        position = int(named[1])
        if first <= position <= last:
            recorded_on = _recorded(tenant, position).date()
            on = _day(named[2]) if named[2] else recorded_on
            if on is not None and recorded_on <= on <= today():
                return Moment(position=position, on=on)
    elif (until := _instant(text)) is not None:
        day = (until - timedelta(microseconds=1)).date()
        position = _newest_before(tenant, until, last=last)
        if first <= position and day <= today():
            return Moment(position=position, on=day)
    since = _recorded(tenant, first).date().isoformat()
    raise BadMoment(
        f"{name}={text[:40]}: not a moment of this board. Give a position from {first} to {last}, "
        f"or an ISO 8601 date or time from {since} to {today().isoformat()}."
    )


def written(position: int, *, on: date, recorded_at: datetime | None) -> str:
    """Return the text that names a position of which the event was recorded then, read on a day."""
    is_of_that_day = recorded_at is None or recorded_at.date() == on
    return str(position) if is_of_that_day else f"{position}@{on.isoformat()}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    """Return the instant before which events count; None for what is no ISO 8601 date or time."""
    try:
        if len(text) == len("2026-01-01"):
            # The very last day has no day after it.
            return datetime.combine(date.fromisoformat(text), time.min, UTC) + timedelta(days=1)
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        # Events of that very instant count.
        return moment + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def _newest_before(tenant: Tenant, instant: datetime, *, last: int) -> int:
    """Return the newest position recorded before an instant, 0 without one, by bisection.

    Times grow with positions, since one lock numbers and stamps; twenty steps do for a million.
    """
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        if _recorded(tenant, middle) < instant:
            low = middle
        else:
            high = middle - 1
    return low


def _recorded(tenant: Tenant, position: int) -> datetime:
    (event,) = events_after(tenant=tenant, position=position - 1, limit=1, types=None)
    return event.recorded_at
