"""What a web process keeps of boards between requests: bounded in bytes, the oldest use goes first.

Every key begins with the arena, and every entry has a version: a question about another version
finds nothing, so nothing has to be told when a board changes. Nothing that depends on who is
reading may be kept here.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Final, Generic, NamedTuple, TypeVar

T = TypeVar("T")

_OVERHEAD_BYTES: Final = 200
"""Of an entry: its key, its version and its place in the dictionary."""


class Sized(NamedTuple, Generic[T]):
    """A value and the bytes that it takes up, roughly."""

    value: T
    size_bytes: int


class PageCache(Generic[T]):
    """Values by key, each in one version; made once for all who ask meanwhile. Thread-safe.

    A value that alone is larger than the bound is returned and not kept.
    """

    def __init__(self, *, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, Sized[T]]] = OrderedDict()
        self._making: dict[tuple[Hashable, Hashable], Future[T]] = {}
        self.size_bytes = 0

    def __len__(self) -> int:
        """Return how many values are kept."""
        return len(self._kept)

    def get(self, key: Hashable, version: Hashable, make: Callable[[], Sized[T]]) -> T:
        """Return the value, made now if there is none of this version; raises what `make` does."""
        with self._lock:
            entry = self._kept.get(key)
            if entry is not None and entry[0] == version:
                self._kept.move_to_end(key)
                return entry[1].value
            task = (key, version)
            others = self._making.get(task)
            ours: Future[T] = Future()
            if others is None:
                self._making[task] = ours
        if others is not None:
            return others.result()
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                del self._making[task]
            ours.set_exception(error)
            raise
        with self._lock:
            del self._making[task]
            self._keep(key, version, made)
        ours.set_result(made.value)
        return made.value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.size_bytes = 0

    def _keep(self, key: Hashable, version: Hashable, made: Sized[T]) -> None:
        self._drop(key)
        self._kept[key] = (version, made)
        self.size_bytes += made.size_bytes + _OVERHEAD_BYTES
        while self.size_bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        entry = self._kept.pop(key, None)
        if entry is not None:
            self.size_bytes -= entry[1].size_bytes + _OVERHEAD_BYTES
