"""Read whole records by SQL, for what every request asks: the ORM takes several times as long.

Both its query and `Manager.raw` work out on every call which column is which; here that is kept.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model

ModelT = TypeVar("ModelT", bound=Model)


class _Plan(NamedTuple):
    select: str
    names: list[str]
    loads: list[tuple[int, Callable[..., Any]]]
    """By number of the column, how a value that is not what the driver gives is made of it."""


def records(kind: type[ModelT], where: str, parameters: Sequence[Any]) -> list[ModelT]:
    """Return the records of a model for which the condition, SQL, holds; in any order."""
    plan = _plan(kind)
    with connection.cursor() as cursor:
        cursor.execute(f"{plan.select} WHERE {where}", parameters)
        rows = cursor.fetchall()
    found = []
    for row in rows:
        values = list(row)
        for number, load in plan.loads:
            values[number] = load(values[number], None, connection)
        found.append(kind.from_db(connection.alias, plan.names, values))
    return found


@cache
def _plan(kind: type[Model]) -> _Plan:
    fields = kind._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    return _Plan(
        f"SELECT {columns} FROM {connection.ops.quote_name(kind._meta.db_table)}",  # noqa: S608  names of a model
        [field.attname for field in fields],
        [
            (number, field.from_db_value)
            for number, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ],
    )
