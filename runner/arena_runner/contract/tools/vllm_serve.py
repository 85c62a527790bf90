"""vllm bench serve: open load, or closed by a cap in the client. Times in ms, sd divided by n."""

import math
from collections.abc import Iterator
from typing import Any, Final

from arena_runner.contract.metric_gates import Notice
from arena_runner.contract.metric_names import PERCENTILES
from arena_runner.contract.metrics import Metric
from arena_runner.contract.tools.fields import (
    model_name,
    number,
    numbers,
    optional_number,
    whole,
    words,
)
from arena_runner.contract.tools.measure import (
    agree,
    latency,
    sample_sd,
    stated,
    stated_latency,
)
from arena_runner.contract.tools.output import LoadKind, ToolOutput, ToolOutputError, ToolPoint

_IMPOSSIBLE_SHARE: Final = 0.5
_QUOTED: Final = ("request_throughput", "request_goodput", "total_token_throughput", "duration")
_QUOTED_MS: Final = ("mean_itl_ms", "median_itl_ms", "p99_itl_ms", "mean_e2el_ms", "mean_ttft_ms")


def knows(data: Any) -> bool:
    """Tell whether this is a result of vllm bench serve."""
    return isinstance(data, dict) and {"request_rate", "burstiness", "completed"} <= data.keys()


def read(data: dict[str, Any]) -> ToolOutput:
    """Return the one test of a result; raise ToolOutputError."""
    count = whole(data, "completed")
    if count < 1:
        raise ToolOutputError("/completed", "no request was answered; there is nothing to import")
    rate, cap = _rate(data), optional_number(data, "max_concurrency")
    kind: LoadKind = "open" if rate is not None or cap is None else "closed"
    no_role_chunk = not _first_chunk_is_empty(data)
    measurements = [*_throughput(data, count), *_errors(data, count)]
    if no_role_chunk:
        name = "ttft_from_send_ms" if kind == "open" else "ttft_ms"
        measurements += [
            *_stated(data, "ttft", name, count),
            *_stated(data, "tpot", "tpot_ms", count),
        ]
    measurements += _whole_answers(data, count, kind)
    point = ToolPoint(
        key=_key(rate, cap, count),
        title=f"vllm bench serve, {count} requests, {_load(rate, cap)}",
        load=kind,
        concurrency=None if cap is None else int(cap),
        rate_per_second=rate,
        burstiness=number(data, "burstiness"),
        input_tokens=round(number(data, "total_input_tokens") / count) or None,
        output_tokens=round(number(data, "total_output_tokens") / count) or None,
        sample_count=count,
        runs=1,
        measurements=tuple(measurements),
        request_sd=dict(_spreads(data, measurements, count)),
        reported={
            name: value
            for name in (*_QUOTED, *_QUOTED_MS)
            if (value := optional_number(data, name)) is not None
        },
    )
    return ToolOutput(
        tool="vllm",
        version=words(data, "vllm_version"),
        model=model_name(data, "model_id"),
        parameters=_parameters(data, rate, cap, count),
        points=(point,),
        warnings=tuple(_notices(data, rate, cap, no_role_chunk)),
    )


def _rate(data: dict[str, Any]) -> float | None:
    """Return requests per second; the tool writes the text `inf` for all at once."""
    if data["request_rate"] in ("inf", None):
        return None
    rate = number(data, "request_rate")
    if rate <= 0:
        raise ToolOutputError("/request_rate", "must be above 0, or the text inf")
    return rate


def _throughput(data: dict[str, Any], count: int) -> list[Metric]:
    tokens, seconds = number(data, "total_output_tokens"), number(data, "duration")
    if seconds <= 0:
        raise ToolOutputError("/duration", "must be above 0")
    agree(number(data, "output_throughput"), [tokens / seconds], "/output_throughput")
    return [stated("system_tokens_per_second", tokens / seconds, count)]


def _errors(data: dict[str, Any], count: int) -> list[Metric]:
    failed = optional_number(data, "failed")
    if failed is None:
        return []
    return [stated("error_rate", failed / (count + failed), int(count + failed))]


def _stated(data: dict[str, Any], theirs: str, ours: str, count: int) -> list[Metric]:
    mean = optional_number(data, f"mean_{theirs}_ms")
    if mean is None:
        return []
    found = [(each, optional_number(data, f"p{each}_{theirs}_ms")) for each in PERCENTILES]
    if found[0][1] is None:
        found[0] = (50, optional_number(data, f"median_{theirs}_ms"))
    return stated_latency(ours, mean, found, count)


