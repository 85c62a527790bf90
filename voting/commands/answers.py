"""What the event of complete answers says of them: times, tokens, cost, energy and style."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import benchmarks.queries
from arena.tenancy.models import Tenant
from voting.commands.contents import committed
from voting.events import AnswersDelivered, Side
from voting.models import Content
from voting.queries import AssignmentInfo
from voting.text import style

_NANOS_PER_MICRO = 1_000
_TOKENS_PER_PRICE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One complete answer as the server saw it; None where the provider does not say."""

    text: str
    prompt_tokens: int | None
    output_tokens: int | None
    time_to_first_token_ms: int
    """From the moment the request was sent."""
    generation_ms: int
    """From the first token to the last."""
    finish_reason: str


def delivered(
    *,
    tenant: Tenant,
    turn: int,
    assignment: AssignmentInfo,
    a: Answer,
    b: Answer | None,
    contents: Mapping[Side, Content],
) -> AnswersDelivered:
    """Return the event of a turn's answers; side b is None in a direct chat."""
    prices = benchmarks.queries.prices(tenant=tenant)
    power = benchmarks.queries.power(tenant=tenant)
    fields: dict[str, Any] = {}
    sides: tuple[tuple[Side, str | None, Answer | None], ...] = (
        ("a", assignment.deployment_a, a),
        ("b", assignment.deployment_b, b),
    )
    for side, deployment, answer in sides:
        values = dict.fromkeys(_FIELDS)
        if answer is not None and deployment is not None:
            watts = power[deployment].watts if deployment in power else None
            values |= _figures(answer, contents[side])
            values["cost_usd_nanos"] = cost_usd_nanos(answer, prices.get(deployment))
            values["energy_millijoules"] = energy_millijoules(answer, watts=watts)
        fields |= {f"{name}_{side}": value for name, value in values.items()}
    return AnswersDelivered(turn=turn, **fields)


def cost_usd_nanos(answer: Answer, price: benchmarks.queries.PriceInfo | None) -> int | None:
    """Return tokens in times the input price plus tokens out times the output price, in 1e-9 USD.

    None without a price, or where the provider counted no tokens.
    """
    if price is None or answer.prompt_tokens is None or answer.output_tokens is None:
        return None
    usd_micros_times_a_million = (
        answer.prompt_tokens * price.input_usd_micros_per_million_tokens
        + answer.output_tokens * price.output_usd_micros_per_million_tokens
    )
    return round(usd_micros_times_a_million * _NANOS_PER_MICRO / _TOKENS_PER_PRICE)


def energy_millijoules(answer: Answer, *, watts: int | None) -> int | None:
    """Return declared watts times the time of the whole answer; a watt is a millijoule a ms.

    An upper bound where the machine answered others at the same time. None where no power is
    declared.
    """
    return None if watts is None else watts * (answer.time_to_first_token_ms + answer.generation_ms)


def _figures(answer: Answer, content: Content) -> dict[str, Any]:
    counts = style.count(answer.text)
    return {
        "answer_content_id": content.id,
        "answer_commitment": committed(content),
        "prompt_tokens": answer.prompt_tokens,
        "output_tokens": answer.output_tokens,
        "time_to_first_token_ms": answer.time_to_first_token_ms,
        "generation_ms": answer.generation_ms,
        "finish_reason": answer.finish_reason,
        "style_tokens": counts.tokens,
        "headers": counts.headers,
        "list_items": counts.lists,
        "bold": counts.bold,
    }


_FIELDS = (
    "answer_content_id",
    "answer_commitment",
    "prompt_tokens",
    "output_tokens",
    "time_to_first_token_ms",
    "generation_ms",
    "cost_usd_nanos",
    "energy_millijoules",
    "finish_reason",
    "style_tokens",
    "headers",
    "list_items",
    "bold",
)
