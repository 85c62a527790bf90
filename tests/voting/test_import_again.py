"""An import can be repeated, stopped and mixed with others without doubling a vote."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from arena.eventstore import queries
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from tests import processes
from tests.voting import importing

pytestmark = pytest.mark.django_db
OPTIONS = ("--tenant", "public", "--board", "text", "--open-board", "Text")


def test_a_second_run_appends_nothing_even_under_another_name(
    tmp_path: Path, tenant: Tenant
) -> None:
    records = importing.votes(50, judge="u1")
    first = importing.write_jsonl(tmp_path / "votes.jsonl", records)
    assert importing.run(first)[:4] == (50, 50, 0, 0)
    head = queries.log_head(tenant=tenant)
    for name in ("votes.jsonl", "renamed.jsonl", "packed.jsonl.gz"):
        again = importing.write_jsonl(tmp_path / name, records)
        assert importing.run(again)[:4] == (50, 0, 50, 0)
    assert queries.log_head(tenant=tenant) == head


def test_equal_rows_of_one_file_are_different_votes(tmp_path: Path, tenant: Tenant) -> None:
    path = importing.write_jsonl(tmp_path / "votes.jsonl", importing.votes(1) * 3)
    assert importing.run(path).appended == 3


def test_rows_with_an_id_are_the_same_vote_in_any_file(tmp_path: Path, tenant: Tenant) -> None:
    records = importing.votes(30, question_id=lambda index: f"q{index}")
    importing.run(importing.write_jsonl(tmp_path / "part.jsonl", records[:20]))
    whole = importing.write_csv(tmp_path / "whole.csv", [*records, records[0]])
    assert importing.run(whole)[:4] == (31, 10, 21, 0)


def test_an_id_with_another_vote_behind_it_is_rejected(tmp_path: Path, tenant: Tenant) -> None:
    records = importing.votes(2, vote_id="same")
    path = importing.write_jsonl(tmp_path / "votes.jsonl", records)
    assert importing.run(path)[:4] == (2, 1, 0, 1)
    ((line, reason),) = importing.rejects(tmp_path / "votes.jsonl.rejects.csv")
    assert line == 2
    assert "another content" in reason


def test_any_column_can_be_named_as_the_id(tmp_path: Path, tenant: Tenant) -> None:
    records = importing.votes(10, id=lambda index: index)
    importing.run(importing.write_jsonl(tmp_path / "a.jsonl", records), id_column="id")
    again = importing.write_csv(tmp_path / "b.csv", records)
    assert importing.run(again, id_column="ID")[:4] == (10, 0, 10, 0)


def test_the_same_file_on_two_boards_is_two_sets_of_votes(tmp_path: Path, tenant: Tenant) -> None:
    path = importing.write_jsonl(tmp_path / "votes.jsonl", importing.votes(5))
    assert importing.run(path, board="text").appended == 5
    assert importing.run(path, board="code").appended == 5


def test_a_limit_reads_so_many_rows_and_the_rest_can_follow(tmp_path: Path, tenant: Tenant) -> None:
    path = importing.write_jsonl(tmp_path / "votes.jsonl", importing.votes(5_000))
    assert importing.run(path, limit=2_345)[:4] == (2_345, 2_345, 0, 0)
    assert importing.run(path)[:4] == (5_000, 2_655, 2_345, 0)


def test_a_dry_run_reports_the_same_and_appends_nothing(tmp_path: Path, tenant: Tenant) -> None:
    records = [*importing.votes(40), {"model_a": "A", "model_b": "B", "winner": "?"}]
    path = importing.write_jsonl(tmp_path / "votes.jsonl", records)
    rehearsed = importing.run(path, dry_run=True)
    assert queries.log_head(tenant=tenant).position == 0
    assert importing.rejects(tmp_path / "votes.jsonl.rejects.csv")[0][0] == 41
    assert importing.run(path)[:4] == rehearsed[:4] == (41, 40, 0, 1)
    head = queries.log_head(tenant=tenant)
    assert importing.run(path, dry_run=True)[:4] == (41, 0, 40, 1)
    assert queries.log_head(tenant=tenant) == head


def test_a_board_that_is_not_open_is_named_with_the_way_to_open_it(
    tmp_path: Path, tenant: Tenant
) -> None:
    path = importing.write_jsonl(tmp_path / "votes.jsonl", importing.votes(1))
    with pytest.raises(CommandError, match="no board 'text' is open in public; .*--open-board"):
        importing.run(path, open_board=None)
    with pytest.raises(CommandError, match="no tenant has the slug 'nowhere'"):
        importing.run(path, tenant="nowhere")
    assert queries.log_head(tenant=tenant).position == 0


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_again_and_again_ends_with_every_vote_once(
    tmp_path: Path, tenant: Tenant
) -> None:
    count = 30_000
    path = importing.write_jsonl(
        tmp_path / "votes.jsonl", importing.votes(count, judge=lambda index: f"u{index % 99}")
    )
    kills, before = 0, 0
    for _ in range(3):
        child = start(path)
        # Killed as soon as it has come further than the one before, wherever that is.
        while queries.log_head(tenant=tenant).position < before + 4_000:
            assert child.poll() is None, child.communicate()
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        kills += 1
        before = queries.log_head(tenant=tenant).position
    assert kills == 3
    assert 0 < len(importing.log(tenant, "VoteRecorded")) < count
    last = start(path)
    printed, errors = last.communicate(timeout=120)
    assert last.returncode == 0, errors
    assert "already there" in printed
    assert len(importing.log(tenant, "VoteRecorded")) == count
    assert isinstance(verify_chain(tenant_id=tenant.pk), Verified)
    assert sum(sum(row[2:]) for row in importing.counted(tenant)) == count


def start(path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_votes", str(path), *OPTIONS],
        cwd=processes.ROOT,
        env=processes.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
