"""An alarm in an event loop, more exact than the loop's own timers of a millisecond."""

import asyncio
import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Callable
from typing import Final

_CLOCK_MONOTONIC: Final = 1
_TFD_TIMER_ABSTIME: Final = 1
_SECOND_NS: Final = 1_000_000_000


class _Timespec(ctypes.Structure):
    _fields_ = [("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long)]


class _Itimerspec(ctypes.Structure):
    _fields_ = [("it_interval", _Timespec), ("it_value", _Timespec)]


class Alarm:
    """Calls back once at a moment of perf_counter_ns, or as soon after as the loop is free.

    On Linux a timerfd(2), which is late by some 60 microseconds; elsewhere the loop's own timer.
    """

    def __init__(self, callback: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._callback = callback
        self._handle: asyncio.TimerHandle | None = None
        self._closed = False
        self._fd = _new_timer()
        if self._fd is not None:
            self._loop.add_reader(self._fd, self._ring)

    def set(self, at_ns: int) -> None:
        """Ring at this time instead of any set before; a time that has passed rings at once."""
        if self._closed:
            return
        if self._fd is not None:
            at_ns = max(at_ns, 1)  # Nought would switch it off.
            value = _Timespec(at_ns // _SECOND_NS, at_ns % _SECOND_NS)
            new = _Itimerspec(_Timespec(0, 0), value)
            if _libc.timerfd_settime(self._fd, _TFD_TIMER_ABSTIME, ctypes.byref(new), None) != 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
            return
        if self._handle is not None:
            self._handle.cancel()
        delay_s = max(0, at_ns - time.perf_counter_ns()) / _SECOND_NS
        self._handle = self._loop.call_later(delay_s, self._callback)

    def close(self) -> None:
        """Never ring again."""
        self._closed = True
        if self._fd is not None:
            self._loop.remove_reader(self._fd)
            os.close(self._fd)
            self._fd = None
        if self._handle is not None:
            self._handle.cancel()

    def _ring(self) -> None:
        if self._fd is None:
            return
        with contextlib.suppress(BlockingIOError):
            os.read(self._fd, 8)
            self._callback()


_libc = ctypes.CDLL(None, use_errno=True)


def _new_timer() -> int | None:
    """Return a timer's descriptor; None where there is none or perf_counter has another clock."""
    clock = time.get_clock_info("perf_counter").implementation
    if not sys.platform.startswith("linux") or "CLOCK_MONOTONIC" not in clock:
        return None
    fd: int = _libc.timerfd_create(_CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
    return fd if fd >= 0 else None
