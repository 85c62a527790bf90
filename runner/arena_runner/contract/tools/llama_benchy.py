"""llama-benchy: lock-step batches over HTTP. Times in milliseconds, sd divided by n."""

from typing import Any, Final

from arena_runner.contract.metric_gates import Notice
from arena_runner.contract.metrics import Metric
from arena_runner.contract.tools.fields import (
    mapping,
    model_name,
    number,
    numbers,
    optional_number,
    rows,
    whole,
    words,
)
from arena_runner.contract.tools.measure import agree, latency, rate_of_requests
from arena_runner.contract.tools.output import ToolOutput, ToolOutputError, ToolPoint

_SMALL_DEPTH: Final = 64
_ROLE_CHUNK_SHARE: Final = 0.5
_QUOTED: Final = ("pp_throughput", "tg_throughput", "peak_throughput", "ttfr", "est_ppt")


def knows(data: Any) -> bool:
    """Tell whether this is a result of llama-benchy."""
    return isinstance(data, dict) and {"benchmarks", "latency_mode"} <= data.keys()


def read(data: dict[str, Any]) -> ToolOutput:
    """Return the tests; raise ToolOutputError."""
    warnings: dict[str, Notice] = {}
    points: dict[str, ToolPoint] = {}
    for index, row in enumerate(rows(data, "benchmarks")):
        point = _point(row, f"/benchmarks/{index}", warnings)
        if point.key in points:
            raise ToolOutputError(f"/benchmarks/{index}", f"{point.key} is there twice")
        points[point.key] = point
    return ToolOutput(
        tool="llama-benchy",
        version=words(data, "version"),
        model=model_name(data, "model"),
        parameters=_parameters(data, list(points.values())),
        points=tuple(points.values()),
        warnings=tuple(warnings.values()),
    )


