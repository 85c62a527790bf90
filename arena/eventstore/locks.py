"""Let one at a time do something that is dear, across processes: locks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from zlib import crc32

from django.db import OperationalError, connection, transaction

_LOCK_NOT_AVAILABLE: Final = "55P03"


class LockTaken(Exception):
    """Others held the lock for as long as one was willing to wait."""


@contextmanager
def waiting_lock(name: str, number: int, *, wait_s: int) -> Iterator[None]:
    """Hold the lock of a name and a number in a transaction, after waiting for it.

    Raises LockTaken after `wait_s` seconds.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{int(wait_s)}s'")
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # Two halves of 32 bits with a sign, as the function takes them.
                key = crc32(name.encode()) - 2**31
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [key, number])
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise LockTaken(name) from error
            raise
        yield
