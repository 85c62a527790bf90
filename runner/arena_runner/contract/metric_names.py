"""Every metric by name: its unit, its formula in a line, and whether more of it is better."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

PERCENTILES: Final = (50, 90, 95, 99)
DEFAULT_SLO_TTFT_MS: Final = (2_000, 5_000, 10_000)
"""Limits on the time to the first token for which goodput and capacity are stated."""
NO_PACE: Final = "no answer shows its pace: all came in bursts, or their tokens are unknown"
"""Why a point that counts has no decode speed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """What a metric means, wherever it is shown."""

    unit: str
    title: str
    formula: str
    better: Literal["higher", "lower"] | None = None


_LATENCIES: Final[Mapping[str, tuple[str, str]]] = {
    "ttft_ms": (
        "Time to first token",
        "first content, reasoning or tool call - scheduled (open load) or sent (other loads)",
    ),
    "ttft_from_send_ms": (
        "Time to first token from send",
        "first content, reasoning or tool call - sent; open load only",
    ),
    "queue_ms": ("Wait before send", "sent - scheduled; open load only"),
    "tpot_ms": ("Time per output token", "(last content - first content) / (output tokens - 1)"),
    "itl_ms": ("Gap between chunks", "time between two content chunks of one answer, pooled"),
    "e2e_ms": ("Whole answer", "last content - scheduled (open load) or sent (other loads)"),
}
LATENCIES: Final = tuple(_LATENCIES)

_OTHERS: Final[Mapping[str, Definition]] = {
    "decode_tokens_per_second": Definition(
        unit="tok/s",
        title="Decode speed of one stream",
        formula="(output tokens - 1) / (last content - first content), mean over requests",
        better="higher",
    ),
    "system_tokens_per_second": Definition(
        unit="tok/s",
        title="System throughput",
        formula="output tokens of all requests / wall window of the run",
        better="higher",
    ),
    "prefill_tokens_per_second": Definition(
        unit="tok/s",
        title="Prefill speed of one request",
        formula="(prompt tokens - cached tokens) / (first content - sent), mean over requests",
        better="higher",
    ),
    "request_rate_per_second": Definition(
        unit="1/s",
        title="Achieved request rate",
        formula="completed requests / wall window of the run; in open load completions per second"
        " of their span, 5 % of them off each end",
        better="higher",
    ),
    "offered_rate_per_second": Definition(
        unit="1/s",
        title="Offered request rate",
        formula="arrivals per second of their span, 5 % of them off each end; open load only",
    ),
    "error_rate": Definition(
        unit="1",
        title="Failed requests",
        formula="requests with an error or without content / all requests",
        better="lower",
    ),
    "timeout_rate": Definition(
        unit="1",
        title="Timeouts",
        formula="requests that timed out / all requests",
        better="lower",
    ),
    "tokens_per_chunk": Definition(
        unit="tok",
        title="Tokens per chunk",
        formula="output tokens / content chunks; above 1 with speculation or grouped streaming",
    ),
    "chunk_bias": Definition(
        unit="1",
        title="Overstatement by chunks",
        formula="(n - 1) / (n - k): by so much decode speed is too high when the first chunk"
        " holds k tokens",
    ),
    "joules_per_output_token": Definition(
        unit="J/tok",
        title="Energy per output token",
        formula="energy over the point, warm-ups included / output tokens of its requests",
        better="lower",
    ),
}


def goodput_name(ttft_ms: int) -> str:
    """Return the name of the rate of requests whose first token came within a limit."""
    return f"goodput_per_second_ttft_{ttft_ms}ms"


def definitions(slo_ttft_ms: Iterable[int] = DEFAULT_SLO_TTFT_MS) -> dict[str, Definition]:
    """Return the definition of every metric that `metrics.compute` can give."""
    found = {}
    for name, (title, formula) in _LATENCIES.items():
        found[f"{name}_mean"] = Definition(
            unit="ms", title=f"{title}, mean", formula=formula, better="lower"
        )
        for percent in PERCENTILES:
            found[f"{name}_p{percent}"] = Definition(
                unit="ms", title=f"{title}, p{percent}", formula=formula, better="lower"
            )
    for limit in slo_ttft_ms:
        found[goodput_name(limit)] = Definition(
            unit="1/s",
            title=f"Goodput, first token within {limit / 1000:g} s",
            formula=f"requests with ttft_ms <= {limit} / wall window of the run",
            better="higher",
        )
    return found | dict(_OTHERS)
