"""kill -9 at any step loses no acknowledged event and folds none twice."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from arena.embedded import client
from arena.embedded.datadir import DataDir
from arena.eventstore import store
from arena.eventstore.projection import advance
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from tests import processes
from tests.eventstore.conftest import CounterSum
from tests.eventstore.facts import CounterMoved

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("counter_sums")]


def crash(action: str, step: str) -> None:
    finished = processes.python("-m", "tests.eventstore.crash_child", action, step)
    assert finished.returncode == -signal.SIGKILL, finished.stderr
    assert "done" not in finished.stdout


def amounts(tenant: Tenant) -> list[float]:
    history = store.read_stream(tenant=tenant, stream="counter-crash")
    return [stored.data["amount"] for stored in history]


@pytest.mark.parametrize(
    ("step", "stored"),
    [
        ("before:execute", []),
        ("after:execute", []),
        ("before:commit", []),
        ("after:commit", [5]),
        ("before:ring", [5]),
        ("after:ring", [5]),
    ],
)
def test_a_writer_killed_at_a_step_leaves_the_event_whole_or_not_at_all(
    tenant: Tenant, step: str, stored: list[float]
) -> None:
    crash("append", step)
    assert amounts(tenant) == stored
    # The client was not answered, so it sends the same request again: one event in the end.
    assert processes.python("-m", "tests.eventstore.crash_child", "append", "before:lock").stdout
    assert amounts(tenant) == [5]
    assert isinstance(verify_chain(tenant_id=tenant.pk), Verified)


@pytest.mark.parametrize(
    "step",
    [f"{when}:{name}" for name in ("lock", "read", "fold", "save", "commit")
     for when in ("before", "after")],
)  # fmt: skip
def test_a_projector_killed_at_a_step_folds_each_event_once_in_the_end(
    tenant: Tenant, step: str
) -> None:
    for amount in (1, 2, 3):
        store.append(
            tenant=tenant,
            stream="counter-a",
            events=[CounterMoved(amount=amount)],
            expected_version=None,
            actor="test",
        )
    crash("advance", step)
    assert advance(tenant=tenant, name="counter_sums") == 3
    assert list(CounterSum.objects.values_list("value", "moves")) == [((1 * 2 + 2) * 2 + 3, 3)]


def test_a_lock_is_not_held_by_a_writer_that_died(tenant: Tenant) -> None:
    crash("append", "before:commit")
    [appended] = store.append(
        tenant=tenant,
        stream="counter-a",
        events=[CounterMoved(amount=1)],
        expected_version=0,
        actor="test",
    )
    assert appended.position == 1


WRITER = """
import sys, uuid, django; django.setup()
from django.db import connection
from arena.eventstore import store
from arena.tenancy.commands import open_tenant
from tests.eventstore.facts import CounterMoved
tenant = open_tenant(slug="crash", name="Crash", is_public=True)
while True:
    [done] = store.append(tenant=tenant, stream="counter-a", events=[CounterMoved(amount=1)],
                          expected_version=None, actor="writer")
    print(done.event_id, done.position, flush=True)
"""
CHECK = """
import django; django.setup()
from arena.eventstore import reader
from arena.eventstore.verification import verify_chain
from arena.tenancy.queries import by_slug
tenant = by_slug("crash")
print(type(verify_chain(tenant_id=tenant.pk)).__name__)
for stored in reader.read_all(tenant_id=tenant.pk):
    print(stored.id, stored.position)
"""


@pytest.fixture
def durable_site(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a site with servers of its own, durable as in production."""
    data = DataDir(root=tmp_path / "data")
    keeper = client.join(data, fast=False)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "ARENA_DATA_DIR"):
            patch.delenv(name, raising=False)
        addresses = client.missing_variables(data, keeper)
    site = processes.environment() | addresses
    migrated = processes.python("manage.py", "migrate", "--verbosity", "0", env=site)
    assert migrated.returncode == 0, migrated.stderr
    yield site
    client.leave(data)


def postmaster(site: dict[str, str]) -> int:
    with psycopg.connect(site["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return int(Path(f"/proc/{row[0]}/stat").read_text().rpartition(")")[2].split()[1])


def wait_for_database(site: dict[str, str]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(site["DATABASE_URL"]).close()
            return
        time.sleep(0.1)
    raise AssertionError("PostgreSQL did not come back within 30 s")


def test_postgresql_killed_while_writing_keeps_every_acknowledged_event(
    durable_site: dict[str, str],
) -> None:
    acknowledged: list[str] = []
    for seconds in (0.7, 1.1, 0.9):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER],
            cwd=processes.ROOT,
            env=durable_site,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdout is not None
            acknowledged.append(writer.stdout.readline().strip())
            time.sleep(seconds)
            os.kill(postmaster(durable_site), signal.SIGKILL)
            acknowledged += [line.strip() for line in writer.stdout]
            assert writer.wait(30) != 0
        wait_for_database(durable_site)
    checked = processes.python("-c", CHECK, env=durable_site)
    assert checked.returncode == 0, checked.stderr
    verdict, *stored = checked.stdout.splitlines()
    assert verdict == "Verified"
    assert len(acknowledged) > 50
    assert set(acknowledged) <= set(stored)
    assert [int(line.split()[1]) for line in stored] == list(range(1, len(stored) + 1))
    # At most the one append in flight at each kill may be there without its answer.
    assert len(stored) - len(acknowledged) <= 3
