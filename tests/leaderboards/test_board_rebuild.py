"""Rebuilding a board: a pure function of its inputs, whole or not at all, and only what changed."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment
from leaderboards import rebuild as rebuilding
from leaderboards import row_store
from leaderboards.columns import COLUMNS
from leaderboards.models import BoardState, LeaderboardRow
from leaderboards.queries import BoardTable, as_row, board_table
from leaderboards.rebuild import boards_behind, rebuild
from leaderboards.rows import Row
from tests.leaderboards import scenes
from voting.commands import enter_contestant
from voting.queries import UnknownBoard

pytestmark = pytest.mark.django_db(transaction=True)
Advance = Callable[[Tenant], None]


def _stored(tenant: Tenant) -> str:
    """Everything stored of the tenant's boards but the position that a patch continued from."""
    states = BoardState.objects.filter(tenant=tenant).order_by("board")
    rows = LeaderboardRow.objects.filter(tenant=tenant).order_by("board", "order")
    return json.dumps(
        [
            list(states.values_list("board", "position", "vote_count", "model_count", "anchor")),
            [str(state.updated_at) for state in states],
            [as_row(row) for row in rows],
        ],
        sort_keys=True,
    )


def fold(tenant: Tenant) -> None:
    """Bring every projection up to the log, and no board."""
    for name in projections():
        advance(tenant=tenant, name=name)


def test_deleted_rows_come_back_byte_for_byte(tenant: Tenant, advance_all: Advance) -> None:
    slugs = scenes.league(tenant, size=12)
    scenes.claim(tenant, scenes.deployment(tenant, slugs[5]), "decode_tokens_per_second", 41.25)
    for number in range(5):
        scenes.vote(tenant, slugs[number], slugs[number + 3], "tie")
        advance_all(tenant)
    before = _stored(tenant)
    LeaderboardRow.objects.all().delete()
    BoardState.objects.all().delete()
    advance_all(tenant)
    assert _stored(tenant) == before
    assert len(json.loads(before)[2]) == 12


def test_who_battles_is_an_input_of_the_rows(tenant: Tenant, advance_all: Advance) -> None:
    slugs = scenes.league(tenant)
    scenes.open_text_board(tenant, slug="code")
    entered, _ = (
        register_deployment(
            tenant=tenant, model_slug=slugs[0], quantization=quantization, actor="test"
        )
        for quantization in ("FP8", "Q4_K_M")
    )
    advance_all(tenant)
    before = _stored(tenant)
    for board in ("text", "code"):
        enter_contestant(tenant=tenant, board=board, deployment_slug=entered, actor="test")
        advance_all(tenant)
    advanced = _stored(tenant)
    assert json.loads(advanced)[2] != json.loads(before)[2]
    LeaderboardRow.objects.all().delete()
    BoardState.objects.all().delete()
    advance_all(tenant)
    assert _stored(tenant) == advanced


