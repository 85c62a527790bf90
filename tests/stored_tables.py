"""Tables of projections and boards as they are stored, to be compared with one another."""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from django.core import serializers
from django.db import connection, models

import voting.queries
from arena.tenancy.models import Tenant
from leaderboards.models import BoardState, LeaderboardRow
from leaderboards.rebuild import rebuild as rebuild_board

VOLATILE = {"id", "pk"}
_BETWEEN_READINGS_S = 0.05


def rows(tenant: Tenant, table: type[models.Model]) -> list[dict[str, Any]]:
    """Return the rows of a tenant without their surrogate keys, in a stable order."""
    found = serializers.serialize("python", table._default_manager.filter(tenant=tenant))
    stripped = [
        {key: value for key, value in item["fields"].items() if key not in VOLATILE}
        for item in found
    ]
    return sorted(stripped, key=repr)


def compute_boards(tenant: Tenant) -> None:
    """Bring every board up to its inputs, as the worker does after each bell."""
    for board in voting.queries.boards(tenant=tenant):
        rebuild_board(tenant=tenant, board=board.slug)


def board_rows(tenant: Tenant) -> list[str]:
    """Return the tables of the boards as text, but for what counts how often they were written."""
    found = [*rows(tenant, LeaderboardRow), *rows(tenant, BoardState)]
    counted = {"revision", "previous_position"}
    return [
        json.dumps({key: value for key, value in row.items() if key not in counted}, default=str)
        for row in found
    ]


@contextlib.contextmanager
def reading(
    tenant: Tenant, expected: Mapping[type[models.Model], list[dict[str, Any]]]
) -> Iterator[list[type[models.Model]]]:
    """Read every table over and over on a connection of its own; yield those that differed."""
    differences: list[type[models.Model]] = []
    begun, over = threading.Event(), threading.Event()

    def read() -> None:
        try:
            while not over.is_set():
                differences.extend(
                    table for table, before in expected.items() if rows(tenant, table) != before
                )
                begun.set()
                over.wait(_BETWEEN_READINGS_S)
        finally:
            begun.set()
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    try:
        yield differences
    finally:
        over.set()
        reader.join()
