"""The doctor finds what is really broken, says how to mend it, and exits with 5."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from arena.diagnosis import database, machine
from arena.diagnosis.examination import CODES
from arena.embedded import binaries
from tests.ops.conftest import Site

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


@contextmanager
def own_redis(*options: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run a Redis of our own; yields its URL and process."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/r"
        server = subprocess.Popen(
            [binaries.redis_server(), "--port", "0", "--unixsocket", path, "--dir", folder,
             "--save", "", *options],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            client = redis.Redis(unix_socket_path=path)
            deadline = time.monotonic() + 10
            while not Path(path).exists() or not client.ping():
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield f"unix://{path}?db=0", server
        finally:
            server.kill()
            server.wait()


def test_healthy_installation_fails_only_for_the_worker_that_does_not_run(site: Site) -> None:
    code, findings = site.doctor()
    assert code == 5
    assert set(findings) == set(CODES)
    assert {name for name, item in findings.items() if item["status"] != "ok"} == {"worker"}
    assert "make run" in findings["worker"]["mend"]


def test_exit_code_is_0_once_a_worker_has_been_seen(site: Site) -> None:
    seen = site.manage("shell", "-c", "from arena.broker import record_heartbeat as r; r()")
    assert seen.returncode == 0, seen.stderr
    done = site.manage("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "seen" in done.stdout
    redis.Redis.from_url(site.variables["REDIS_URL"]).flushall()


def test_table_tells_each_failure_and_its_mend(site: Site) -> None:
    done = site.manage("doctor")
    assert done.returncode == 5
    assert "To mend: Start worker and beat" in done.stdout
    assert "1 of 14 checks failed." in done.stderr


def test_stopped_redis_fails_redis_and_broker_and_skips_what_needs_it(site: Site) -> None:
    with own_redis("--appendonly", "yes") as (url, server):
        assert site.doctor(REDIS_URL=url)[1]["redis"]["status"] == "ok"
        server.send_signal(signal.SIGKILL)
        server.wait()
        code, findings = site.doctor(REDIS_URL=url)
    assert code == 5
    assert findings["redis"]["status"] == findings["broker"]["status"] == "failed"
    assert "REDIS_URL" in findings["redis"]["mend"]
    assert {findings[name]["status"] for name in ("worker", "channel-layer")} == {"skipped"}


def test_redis_without_persistence_is_a_warning_and_eviction_a_failure(site: Site) -> None:
    with own_redis() as (url, _):
        assert site.doctor(REDIS_URL=url)[1]["redis-durability"]["status"] == "warning"
    with own_redis("--appendonly", "yes", "--maxmemory-policy", "allkeys-lru") as (url, _):
        _, findings = site.doctor(REDIS_URL=url)
    assert findings["redis-durability"]["status"] == "failed"
    assert "allkeys-lru" in findings["redis-durability"]["detail"]


def test_redis_user_who_may_not_publish_fails_the_channel_layer(site: Site) -> None:
    with own_redis("--appendonly", "yes") as (url, _):
        client = redis.Redis.from_url(url)
        client.acl_setuser("default", enabled=True, commands=["+@all", "-publish", "-subscribe"])
        _, findings = site.doctor(REDIS_URL=url)
    assert findings["channel-layer"]["status"] == "failed"
    assert "ACL" in findings["channel-layer"]["mend"]


def test_unreachable_database_skips_what_needs_it(site: Site) -> None:
    with tempfile.TemporaryDirectory() as empty:
        code, findings = site.doctor(DATABASE_URL=f"postgresql://arena_app@/arena?host={empty}")
    assert code == 5
    assert findings["database"]["status"] == "failed"
    assert "DATABASE_URL" in findings["database"]["mend"]
    dependent = ("role", "privileges", "trigger", "migrations", "clock", "chain", "projections")
    assert {findings[name]["status"] for name in dependent} == {"skipped"}


def test_superuser_and_owner_are_refused_as_runtime_role(site: Site) -> None:
    for user, word in (("postgres", "superuser"), ("arena_owner", "owns")):
        code, findings = site.doctor(DATABASE_URL=site.url(user=user))
        assert code == 5
        assert findings["role"]["status"] == findings["privileges"]["status"] == "failed"
        assert word in findings["role"]["detail"]
        assert "docker/roles.sql" in findings["role"]["mend"]


def test_right_to_update_events_is_found_and_mended_by_migrate(site: Site) -> None:
    with site.connect(user="arena_owner") as owner:
        owner.execute("GRANT UPDATE ON eventstore_event TO arena_app")
    _, findings = site.doctor()
    assert findings["privileges"]["status"] == "failed"
    assert "UPDATE" in findings["privileges"]["detail"]
    assert "./manage.py migrate" in findings["privileges"]["mend"]
    assert site.manage("migrate", "--verbosity=0").returncode == 0
    assert site.doctor()[1]["privileges"]["status"] == "ok"


def test_disabled_and_missing_trigger_are_found_and_the_mends_work(site: Site) -> None:
    with site.connect(user="arena_owner") as owner:
        owner.execute("ALTER TABLE eventstore_event DISABLE TRIGGER eventstore_append_only")
        finding = site.doctor()[1]["trigger"]
        assert finding["status"] == "failed"
        owner.execute(finding["mend"].partition("As arena_owner: ")[2].partition(";")[0])
        assert site.doctor()[1]["trigger"]["status"] == "ok"

        owner.execute("DROP TRIGGER eventstore_append_only ON eventstore_event")
        finding = site.doctor()[1]["trigger"]
        assert "missing" in finding["detail"]
        script = finding["mend"].partition("Run ")[2].partition(" ")[0]
        owner.execute((OPERATIONS.parents[1] / script).read_bytes())
    assert site.doctor()[1]["trigger"]["status"] == "ok"


def test_pending_migration_is_named(site: Site) -> None:
    with site.connect(user="arena_owner") as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        try:
            code, findings = site.doctor()
        finally:
            owner.execute(
                "INSERT INTO django_migrations (app, name, applied) "
                "VALUES ('sessions', '0001_initial', now())"
            )
    assert code == 5
    assert "sessions.0001_initial" in findings["migrations"]["detail"]
    assert findings["chain"]["status"] == "skipped"


def test_changed_event_breaks_the_chain_only_under_verify(site: Site) -> None:
    appended = site.manage(
        "shell",
        "-c",
        "from arena.tenancy.queries import by_slug\n"
        "from voting.commands import open_board\n"
        "open_board(tenant=by_slug('public'), slug='doctor', name='D', question='Q',"
        " licence='CC0', attribution='nobody', actor='test')",
    )
    assert appended.returncode == 0, appended.stderr
    assert "1, " in site.doctor("--verify")[1]["chain"]["detail"]
    with site.connect(user="postgres") as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute('UPDATE eventstore_event SET data = data || \'{"name": "X"}\'')
        assert site.doctor()[1]["chain"]["status"] == "ok"
        code, findings = site.doctor("--verify")
        superuser.execute('UPDATE eventstore_event SET data = data || \'{"name": "D"}\'')
    assert code == 5
    assert "broken at position 1" in findings["chain"]["detail"]
    assert site.doctor("--verify")[1]["chain"]["status"] == "ok"


def test_stopped_and_late_projections_are_failures(site: Site) -> None:
    with site.connect(user="arena_owner") as owner:
        owner.execute(
            "INSERT INTO eventstore_checkpoint (tenant_id, projection, position, "
            "stopped_at_position, stopped_reason, updated_at) "
            "SELECT id, 'boards', 0, 1, 'KeyError while folding BoardOpened', now() "
            "FROM tenancy_tenant"
        )
        finding = site.doctor()[1]["projections"]
        owner.execute("DELETE FROM eventstore_checkpoint")
    assert finding["status"] == "failed"
    assert "boards at 1 (KeyError while folding BoardOpened)" in finding["detail"]
    assert "rebuild_projection" in finding["mend"]


def test_clock_two_seconds_off_is_a_failure(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert database.clock().status == "ok"
    now = time.time
    monkeypatch.setattr("arena.diagnosis.database.time.time", lambda: now() + 3)
    finding = database.clock()
    assert finding.status == "failed"
    assert "+3.0" in finding.detail


def test_folder_that_does_not_exist_yet_is_measured_by_its_parent(tmp_path: Path) -> None:
    assert machine.disk(tmp_path / "not" / "yet").detail.endswith(f"{tmp_path / 'not' / 'yet'}")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_nearly_full_disk_is_a_failure(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "arena", tmp_path],
        capture_output=True,
        text=True,
    )
    if mounted.returncode != 0:
        pytest.skip(f"mounting is not allowed here: {mounted.stderr.strip()}")
    try:
        finding = machine.disk(tmp_path)
    finally:
        subprocess.run(["umount", tmp_path], check=True)
    assert finding.status == "failed"
    assert "0.0 GiB of 0.0 GiB free" in finding.detail


def test_every_code_of_the_doctor_is_explained_in_the_handbook() -> None:
    text = OPERATIONS.read_text()
    assert [code for code in CODES if f"| `{code}` |" not in text] == []
