"""What the runtime role may do: everything but rewrite history; and a check of who we are."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import connections

_APPEND_ONLY = {"eventstore_event"}


def grant_runtime_role(*, using: str = "default", **_: Any) -> None:
    """Grant the runtime role its rights after each migrate: events get SELECT and INSERT only.

    Does nothing where the role does not exist (one-role databases); `manage.py doctor` says so.
    """
    connection = connections[using]
    role = connection.ops.quote_name(settings.DB_RUNTIME_ROLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DB_RUNTIME_ROLE])
        if cursor.fetchone() is None:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in connection.introspection.django_table_names(only_existing=True):
            name = connection.ops.quote_name(table)
            rights = "SELECT, INSERT" if table in _APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(f"REVOKE ALL ON {name} FROM {role}")
            cursor.execute(f"GRANT {rights} ON {name} TO {role}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")


def check_database_role(
    *, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """Refuse a superuser, which no privilege binds and whose edits only the chain would show."""
    if not databases or not apps.ready:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    if row and row[0]:
        return [
            checks.Error(
                "The database role is a superuser, which could rewrite the event log.",
                hint="Use the roles of docker/roles.sql (docs/operations.md).",
                id="eventstore.E001",
            )
        ]
    return []
