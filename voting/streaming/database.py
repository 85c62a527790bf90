"""Database work of tasks that belong to no request, in a few threads of their own.

The one thread that Django keeps for such work would let battles wait for each other.
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from channels.db import database_sync_to_async

_P = ParamSpec("_P")
_R = TypeVar("_R")
_THREADS: Final = ThreadPoolExecutor(max_workers=4, thread_name_prefix="battles")


def in_database(function: Callable[_P, _R]) -> Callable[_P, Awaitable[_R]]:
    """Return the function to be awaited; connections are given back after each call."""
    awaitable: Callable[_P, Awaitable[_R]] = database_sync_to_async(
        function, thread_sensitive=False, executor=_THREADS
    )
    return awaitable
