"""How times and lengths of time read where a page and its live updates must say the same."""

from datetime import UTC, datetime

_MINUTE_S = 60
_HOUR_S = 3_600


def moment(value: datetime | None) -> str:
    """Return `2026-11-20 14:03:11 UTC`, an en dash when there is no time."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if value else "–"


def duration(seconds: float) -> str:
    """Return a length of time in the unit that suits it: 42 s, 3 min, 2.5 h."""
    if seconds < 2 * _MINUTE_S:
        return f"{max(0, round(seconds))} s"
    if seconds < 2 * _HOUR_S:
        return f"{round(seconds / _MINUTE_S)} min"
    return f"{seconds / _HOUR_S:.1f} h"
