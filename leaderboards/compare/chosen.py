"""What the address of a comparison chooses: a board, its rows, costs, and whose sovereignty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import voting.queries
from arena.tenancy.models import Tenant
from benchmarks.sovereignty import Profile, UnknownProfile, default_profile, profile_called
from leaderboards import queries
from leaderboards.cost import board as cost_board
from leaderboards.cost import parameters, reading
from leaderboards.cost.parameters import MAX_TASKS, Parameters
from leaderboards.cost.reading import BadParameter
from leaderboards.profiles import for_profile
from leaderboards.queries import BoardTable
from leaderboards.rows import Row
from leaderboards.sources import today

ROWS_MIN: Final = 2
ROWS_MAX: Final = 6
_LISTED: Final = 40
"""Row keys that a refusal names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """The rows in the order of the address; the first is what the others are held against."""

    table: BoardTable
    rows: tuple[Row, ...]
    costs: Parameters
    profile: Profile
    tasks_a_day: float | None

    @property
    def keys(self) -> list[str]:
        """Return the keys of the rows."""
        return [row["key"] for row in self.rows]

    @property
    def kept(self) -> dict[str, str]:
        """Return the parameters beside board and rows that are not as they are by default."""
        usual = parameters.defaults().stated
        told = {name: text for name, text in self.costs.stated.items() if text != usual[name]}
        if self.profile != default_profile():
            told["profile"] = self.profile.slug
        if self.tasks_a_day is not None:
            told["tasks"] = f"{self.tasks_a_day:.10g}"
        return told

    def query(self, keys: Sequence[str] | None = None) -> str:
        """Return the query of this comparison, or of the same of other rows."""
        rows = [("row", key) for key in (self.keys if keys is None else keys)]
        return urlencode([("board", self.table.info.slug), *rows, *self.kept.items()])


def board_of(*, tenant: Tenant, query: Mapping[str, str]) -> str | None:
    """Return the board asked for, by default the first; None in an arena without any.

    Raises BadParameter naming the boards there are.
    """
    slugs = [info.slug for info in voting.queries.boards(tenant=tenant)]
    return reading.choice(query, "board", slugs) or (slugs[0] if slugs else None)


def read(*, tenant: Tenant, query: Mapping[str, str], keys: Sequence[str]) -> Chosen:
    """Return what is compared; raise BadParameter naming what is allowed."""
    if not ROWS_MIN <= len(keys) <= ROWS_MAX:
        raise BadParameter(
            "row", f"{len(keys)} given; {ROWS_MIN} to {ROWS_MAX} rows of one board are compared."
        )
    board = board_of(tenant=tenant, query=query)
    if board is None:
        raise BadParameter("board", "there is none yet.")
    costs = parameters.read(query)
    tasks = reading.number(query, "tasks", low=1, high=MAX_TASKS, unit="tasks a day")
    profile = _profile(query)
    table = cost_board.with_costs(
        queries.board_table(tenant=tenant, board=board), tenant=tenant, chosen=costs
    )
    rows = _rows(table.rows, keys, board=board)
    return Chosen(
        table=table,
        rows=tuple(for_profile(rows, tenant=tenant, profile=profile, on=today())),
        costs=costs,
        profile=profile,
        # Beside each mix a month is told whatever unit the figures of the board have.
        tasks_a_day=costs.tasks if costs.unit == "month" else tasks,
    )


def _profile(query: Mapping[str, str]) -> Profile:
    try:
        return profile_called(query.get("profile") or None)
    except UnknownProfile as error:
        raise BadParameter("profile", str(error)) from error


def _rows(rows: Sequence[Row], keys: Sequence[str], *, board: str) -> list[Row]:
    by_key = {row["key"]: row for row in rows}
    for number, key in enumerate(keys):
        if key not in by_key:
            raise BadParameter("row", f"{key[:80]} is not on {board}; {_named(by_key)}")
        if key in keys[:number]:
            raise BadParameter("row", f"{key[:80]} is there twice; each row once is allowed.")
    return [by_key[key] for key in keys]


def _named(by_key: Mapping[str, Row]) -> str:
    named = ", ".join(list(by_key)[:_LISTED])
    more = len(by_key) - _LISTED
    if not named:
        return "it has no rows."
    return f"{named} are{f', and {more} more' if more > 0 else ''}."
