"""What a process keeps: bounded, in one version, made once however many ask."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from leaderboards.page_cache import PageCache, Sized


def _value(text: str, size_bytes: int = 100) -> Sized[str]:
    return Sized(text, size_bytes)


def test_a_value_is_made_once_a_version_and_replaced_by_the_next() -> None:
    cache: PageCache[str] = PageCache(most_bytes=10_000)
    made = []

    def make(text: str) -> Sized[str]:
        made.append(text)
        return _value(text)

    assert [cache.get("a", 1, lambda: make("one")) for _ in range(3)] == ["one"] * 3
    assert cache.get("a", 2, lambda: make("two")) == "two"
    assert made == ["one", "two"]
    assert len(cache) == 1


def test_what_was_used_longest_ago_goes_first_and_the_bound_holds() -> None:
    cache: PageCache[str] = PageCache(most_bytes=1_000)
    for key in "abc":
        cache.get(key, 1, partial(_value, key))
    cache.get("a", 1, lambda: _value("not made"))
    cache.get("d", 1, lambda: _value("d"))
    assert cache.get("b", 1, lambda: _value("made again")) == "made again"
    assert cache.get("a", 1, lambda: _value("still there")) == "a"
    assert cache.size_bytes <= 1_000


def test_what_is_larger_than_the_bound_is_returned_and_not_kept() -> None:
    cache: PageCache[str] = PageCache(most_bytes=1_000)
    assert cache.get("a", 1, lambda: _value("large", 5_000)) == "large"
    assert (len(cache), cache.size_bytes) == (0, 0)


def test_all_who_ask_meanwhile_wait_for_the_one_who_makes_it() -> None:
    cache: PageCache[str] = PageCache(most_bytes=1_000)
    started, go_on = threading.Event(), threading.Event()
    made = []

    def make() -> Sized[str]:
        made.append(1)
        started.set()
        go_on.wait(10)
        return _value("once")

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(cache.get, "a", 1, make)
        started.wait(10)
        others = [pool.submit(cache.get, "a", 1, make) for _ in range(7)]
        go_on.set()
        assert {task.result(10) for task in (first, *others)} == {"once"}
    assert made == [1]


def test_a_failure_reaches_whoever_asked_and_is_not_kept() -> None:
    cache: PageCache[str] = PageCache(most_bytes=1_000)

    def fail() -> Sized[str]:
        raise LookupError("no such board")

    with pytest.raises(LookupError, match="no such board"):
        cache.get("a", 1, fail)
    assert cache.get("a", 1, lambda: _value("later")) == "later"
