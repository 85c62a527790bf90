"""Pure: which day or week a digest belongs to."""

from datetime import date, datetime, timedelta
from typing import Final

from arena.notices.models import Cadence

SENT_FROM_HOUR: Final = 6
"""UTC. A day's digests are mailed from then on, a week's on Monday."""


def period_of(cadence: str, at: datetime) -> date:
    """Return the first day of the newest period that has begun at a time (UTC)."""
    day = (at - timedelta(hours=SENT_FROM_HOUR)).date()
    return day - timedelta(days=day.weekday()) if cadence == Cadence.WEEKLY else day
