"""Pure: what a task costs where somebody else runs the model and sells tokens."""

from dataclasses import dataclass
from typing import Final

from leaderboards.cost.mixes import Mix

MILLION: Final = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenPrices:
    """A price list, in one currency for a million tokens; None: charged like the plain kind."""

    input: float
    output: float
    cached: float | None = None
    reasoning: float | None = None


def task_cost(mix: Mix, prices: TokenPrices) -> float:
    """Return what one task costs, in the currency of the prices.

        cost = [(in - cached) p_in + cached p_cached + out p_out + reasoning p_reasoning] / 10^6

    p_cached is p_in and p_reasoning is p_out where the list has no price of its own for them.
    1,000 in and 500 out at 2.50 and 10.00 a million cost 0.0025 + 0.0050 = 0.0075; with 800 of
    the thousand cached at 1.25 they cost 0.0015 + 0.0050 = 0.0065.
    """
    return _cost(
        prices,
        input_tokens=mix.input_tokens,
        cached_tokens=mix.cached_tokens,
        output_tokens=mix.output_tokens,
        reasoning_tokens=mix.reasoning_tokens,
    )


def monthly_cost(
    prices: TokenPrices,
    *,
    input_tokens_per_day: float,
    output_tokens_per_day: float,
    days: int,
    cached_tokens_per_day: float = 0,
    reasoning_tokens_per_day: float = 0,
) -> float:
    """Return what so many tokens a day cost over so many days, reckoned as a task is.

    Cached tokens are among those of the input; reasoning comes on top of the output.
    """
    a_day = _cost(
        prices,
        input_tokens=input_tokens_per_day,
        cached_tokens=cached_tokens_per_day,
        output_tokens=output_tokens_per_day,
        reasoning_tokens=reasoning_tokens_per_day,
    )
    return a_day * days


def _cost(
    prices: TokenPrices,
    *,
    input_tokens: float,
    cached_tokens: float,
    output_tokens: float,
    reasoning_tokens: float,
) -> float:
    cached = prices.input if prices.cached is None else prices.cached
    reasoning = prices.output if prices.reasoning is None else prices.reasoning
    return (
        (input_tokens - cached_tokens) * prices.input
        + cached_tokens * cached
        + output_tokens * prices.output
        + reasoning_tokens * reasoning
    ) / MILLION
