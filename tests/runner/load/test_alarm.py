"""An alarm rings once, at its time or as soon after as the loop is free, on every system."""

import asyncio

import pytest

from arena_runner.load import alarm
from arena_runner.load.alarm import Alarm
from arena_runner.load.run import now_ns
from tests.runner.load.servers import in_loop


@pytest.fixture(params=["this system", "a system without timerfd"])
def _timer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "this system":
        monkeypatch.setattr(alarm, "_new_timer", lambda: None)


async def rung(*after_ms: float) -> list[float]:
    """Set an alarm to these times one after the other and return when it rang, in ms."""
    times: list[float] = []
    started = now_ns()
    made = Alarm(lambda: times.append((now_ns() - started) / 1e6))
    for ms in after_ms:
        made.set(started + int(ms * 1e6))
    await asyncio.sleep(0.2)
    made.close()
    return times


@pytest.mark.usefixtures("_timer")
def test_it_rings_once_and_not_early() -> None:
    (time_ms,) = in_loop(rung(50))
    assert 48 <= time_ms < 190  # The loop's own timers count whole milliseconds.


@pytest.mark.usefixtures("_timer")
def test_the_last_time_set_is_the_one_that_counts() -> None:
    (time_ms,) = in_loop(rung(20, 500, 60))
    assert 58 <= time_ms < 190


@pytest.mark.usefixtures("_timer")
def test_a_time_that_has_passed_rings_at_once() -> None:
    (time_ms,) = in_loop(rung(-1_000_000))
    assert time_ms < 150


@pytest.mark.usefixtures("_timer")
def test_a_closed_alarm_never_rings() -> None:
    async def work() -> list[float]:
        times: list[float] = []
        made = Alarm(lambda: times.append(0))
        made.set(now_ns() + 20_000_000)
        made.close()
        made.set(now_ns() + 20_000_000)
        await asyncio.sleep(0.1)
        return times

    assert in_loop(work()) == []
