"""Transactions in which every query sees the database as it was at the first one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError, connection, transaction

_SERIALIZATION_FAILURE: Final = "40001"


@contextmanager
def snapshot(*, read_only: bool = False) -> Iterator[None]:
    """Open a transaction at REPEATABLE READ; inside of another one, that one's level stays.

    A write to a row that somebody else has written since the first query fails: `is_overtaken`.
    Events cannot be appended in it. Raises RuntimeError for one that only reads inside of another.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(durable=read_only):
        if is_outermost:
            mode = "REPEATABLE READ, READ ONLY" if read_only else "REPEATABLE READ"
            with connection.cursor() as cursor:
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {mode}")
        yield


def is_overtaken(error: BaseException) -> bool:
    """Tell whether a snapshot failed because another transaction has written since it began."""
    is_of_database = isinstance(error, OperationalError)
    return is_of_database and getattr(error.__cause__, "sqlstate", None) == _SERIALIZATION_FAILURE
