"""Kneser-Ney by hand: the worked example is small enough to check with a pencil."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.ngram.counts import count, key_of

# a b a c a b: the bigrams ab (2), ba, ac, ca.
A, B, C = range(3)
TEXT = [A, B, A, C, A, B]


def test_a_bigram_model_is_what_the_formula_says() -> None:
    unigrams, bigrams = count(TEXT, order=2, size=3)
    # Tokens before: a after b and c, b after a, c after a. n1 = 2, n2 = 1: D = 2 / (2 + 2) = 1/2.
    p = np.full(3, 1 / 3, dtype=np.float32)
    unigrams.mix(0, p)
    left = 0.5 * 3 / 4
    assert p == pytest.approx([1.5 / 4 + left / 3, 0.5 / 4 + left / 3, 0.5 / 4 + left / 3])
    # Bigrams: n1 = 3 (ba, ac, ca), n2 = 1 (ab): D = 3 / 5; a is followed 3 times, by b, b and c.
    after_a = p.copy()
    assert bigrams.mix(A, after_a)
    left = 0.6 * 2 / 3
    assert after_a == pytest.approx(
        [left * p[0], (2 - 0.6) / 3 + left * p[1], 0.4 / 3 + left * p[2]]
    )


def test_a_word_that_occurs_often_but_after_one_word_only_is_unlikely_after_others() -> None:
    san, francisco, the, city, town = range(5)
    text = [san, francisco] * 5 + [the, city, san, francisco, town, city, the, town]
    unigrams = count(text, order=2, size=5)[0]
    p = np.full(5, 0.2, dtype=np.float32)
    unigrams.mix(0, p)
    assert p[francisco] < p[city]


@given(st.lists(st.integers(0, 6), min_size=4, max_size=60), st.integers(1, 4))
def test_probabilities_sum_to_one_after_every_context(text: list[int], order: int) -> None:
    orders = count(text, order=order, size=7)
    for end in range(len(text)):
        p = np.full(7, 1 / 7, dtype=np.float32)
        for length, each in enumerate(orders):
            if length > end or not each.mix(key_of(text[end - length : end], 7), p):
                break
            assert p.sum() == pytest.approx(1, abs=1e-5)
            assert p.min() > 0


def test_a_context_that_was_never_seen_changes_nothing() -> None:
    bigrams = count(TEXT, order=2, size=4)[1]
    p = np.full(4, 0.25, dtype=np.float32)
    assert not bigrams.mix(3, p)
    assert p.tolist() == [0.25] * 4


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="63-bit key"):
        count([1] * 20, order=12, size=5_000)
    with pytest.raises(ValueError, match="2 tokens hold no n-gram of order 3"):
        count([1, 2], order=3, size=5)
