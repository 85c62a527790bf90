"""The identity of a lane is read back as it was written, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.lane_identity import UNVERSIONED, Lane, parse

words = st.text(alphabet="a0z9", min_size=1, max_size=6)
part = st.lists(words, min_size=1, max_size=3).flatmap(
    lambda found: st.sampled_from([".".join(found), "-".join(found)])
)
bench = st.lists(words, min_size=1, max_size=3).map("-".join)
version = st.just(UNVERSIONED) | st.lists(
    st.integers(min_value=0, max_value=99).map(str), min_size=1, max_size=3
).map(lambda numbers: f"v{'.'.join(numbers)}")


@given(part, bench, version, part)
def test_what_is_written_is_read_back(variant: str, bench: str, version: str, article: str) -> None:
    lane = Lane(variant, bench, version, article)
    assert parse(lane.identity) == lane
    assert parse(lane.identity).identity == lane.identity


@given(st.text(alphabet="ab-:.v1", max_size=40))
def test_what_is_read_is_written_back_or_refused(text: str) -> None:
    try:
        lane = parse(text)
    except ValueError:
        return
    assert lane.identity == text


def test_a_lane_of_the_mirror_in_its_parts() -> None:
    lane = parse("4b-sft-v0.2::curveball-v0.1::the-refusal-floor-is-trainable")
    assert lane == ("4b-sft-v0.2", "curveball", "v0.1", "the-refusal-floor-is-trainable")


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a::b", "a::bench-v1", "a::bench-v1::b::c", "A::bench-v1::b", "a::bench::b",
        "a::v1::b", "a::bench-v::b", "a::bench.x-v1::b", "a::bench-v1::", "::bench-v1::b",
        f"{'a' * 81}::bench-v1::b", "a b::bench-v1::b",
    ],
)  # fmt: skip
def test_what_is_no_lane(text: str) -> None:
    with pytest.raises(ValueError, match="lane"):
        parse(text)