def test_without_new_events_there_is_nothing_to_change(
    tenant: Tenant, advance_all: Advance
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    assert rebuild(tenant=tenant, board="text") is None
    assert boards_behind(tenant=tenant) == []


def test_a_change_continues_from_the_position_before_and_holds_changed_rows_only(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant, size=3, votes_per_pair=300)
    apart = scenes.models(tenant, "Island 1", "Island 2")
    scenes.vote(tenant, apart[0], apart[1])
    advance_all(tenant)
    before = board_table(tenant=tenant, board="text")
    position = scenes.vote(tenant, apart[0], apart[1])
    fold(tenant)
    assert boards_behind(tenant=tenant) == ["text"]
    change = rebuild(tenant=tenant, board="text")
    assert change is not None
    assert (change.previous_position, change.position) == (before.position, position)
    assert {row["model"]["slug"] for row in change.rows} == set(apart)
    assert change.removed == []
    after = board_table(tenant=tenant, board="text")
    unchanged = [row for row in after.rows if row["model"]["slug"] in slugs]
    assert unchanged == [row for row in before.rows if row["model"]["slug"] in slugs]


def test_a_row_that_reads_the_same_is_stored_but_not_sent(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant, size=20, votes_per_pair=90)
    advance_all(tenant)
    before = {row["key"]: row for row in board_table(tenant=tenant, board="text").rows}
    scenes.vote(tenant, slugs[0], slugs[1])
    fold(tenant)
    change = rebuild(tenant=tenant, board="text")
    assert change is not None
    after = {row["key"]: row for row in board_table(tenant=tenant, board="text").rows}
    sent = {row["key"] for row in change.rows}
    stored = {key for key in after if after[key] != before[key]}
    assert {f"model:{slugs[0]}", f"model:{slugs[1]}"} <= sent < stored
    for key in stored - sent:
        assert _points(after[key]) == _points(before[key])
        assert after[key]["cells"]["votes"] == before[key]["cells"]["votes"]


def _points(row: Row) -> list[str]:
    """The rating and its half width as a page shows them."""
    cell: Any = row["cells"]["rating"]
    figures = (cell["value"], cell["lower"], cell["upper"], (cell["upper"] - cell["lower"]) / 2)
    return [f"{figure:.0f}" for figure in figures]


def test_a_row_that_moves_to_a_deployment_is_removed_under_its_old_key(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    place = scenes.deployment(tenant, slugs[0])
    fold(tenant)
    change = rebuild(tenant=tenant, board="text")
    assert change is not None
    assert change.removed == [f"model:{slugs[0]}"]
    assert [row["key"] for row in change.rows] == [f"deployment:{place}"]


def test_an_event_that_changes_no_row_still_moves_the_position(
    tenant: Tenant, advance_all: Advance
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    scenes.models(tenant, "Unseen")
    fold(tenant)
    change = rebuild(tenant=tenant, board="text")
    assert change is not None
    assert change.position == change.previous_position + 1
    assert change.rows == []


def test_rows_written_by_older_code_are_corrected_without_a_new_event(
    tenant: Tenant, advance_all: Advance, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    LeaderboardRow.objects.filter(tenant=tenant).update(cells={})
    change = rebuild(tenant=tenant, board="text")
    assert change is not None
    assert change.previous_position == change.position
    assert len(change.rows) == 4
    monkeypatch.setattr(rebuilding, "FORMULA_VERSION", "bradley-terry-0")
    assert boards_behind(tenant=tenant) == ["text"]


def test_every_row_has_a_cell_in_every_column(tenant: Tenant, advance_all: Advance) -> None:
    slugs = scenes.league(tenant)
    [outsider] = scenes.models(tenant, "Outsider")
    scenes.claim(tenant, scenes.deployment(tenant, outsider), "elo", 1400)
    [champion] = scenes.models(tenant, "Champion")
    scenes.vote(tenant, champion, slugs[0])
    advance_all(tenant)
    rows = board_table(tenant=tenant, board="text").rows
    assert {row["section"] for row in rows} == {"rated", "unrated", "claims"}
    for row in rows:
        assert set(row["cells"]) == {column.key for column in COLUMNS}
        for cell in row["cells"].values():
            assert (cell["value"] is None) == bool(cell["missing"])
            assert cell["unit"]


def test_readers_see_the_old_board_until_the_new_one_is_complete(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    before = board_table(tenant=tenant, board="text")
    scenes.vote(tenant, slugs[3], slugs[0])
    fold(tenant)
    seen: list[Any] = []

    def read() -> None:
        seen.append(board_table(tenant=tenant, board="text"))
        connection.close()

    with transaction.atomic():
        assert rebuild(tenant=tenant, board="text") is not None
        reader = threading.Thread(target=read)
        reader.start()
        reader.join()
    assert seen == [before]
    assert board_table(tenant=tenant, board="text").position == before.position + 1


def test_a_reader_beside_rebuilds_sees_one_whole_board_after_the_other(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant, size=20)
    advance_all(tenant)
    first = board_table(tenant=tenant, board="text")
    stored = {first.position: first.rows}
    seen: list[BoardTable] = []
    begun, over = threading.Event(), threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.append(board_table(tenant=tenant, board="text"))
            begun.set()
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait(10)
    for number in range(6):
        scenes.vote(tenant, slugs[number + 5], slugs[number])
        fold(tenant)
        assert rebuild(tenant=tenant, board="text") is not None
        # Not through the cache that the reader fills.
        state = BoardState.objects.get(tenant=tenant, board="text")
        stored[state.position] = row_store.read(tenant=tenant, board="text")
    over.set()
    reader.join()
    assert len({table.position for table in seen}) > 1
    positions = [table.position for table in seen]
    assert positions == sorted(positions)
    for table in seen:
        assert table.rows == stored[table.position]


def test_a_board_that_is_not_open_is_refused(tenant: Tenant) -> None:
    with pytest.raises(UnknownBoard, match="no board has the slug 'nowhere'"):
        rebuild(tenant=tenant, board="nowhere")
    assert BoardState.objects.count() == 0