def _point(row: Any, at: str, warnings: dict[str, Notice]) -> ToolPoint:
    concurrency = whole(row, "concurrency", at)
    if not 1 <= concurrency <= 4_096:
        raise ToolOutputError(f"{at}/concurrency", "must be from 1 to 4096")
    prompt, answer = whole(row, "prompt_size", at), whole(row, "response_size", at)
    depth = whole(row, "context_size", at)
    is_context = row.get("is_context_prefill_phase") is True
    ttft = _values(row, "e2e_ttft", at)
    if min(ttft) <= 0:
        raise ToolOutputError(f"{at}/e2e_ttft", "a first token after 0 ms cannot be")
    measurements = latency("ttft_ms", ttft, concurrency)
    measurements += _decode(row, at, concurrency)
    measurements += _prefill(row, at, ttft, concurrency)
    key = f"pp{prompt}-tg{answer}-d{depth}-c{concurrency}" + "-context" * is_context
    for notice in (*_load_notices(concurrency, depth), *_chunk_notices(row, at, ttft)):
        warnings.setdefault(notice.code, notice)
    return ToolPoint(
        key=key,
        title=f"llama-benchy pp{prompt} tg{answer}, depth {depth}, {concurrency} at once"
        + ", context alone" * is_context,
        load="lockstep",
        concurrency=concurrency,
        input_tokens=prompt,
        output_tokens=answer,
        context_tokens=depth,
        sample_count=len(ttft),
        runs=-(-len(ttft) // concurrency),
        measurements=tuple(measurements),
        reported={
            name: number(mapping(row, name, at), "mean", f"{at}/{name}")
            for name in _QUOTED
            if row.get(name) is not None
        },
    )


def _values(row: Any, name: str, at: str) -> list[float]:
    found = mapping(row, name, at)
    values = numbers(found, "values", f"{at}/{name}")
    agree(number(found, "mean", f"{at}/{name}"), values, f"{at}/{name}/mean")
    return values


def _decode(row: Any, at: str, concurrency: int) -> list[Metric]:
    if row.get("tg_req_throughput") is None:
        return []
    values = _values(row, "tg_req_throughput", at)
    return [rate_of_requests("decode_tokens_per_second", values, concurrency)]


def _prefill(row: Any, at: str, ttft: list[float], concurrency: int) -> list[Metric]:
    """Prompt tokens over the time to the first *content*.

    The tool divides by the time to the first chunk of any kind, less a network latency. What it
    divided is its rate times its time, so the number of tokens is known exactly.
    """
    if row.get("pp_req_throughput") is None or row.get("est_ppt") is None:
        return []
    rates, times = _values(row, "pp_req_throughput", at), _values(row, "est_ppt", at)
    if not len(rates) == len(times) == len(ttft):
        return []
    values = [rate * time / until for rate, time, until in zip(rates, times, ttft, strict=True)]
    return [rate_of_requests("prefill_tokens_per_second", values, concurrency)]


def _load_notices(concurrency: int, depth: int) -> list[Notice]:
    found = []
    if concurrency > 1:
        message = (
            "Lock-step batches: all requests of a batch start together and the next batch waits for"
            " the slowest. First tokens are those of a burst, not of a steady load."
        )
        found.append(Notice(code="lockstep", message=message))
        message = "tg_throughput spans the decode window alone; it is quoted, not system speed."
        found.append(Notice(code="decode_window_only", message=message))
    if 0 < depth < _SMALL_DEPTH:
        message = f"--depth {depth} is {depth} tokens of context before the prompt, and no turns."
        found.append(Notice(code="depth_is_context", message=message))
    return found


def _chunk_notices(row: Any, at: str, ttft: list[float]) -> list[Notice]:
    found = []
    first = _values(row, "ttfr", at) if row.get("ttfr") is not None else ttft
    if sum(first) < _ROLE_CHUNK_SHARE * sum(ttft):
        message = (
            "The server's first chunk has a role and no content, and the tool's prefill speed ends"
            " there. Prefill is computed from the first content instead."
        )
        found.append(Notice(code="role_chunk", message=message))
    tokens = _prompt_tokens(row, at)
    wanted = number(row, "prompt_size", at)
    if tokens is not None and abs(tokens - wanted) > max(32, 0.1 * wanted):
        message = (
            f"Prompts had {tokens:.0f} tokens by the server, {wanted:.0f} were asked for: the tool"
            " did not have the model's tokenizer. It silently takes gpt2 for one it cannot find;"
            " give --tokenizer."
        )
        found.append(Notice(code="tokenizer_mismatch", message=message))
    return found


def _prompt_tokens(row: Any, at: str) -> float | None:
    """Return the mean tokens of a prompt behind the tool's prefill speed, without its context.

    Whether the tool counted the context depends on prefix caching, which is stated for the whole
    file only; the reading that is nearer to what was asked for is taken.
    """
    if row.get("pp_req_throughput") is None or row.get("est_ppt") is None:
        return None
    rates, times = _values(row, "pp_req_throughput", at), _values(row, "est_ppt", at)
    if len(rates) != len(times):
        return None
    tokens = sum(rate * time / 1_000 for rate, time in zip(rates, times, strict=True)) / len(rates)
    wanted = number(row, "prompt_size", at)
    without = tokens - number(row, "context_size", at)
    return min(tokens, without, key=lambda each: abs(each - wanted))


def _parameters(data: dict[str, Any], points: list[ToolPoint]) -> dict[str, str]:
    mode, taken = words(data, "latency_mode"), optional_number(data, "latency_ms")
    caching = data.get("prefix_caching_enabled") is True
    found = {
        f"--latency-mode {mode}": f"{taken or 0:.2f} ms were taken off the time to the first chunk"
        " before the tool computed prefill speed; not done here",
        "--runs": f"{points[0].runs} recorded batches, after one that is not",
        "--tokenizer": "not stated in the result; an unknown name is silently gpt2",
        "--exact-tg": "not stated in the result; without it answers may be shorter than --tg",
        "temperature": "not stated in the result; the tool sends none by itself",
        "tokens of an answer": "by the server's usage; decode speed is overstated by (n - 1) /"
        " (n - k) where the first chunk holds k tokens, 2.4 % at k = 4 and n = 128",
        "std": "divided by n; computed again here with n - 1",
        "--enable-prefix-caching": "context alone first, then context and prompt; both are points"
        if caching
        else "off: context and prompt are sent together",
    }
    for point in points:
        found[f"--pp {point.input_tokens}"] = "tokens of a book, by the tool's tokenizer"
        found[f"--tg {point.output_tokens}"] = "most tokens of an answer (max_tokens)"
        depth = point.context_tokens
        found[f"--depth {depth}"] = f"{depth} tokens of context before the prompt; no turns"
        together = f"{point.concurrency} requests sent together, in lock-step batches"
        found[f"--concurrency {point.concurrency}"] = together
    return found