def _whole_answers(data: dict[str, Any], count: int, kind: LoadKind) -> list[Metric]:
    """From send in closed load; with the wait in the client in open load, where it is stated."""
    if kind == "closed":
        return _stated(data, "e2el", "e2e_ms", count)
    if "latencies" not in data or "queue_times" not in data:
        return []
    answers, waits = numbers(data, "latencies"), numbers(data, "queue_times")
    if len(answers) != len(waits):
        raise ToolOutputError("/queue_times", "has another length than latencies")
    both = [1_000 * (answer + wait) for answer, wait in zip(answers, waits, strict=True)]
    return latency("e2e_ms", both, len(both))


def _spreads(
    data: dict[str, Any], measurements: list[Metric], count: int
) -> Iterator[tuple[str, float]]:
    names = {"ttft_from_send_ms_mean": "ttft", "ttft_ms_mean": "ttft", "tpot_ms_mean": "tpot"}
    for row in measurements:
        theirs = names.get(row.metric)
        stated_sd = optional_number(data, f"std_{theirs}_ms") if theirs else None
        spread = None if stated_sd is None else sample_sd(stated_sd, count)
        if spread is not None:
            yield row.metric, spread


def _first_chunk_is_empty(data: dict[str, Any]) -> bool:
    """Tell whether the first chunk came before anything was computed.

    A prompt is one pass through the model and so is a token: a first token in less than half the
    time of a later one is a chunk with a role alone.
    """
    first = optional_number(data, "median_ttft_ms")
    later = optional_number(data, "median_itl_ms") or optional_number(data, "median_tpot_ms")
    return first is not None and later is not None and first < _IMPOSSIBLE_SHARE * later


def _notices(
    data: dict[str, Any], rate: float | None, cap: float | None, no_role_chunk: bool
) -> Iterator[Notice]:
    shape = number(data, "burstiness")
    if rate is not None and shape != 1:
        message = (
            f"Burstiness {shape:g} gives Gamma gaps with a coefficient of variation of"
            f" {shape**-0.5 if shape else math.inf:.3f}; these are no Poisson arrivals."
        )
        yield Notice(code="gamma_not_poisson", message=message)
    if not no_role_chunk:
        message = (
            "The first chunk came before a token can have been computed: a role without content."
            " The tool takes it for the first token, so its times to first token and per output"
            " token are left out."
        )
        yield Notice(code="role_chunk", message=message, metric="ttft_ms")
    if rate is not None and cap is not None:
        message = (
            f"--max-concurrency {cap:.0f} makes requests wait in the client; the tool's times start"
            " after that wait, so a queue does not show in them."
        )
        yield Notice(code="client_cap_hides_queue", message=message, metric="ttft_from_send_ms")
    tokenizer = model_name(data, "tokenizer_id")
    if (
        tokenizer
        and "gpt2" in tokenizer.lower()
        and "gpt2" not in str(data.get("model_id")).lower()
    ):
        message = f"Tokens are those of {tokenizer}, not of the model; give --tokenizer."
        yield Notice(code="tokenizer_mismatch", message=message)
    message = (
        "Gaps between chunks include the empty last one, so their mean is too low; they are quoted,"
        " not taken. Decode speed of a stream is not stated; see the time per output token."
    )
    yield Notice(code="itl_includes_empty_chunk", message=message, metric="itl_ms")


def _parameters(
    data: dict[str, Any], rate: float | None, cap: float | None, count: int
) -> dict[str, str]:
    shape, asked = number(data, "burstiness"), optional_number(data, "num_prompts") or count
    found = {f"--num-prompts {asked:.0f}": f"{count} of them were answered"}
    if rate is None:
        found["--request-rate inf"] = "all at once" if cap is None else "as fast as the cap allows"
    else:
        gaps = "exponential" if shape == 1 else "Gamma, not exponential"
        found[f"--request-rate {rate:g}"] = (
            f"{gaps} gaps, then stretched so that the last arrival is at {asked / rate:.4g} s"
        )
        found[f"--burstiness {shape:g}"] = "shape of the Gamma distribution; 1 is Poisson"
    if cap is not None:
        found[f"--max-concurrency {cap:.0f}"] = "a cap in the client; the wait is in no latency"
    return found | {
        "--tokenizer": model_name(data, "tokenizer_id") or "not stated",
        "TTFT": "from send to the first chunk with choices, even an empty one",
        "TPOT": "(last - first) / (tokens - 1); overstated speed where a chunk holds more tokens",
        "E2EL": "from send; with the wait in the client where the file has queue_times",
        "std": "divided by n; converted to n - 1 here",
        "temperature": "not stated in the result; recent versions no longer force 0",
    }


def _key(rate: float | None, cap: float | None, count: int) -> str:
    parts = ["inf" if rate is None else f"{rate:g}rps"]
    parts += [] if cap is None else [f"c{cap:.0f}"]
    return "-".join(["serve", *parts, f"n{count}"]).replace("+", "")


def _load(rate: float | None, cap: float | None) -> str:
    text = "all at once" if rate is None else f"{rate:g} a second"
    return text if cap is None else f"{text}, at most {cap:.0f} together"
