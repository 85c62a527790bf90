"""llama.cpp's llama-bench: prefill and decode inside one process, without HTTP or sampling."""

from typing import Any

from arena_runner.contract.metric_gates import Notice
from arena_runner.contract.metrics import Metric
from arena_runner.contract.tools.fields import model_name, number, numbers, whole, words
from arena_runner.contract.tools.measure import agree, mean_of_runs
from arena_runner.contract.tools.output import ToolOutput, ToolOutputError, ToolPoint

_NAMED = ("model_type", "backends", "n_batch", "n_ubatch", "n_threads", "n_gpu_layers")
_NAMED_TOO = ("type_k", "type_v", "flash_attn", "split_mode")


def knows(data: Any) -> bool:
    """Tell whether this is a result of llama-bench."""
    return (
        isinstance(data, list)
        and bool(data)
        and isinstance(data[0], dict)
        and ({"n_prompt", "n_gen", "samples_ts"} <= data[0].keys())
    )


def read(data: list[Any]) -> ToolOutput:
    """Return the tests; raise ToolOutputError."""
    if len(data) > 1_000:
        raise ToolOutputError("", f"{len(data)} tests; at most 1,000 are read")
    points = tuple(_point(row, f"/{index}") for index, row in enumerate(data))
    first = data[0]
    commit, build = words(first, "build_commit"), first.get("build_number")
    message = (
        "llama-bench measures inside the process: no HTTP, no chat template, no sampling. A server"
        " with the same model is somewhat slower."
    )
    return ToolOutput(
        tool="llama-bench",
        version=f"{commit} ({build})" if commit else None,
        model=model_name(first, "model_filename"),
        parameters=_parameters(data),
        points=points,
        warnings=(Notice(code="in_process", message=message), *_mixed(points)),
    )


def _point(row: Any, at: str) -> ToolPoint:
    prompt, generated = whole(row, "n_prompt", at), whole(row, "n_gen", at)
    depth = whole(row, "n_depth", at) if "n_depth" in row else 0
    samples = numbers(row, "samples_ts", at)
    agree(number(row, "avg_ts", at), samples, f"{at}/avg_ts")
    parts = [f"pp{prompt}"] * bool(prompt) + [f"tg{generated}"] * bool(generated)
    if not parts:
        raise ToolOutputError(at, "a test of no tokens at all")
    key = "-".join(parts + [f"d{depth}"] * bool(depth))
    metric = _metric(prompt, generated)
    measurements: tuple[Metric, ...] = ()
    if metric:
        measurements = (mean_of_runs(metric, samples),)
    return ToolPoint(
        key=key,
        title=f"llama-bench {key}",
        load="in_process",
        concurrency=1,
        input_tokens=prompt,
        output_tokens=generated,
        context_tokens=depth,
        sample_count=len(samples),
        runs=len(samples),
        measurements=measurements,
        reported={"avg_ts": number(row, "avg_ts", at), "stddev_ts": number(row, "stddev_ts", at)},
    )


def _metric(prompt: int, generated: int) -> str | None:
    if prompt and generated:
        return None
    return "prefill_tokens_per_second" if prompt else "decode_tokens_per_second"


def _mixed(points: tuple[ToolPoint, ...]) -> tuple[Notice, ...]:
    mixed = [point.key for point in points if not point.measurements]
    if not mixed:
        return ()
    message = f"{', '.join(mixed[:5])}: one rate over prompt and answer is neither; only quoted."
    return (Notice(code="prompt_and_answer_mixed", message=message),)


def _parameters(data: list[Any]) -> dict[str, str]:
    first = data[0]
    found = {
        "-p": "tokens of prefill in one test (pp), random, from an empty context",
        "-n": "tokens of decode in one test (tg), after no prompt",
        "-d": "tokens of context that are there before the test; no turns",
        "-r": f"{len(first['samples_ts'])} repetitions, after one that is not counted",
        "stddev": "sample standard deviation (n - 1); computed again from the samples here",
    }
    found |= {name: str(first[name])[:80] for name in (*_NAMED, *_NAMED_TOO) if name in first}
    return found
