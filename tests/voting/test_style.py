"""Style features: what is counted, and that a swap of the sides changes signs and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.text.style import FEATURES, STEPS, StyleCounts, count, difference, features, stratum

ANSWER = """# Title

Some **bold** words and __more of them__.

- one
- two
1. three
   * four

```python
# not a header
- not a list
x = "**not bold**"
```

## End
"""

counts = st.builds(
    StyleCounts,
    tokens=st.integers(0, 5_000),
    headers=st.integers(0, 40),
    lists=st.integers(0, 200),
    bold=st.integers(0, 200),
)


def test_marks_are_counted_outside_fenced_code_only() -> None:
    found = count(ANSWER)
    assert (found.headers, found.lists, found.bold) == (2, 4, 2)


def test_tokens_count_code_as_well() -> None:
    assert count("```\na b c\n```").tokens == 9
    assert count("a b c").tokens == 3


def test_the_turns_of_a_side_are_counted_together() -> None:
    assert count("# a", "# b **c**") == StyleCounts(tokens=9, headers=2, lists=0, bold=1)


def test_an_open_code_block_of_one_turn_ends_with_the_turn() -> None:
    assert count("```\n# code", "# header").headers == 1


def test_signs_that_are_no_marks_are_not_counted() -> None:
    found = count("#hashtag\n2 * 3 * 4\n** open\nsnake_case__name\n-5 degrees\n1.5 litres")
    assert (found.headers, found.lists, found.bold) == (0, 0, 0)


def test_the_difference_is_that_of_the_published_method() -> None:
    assert difference(300, 100) == 200 / 401
    assert difference(0, 0) == 0
    assert difference(0, 3) == -0.75


@given(a=counts, b=counts)
def test_a_swap_of_the_sides_negates_every_feature_exactly(a: StyleCounts, b: StyleCounts) -> None:
    forward, backward = features(stratum(a, b)), features(stratum(b, a))
    assert backward == tuple(-value for value in forward)


@given(a=counts, b=counts)
def test_a_stratum_is_within_half_a_bin_of_the_difference(a: StyleCounts, b: StyleCounts) -> None:
    exact = (
        difference(a.tokens, b.tokens),
        difference(a.headers, b.headers),
        difference(a.lists, b.lists),
        difference(a.bold, b.bold),
    )
    for binned, value, steps in zip(features(stratum(a, b)), exact, STEPS, strict=True):
        assert abs(binned - value) <= 0.5 / steps


def test_a_stratum_is_a_readable_key() -> None:
    left = StyleCounts(tokens=300, headers=0, lists=8, bold=0)
    right = StyleCounts(tokens=100, headers=3, lists=0, bold=0)
    assert stratum(left, right) == "4,-3,4,0"
    assert dict(zip(FEATURES, features("4,-3,4,0"), strict=True)) == {
        "length": 0.5,
        "headers": -0.75,
        "lists": 1.0,
        "bold": 0.0,
    }


@pytest.mark.parametrize("key", ["", "1,2,3", "1,2,3,4,5", "9,0,0,0", "0,5,0,0", "a,0,0,0"])
def test_what_is_no_stratum_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="stratum|bin|invalid literal"):
        features(key)
