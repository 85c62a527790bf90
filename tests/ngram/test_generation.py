"""Choosing tokens, and holding back what may become a stop sequence."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.ngram.sampling import Sampler, Sampling
from workers.ngram.stops import StopWatch

DRAWS = 4_000


def shares(temperature: float, top_p: float = 1.0) -> list[float]:
    """How often each of four tokens with the odds 8 : 4 : 2 : 1 is drawn."""
    sampler = Sampler(Sampling(temperature=temperature, top_p=top_p, seed=5))
    odds = np.array([8, 4, 2, 1], dtype=np.float32)
    drawn = Counter(sampler.choose(odds.copy()) for _ in range(DRAWS))
    return [drawn[token] / DRAWS for token in range(4)]


def test_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    assert shares(1) == pytest.approx([8 / 15, 4 / 15, 2 / 15, 1 / 15], abs=0.03)


def test_a_low_temperature_sharpens_and_a_high_one_flattens() -> None:
    # At 1/2 the odds are squared, at 2 their roots are taken.
    squares, roots = [64, 16, 4, 1], [8**0.5, 2, 2**0.5, 1]
    assert shares(0.5) == pytest.approx([odd / 85 for odd in squares], abs=0.03)
    assert shares(2) == pytest.approx([odd / sum(roots) for odd in roots], abs=0.03)
    assert shares(0) == [1, 0, 0, 0]
    assert shares(0.001) == [1, 0, 0, 0]


def test_top_p_keeps_the_fewest_tokens_that_reach_it() -> None:
    assert shares(1, top_p=0.5) == [1, 0, 0, 0]
    assert shares(1, top_p=0.6) == pytest.approx([2 / 3, 1 / 3, 0, 0], abs=0.03)


@given(
    st.text("ab.\n", max_size=30),
    st.lists(st.text("ab.\n", min_size=1, max_size=3), max_size=3),
    st.integers(1, 4),
)
def test_what_passes_is_the_text_up_to_the_first_stop(
    text: str, stops: list[str], step: int
) -> None:
    watch = StopWatch(stops)
    passed = ""
    for start in range(0, len(text), step):
        passed += watch.pass_on(text[start : start + step])
        assert not any(stop in passed for stop in stops)
        if watch.found:
            break
    if not watch.found:
        passed += watch.rest()
    assert watch.found == any(stop in text for stop in stops)
    assert text.startswith(passed)
    if not watch.found:
        assert passed == text
