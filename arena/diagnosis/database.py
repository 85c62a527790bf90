"""Checks of PostgreSQL: reachable, the right role, an append-only log, migrated, same clock."""

import time
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from arena.diagnosis.finding import Finding, failed, ok, skipped

_LOG = "eventstore_event"
_TRIGGER = "eventstore_append_only"
_FORBIDDEN = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
_MAX_CLOCK_DIFFERENCE_S = 2.0
_USE_ROLES = (
    "Create the roles with docker/roles.sql, let the site run as arena_app (DATABASE_URL) and "
    "only `./manage.py migrate` as arena_owner (DATABASE_OWNER_URL); leave ARENA_DB_ROLE unset."
)


def reachable() -> Finding:
    """Connect and ask for version, role and database."""
    try:
        version, role, name = _row(
            "SELECT current_setting('server_version'), current_user, current_database()"
        )
    except DatabaseError as error:
        return failed(
            "database",
            f"PostgreSQL does not answer: {str(error).strip().splitlines()[0]}",
            "Start the server, or correct DATABASE_URL; the message above says what failed.",
        )
    return ok("database", f"PostgreSQL {version}, database {name}, role {role}")


def role() -> Finding:
    """The role in use must be bound by privileges: no superuser, no owner of the log."""
    is_superuser, is_owner = _row(
        "SELECT r.rolsuper, coalesce((SELECT pg_has_role(current_user, c.relowner, 'USAGE') "
        "FROM pg_class c WHERE c.oid = to_regclass(%s)), false) "
        "FROM pg_roles r WHERE r.rolname = current_user",
        _LOG,
    )
    if is_superuser:
        return failed("role", "The database role is a superuser: nothing binds it.", _USE_ROLES)
    if is_owner:
        return failed(
            "role",
            "The database role owns the event log, so it could disable its protection.",
            _USE_ROLES,
        )
    return ok("role", "neither superuser nor owner of the event log")


def privileges() -> Finding:
    """The role must not be able to change events, whatever the trigger says."""
    if not _log_exists():
        return skipped("privileges", "the event log does not exist yet")
    held = [
        right
        for right in _FORBIDDEN
        if _row("SELECT has_table_privilege(current_user, %s, %s)", _LOG, right)[0]
    ]
    if held:
        return failed(
            "privileges",
            f"The role holds {', '.join(held)} on the event log.",
            "Run `./manage.py migrate`, which sets the rights of the runtime role "
            f"{settings.DB_RUNTIME_ROLE}. {_USE_ROLES}",
        )
    return ok("privileges", f"no {', '.join(_FORBIDDEN)} on the event log")


def trigger() -> Finding:
    """The trigger that refuses changes must be there and on, for replication sessions or not."""
    if not _log_exists():
        return skipped("trigger", "the event log does not exist yet")
    enabled = _rows(
        "SELECT tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s",
        _LOG,
        _TRIGGER,
    )
    if not enabled:
        return failed(
            "trigger",
            f"The trigger {_TRIGGER} is missing: events could be changed.",
            "Run arena/eventstore/sql/append_only.sql as arena_owner, then "
            "`./manage.py doctor --verify` to learn whether events were changed.",
        )
    if enabled[0][0] not in ("O", "A"):
        return failed(
            "trigger",
            f"The trigger {_TRIGGER} is disabled: events could be changed.",
            f"As arena_owner: ALTER TABLE {_LOG} ENABLE TRIGGER {_TRIGGER}; then "
            "`./manage.py doctor --verify` to learn whether events were changed.",
        )
    return ok("trigger", f"{_TRIGGER} is enabled")


def migrations() -> Finding:
    """The database must be at the state this code expects."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{item.app_label}.{item.name}" for item, _ in plan[:5])
        more = f" and {len(plan) - 5} more" if len(plan) > 5 else ""
        return failed(
            "migrations",
            f"{len(plan)} pending: {names}{more}",
            "Run `./manage.py migrate` (with compose: `docker compose up migrate`).",
        )
    return ok("migrations", "none pending")


def clock() -> Finding:
    """The machine's clock against the database's: codes and invitations expire by the first."""
    before_s = time.time()
    (database_s,) = _row("SELECT extract(epoch FROM clock_timestamp())::float8")
    # The database read its clock somewhere during the round trip; halfway is the best guess.
    difference_s = (before_s + time.time()) / 2 - database_s
    detail = f"{difference_s:+.2f} s against the database"
    if abs(difference_s) > _MAX_CLOCK_DIFFERENCE_S:
        return failed(
            "clock",
            detail,
            "Synchronise both machines with NTP; events carry the database's time, one-time "
            "codes and sessions this machine's.",
        )
    return ok("clock", detail)


def _log_exists() -> bool:
    return _row("SELECT to_regclass(%s) IS NOT NULL", _LOG)[0] is True


def _row(sql: str, *parameters: Any) -> tuple[Any, ...]:
    return _rows(sql, *parameters)[0]


def _rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
