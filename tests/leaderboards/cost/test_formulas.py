"""The published figures that the article's claims come to, and prices that add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboards.cost import breakeven, hosted, own
from leaderboards.cost.hosted import TokenPrices
from leaderboards.cost.mixes import Mix, MixError, mixes, read_mixes
from leaderboards.cost.own import Machine, NoDuration, Purchase
from leaderboards.cost.quality import Score, per_quality

SPARK = Machine(decode_tokens_per_second=41, prefill_tokens_per_second=None, watts=140)
TARIFF = 0.30
LAUNCH, LATER = 3_999, 4_700
"""US dollars for the machine in 2025 and in 2026."""
MONTHLY = 15_000_000


def mix(**tokens: int) -> Mix:
    zero = {"input_tokens": 0, "cached_tokens": 0, "output_tokens": 1, "reasoning_tokens": 0}
    return Mix(key="one", title="One", description="One.", calls=1, **zero | tokens)


def full(price: float, *, utilisation: float) -> float:
    duration = own.seconds(SPARK, read_tokens=0, written_tokens=1_000_000)
    bought = Purchase(price=price, months=36, utilisation=utilisation)
    return own.electricity(SPARK, duration_s=duration, tariff=TARIFF) + own.hardware(
        bought, duration_s=duration
    )


def test_half_a_million_tokens_are_fourteen_cents_and_not_ten() -> None:
    duration = own.seconds(SPARK, read_tokens=0, written_tokens=500_000)
    assert duration / 3_600 == pytest.approx(3.388, abs=0.001)
    assert SPARK.watts * duration / 3_600 == pytest.approx(474, abs=0.5)
    assert own.electricity(SPARK, duration_s=duration, tariff=TARIFF) == pytest.approx(
        0.142, abs=0.0005
    )
    assert own.per_million_output(SPARK, tariff=TARIFF) == pytest.approx(0.285, abs=0.0005)


@pytest.mark.parametrize(("price", "expected"), [(LAUNCH, "7.69"), (LATER, "8.99")])
def test_full_cost_at_fifteen_million_a_month(price: float, expected: str) -> None:
    share = MONTHLY / 41 / own.SECONDS_A_MONTH
    assert f"{full(price, utilisation=share):.2f}" == expected


@pytest.mark.parametrize(("price", "expected"), [(LAUNCH, "1.33"), (LATER, "1.51")])
def test_full_cost_of_a_machine_that_never_rests(price: float, expected: str) -> None:
    assert f"{full(price, utilisation=1):.2f}" == expected


@pytest.mark.parametrize(("price", "expected"), [(LAUNCH, "4.5"), (LATER, "5.3")])
def test_break_even_volume(price: float, expected: str) -> None:
    electricity = own.per_million_output(SPARK, tariff=TARIFF)
    found = breakeven.volume(price=price, months=36, hosted=25, own=electricity)
    assert f"{found:.1f}" == expected


@pytest.mark.parametrize(
    ("price", "list_price", "expected"),
    [(LAUNCH, 75, "3.6"), (LATER, 75, "4.2"), (LAUNCH, 25, "10.8"), (LATER, 25, "12.7")],
)
def test_payback(price: float, list_price: float, expected: str) -> None:
    prices = TokenPrices(input=0, output=list_price)
    bought = hosted.monthly_cost(
        prices, input_tokens_per_day=0, output_tokens_per_day=500_000, days=30
    )
    electricity = own.per_million_output(SPARK, tariff=TARIFF) * 15
    found = breakeven.payback_months(price=price, hosted_a_month=bought, own_a_month=electricity)
    assert f"{found:.1f}" == expected


def test_what_is_not_saved_never_pays() -> None:
    assert breakeven.volume(price=1, months=36, hosted=0.2, own=0.2) is None
    assert breakeven.payback_months(price=1, hosted_a_month=1, own_a_month=2) is None


def test_tokens_of_a_price_list() -> None:
    plain = TokenPrices(input=2.5, output=10)
    cached = TokenPrices(input=2.5, output=10, cached=1.25)
    asked = mix(input_tokens=1_000, output_tokens=500)
    again = mix(input_tokens=1_000, cached_tokens=800, output_tokens=500)
    assert hosted.task_cost(asked, plain) == pytest.approx(0.0025 + 0.0050)
    assert hosted.task_cost(again, cached) == pytest.approx(0.0015 + 0.0050)
    assert hosted.task_cost(again, plain) == pytest.approx(0.0075)
    thought = mix(output_tokens=100, reasoning_tokens=900)
    assert hosted.task_cost(thought, plain) == pytest.approx(0.01)
    dear = TokenPrices(input=2.5, output=10, reasoning=20)
    assert hosted.task_cost(thought, dear) == pytest.approx(0.019)


def test_reading_takes_its_time_and_is_not_left_out() -> None:
    asked = mix(input_tokens=2_000, cached_tokens=1_000, output_tokens=82)
    with pytest.raises(NoDuration, match="reads a prompt"):
        own.task_seconds(SPARK, asked)
    fast = Machine(decode_tokens_per_second=41, prefill_tokens_per_second=500, watts=140)
    assert own.task_seconds(fast, asked) == pytest.approx(1_000 / 500 + 2)


@given(st.floats(1, 1e6), st.integers(1, 240), st.floats(0.1, 1e3), st.floats(0, 0.05))
def test_at_the_break_even_volume_both_cost_the_same(
    price: float, months: int, list_price: float, electricity: float
) -> None:
    found = breakeven.volume(price=price, months=months, hosted=list_price, own=electricity)
    assert found is not None
    assert found * list_price == pytest.approx(price / months + found * electricity)


def test_quality_has_a_price_only_where_it_was_measured() -> None:
    assert per_quality(0.015, Score(value=0.99, measures="reference")) == pytest.approx(
        0.01515, abs=1e-5
    )
    assert per_quality(1, None) == "no quality score"
    assert per_quality(1, Score(value=1, measures="format")) == (
        "the score only tells the form of the answers"
    )
    assert per_quality(1, Score(value=0, measures="judge")) == "the score is nothing"


def test_the_mixes_are_named_and_versioned() -> None:
    assert list(mixes().by_key) == ["chat", "agent", "rag-8k", "reasoning"]
    assert mixes().version == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 1", "noted_on: Field required"),
        ("{", "no YAML"),
        ("{version: 1, noted_on: 2026-01-01, mixes: [{key: a-b, title: A, description: A, calls: 1,"
         " input_tokens: 1, cached_tokens: 2, output_tokens: 1, reasoning_tokens: 0}]}",
         "more cached tokens than input tokens"),
        ("{version: 1, noted_on: 2026-01-01, mixes: [" + ", ".join(2 * [
            "{key: a-b, title: A, description: A, calls: 1, input_tokens: 1, cached_tokens: 0,"
            " output_tokens: 1, reasoning_tokens: 0}"]) + "]}", "one key is there twice"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_mixes(text: str, message: str) -> None:
    with pytest.raises(MixError, match=message):
        read_mixes(text)
