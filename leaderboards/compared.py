"""Two moments of a board read and compared: what moved between them, and why."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

import voting.queries
from arena.tenancy.models import Tenant
from leaderboards import history
from leaderboards.causes import Cause, Causes, causes, refuse_too_far
from leaderboards.changes import RowChange, differences
from leaderboards.moments import BadMoment, Moment, moment_of, written
from leaderboards.past import alone, board_as_of
from leaderboards.queries import BoardTable, board_table
from leaderboards.rebuild import recorded_at
from leaderboards.sources import today

DEFAULT_SPAN = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A board at two moments. Both are computed by the formula of today."""

    before: BoardTable
    after: BoardTable
    since: str
    """What names the earlier board for ever, as `as_of` takes it: position, and a later day."""
    until: str
    rows: tuple[RowChange, ...]
    causes: Causes
    formulas: tuple[str, ...]
    """Versions of the formula that the fits between the two were made by, oldest first."""

    def causes_of(self, change: RowChange) -> tuple[Cause, ...]:
        """Return what happened to a row itself; others may have moved it, too."""
        return self.causes.of_row(change.key, change.model["slug"])

    @property
    def formula_changed(self) -> bool:
        """Return whether readers saw another formula before than after."""
        return len(self.formulas) > 1


def compared(*, tenant: Tenant, board: str, since: str, until: str) -> Comparison:
    """Compare a board at two moments; an empty text is now, or a day before that end.

    Raises BadMoment, TooFarApart, PastIsBusy and voting.queries.UnknownBoard.
    """
    info = voting.queries.board(tenant=tenant, slug=board)
    end = moment_of(tenant=tenant, board=board, text=until, name="to") if until else None
    start = _start(tenant, board, since, end=end, opened_at=info.position)
    if end:
        if end.position < start.position or end.on < start.on:
            raise BadMoment(
                f"from={since[:40]} is position {start.position} on {start.on}, after "
                f"to={until[:40]}, position {end.position} on {end.on}. Give the earlier moment as "
                "from."
            )
        after, read_on = board_as_of(tenant=tenant, board=board, moment=end).table, end.on
    else:
        after, read_on = board_table(tenant=tenant, board=board), today()
    # Before it reads a past that may be long, or waits: a span too far apart is refused at once.
    span = (start.position, max(after.position, start.position))
    refuse_too_far(*span)
    with alone(tenant):
        found = causes(tenant=tenant, board=board, after=span[0], until=span[1])
    before = board_as_of(tenant=tenant, board=board, moment=start).table
    return Comparison(
        before=before,
        after=after,
        since=written(start.position, on=start.on, recorded_at=before.as_of),
        until=written(after.position, on=read_on, recorded_at=after.as_of),
        rows=tuple(differences(before, after)),
        causes=found,
        formulas=_formulas(tenant, board, start.position, after.position),
    )


def _start(tenant: Tenant, board: str, text: str, *, end: Moment | None, opened_at: int) -> Moment:
    """Return the earlier moment; a day before the end for no text, or when the board was opened."""
    if text:
        return moment_of(tenant=tenant, board=board, text=text, name="from")
    day_before = (_instant(tenant, end) if end else timezone.now()) - DEFAULT_SPAN
    try:
        return moment_of(tenant=tenant, board=board, text=day_before.isoformat(), name="from")
    except BadMoment:
        return moment_of(tenant=tenant, board=board, text=str(opened_at), name="from")


def _instant(tenant: Tenant, moment: Moment) -> datetime:
    """Return when a moment is: as its event was recorded, or at the end of a later day."""
    recorded = recorded_at(tenant, moment.position)
    if recorded is not None and recorded.date() == moment.on:
        return recorded
    return datetime.combine(moment.on, time.max, UTC)


def _formulas(tenant: Tenant, board: str, after: int, until: int) -> tuple[str, ...]:
    versions = history.formula_versions(tenant=tenant, board=board, after=after, until=until)
    return tuple(dict.fromkeys(versions))
