"""The arguments of each tool for a point: its own published ones, or made from its load.

A point may come from the site, so only arguments that cannot write a file, run a command or reach
another address are passed on.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from arena_runner.contract.profile import DatasetPrompt, LockstepLoad, Tool
from arena_runner.drivers.request import Request, UnfitPoint

_ALLOWED: Final[dict[Tool, frozenset[str]]] = {
    "llama-benchy": frozenset(
        {"--pp", "--tg", "--depth", "--concurrency", "--runs", "--latency-mode", "--no-cache"}
        | {"--enable-prefix-caching", "--exact-tg", "--extra-body", "--skip-coherence"}
        | {"--no-warmup", "--adapt-prompt", "--no-adapt-prompt", "--exit-on-first-fail"}
    ),
    "llama-bench": frozenset({"-p", "-n", "-pg", "-d", "-r", "-b", "-ub", "-t", "-ngl", "-fa"}),
    "vllm": frozenset(
        {"--backend", "--endpoint", "--percentile-metrics", "--metric-percentiles", "--seed"}
        | {"--dataset-name", "--random-input-len", "--random-output-len", "--random-range-ratio"}
        | {"--num-prompts", "--request-rate", "--burstiness", "--max-concurrency", "--ignore-eos"}
        | {"--num-warmups", "--temperature", "--goodput", "--save-detailed"}
        | {"--sharegpt-output-len"}
    ),
    "guidellm": frozenset(),
}


def arguments(request: Request, result: Path) -> tuple[str, ...]:
    """Return what follows the program's name; the result is to be in `result`, or on stdout."""
    own = _checked(request.tool, request.point.tool_arguments if _is_own(request) else ())
    return {
        "llama-benchy": _llama_benchy,
        "llama-bench": _llama_bench,
        "vllm": _vllm,
        "guidellm": _guidellm,
    }[request.tool](request, own, result)


def writes_to_stdout(tool: Tool) -> bool:
    """Tell whether the tool's result is what it prints."""
    return tool == "llama-bench"


def _is_own(request: Request) -> bool:
    return request.point.tool == request.tool


def _checked(tool: Tool, given: Sequence[str]) -> tuple[str, ...]:
    for argument in given:
        flag = argument.partition("=")[0]
        is_flag = flag.startswith("-") and not flag[1:2].isdigit()
        if is_flag and flag not in _ALLOWED[tool]:
            raise UnfitPoint(f"{flag} of {tool} is not allowed in a profile; take it out")
    if any("@" in argument or "://" in argument for argument in given):
        raise UnfitPoint(f"an argument of {tool} names an address; the agent decides where to go")
    return tuple(given)


def _llama_benchy(request: Request, own: tuple[str, ...], result: Path) -> tuple[str, ...]:
    if not own:
        prompt, load = request.prompt, request.point.load
        batches = load.batches if isinstance(load, LockstepLoad) else _batches(request)
        own = (
            *("--pp", str(prompt.input_tokens), "--tg", str(prompt.output_tokens)),
            *("--depth", str(prompt.context_tokens), "--concurrency", str(request.together())),
            *("--runs", str(request.point.runs * batches), "--latency-mode", "generation"),
            *(("--exact-tg",) if request.point.ignore_eos else ()),
            *(("--enable-prefix-caching",) if request.prefix_caching else ("--no-cache",)),
        )
    return (
        *("--base-url", request.base_url, "--model", request.model),
        *("--served-model-name", request.served_model),
        *(("--tokenizer", request.tokenizer_name) if request.tokenizer_name else ()),
        *own,
        *(() if request.check_coherence else ("--skip-coherence",)),
        *("--format", "json", "--save-result", str(result)),
    )


def _batches(request: Request) -> int:
    load = request.point.load
    requests = getattr(load, "requests", 1)
    return max(1, math.ceil(requests / request.together()))


def _llama_bench(request: Request, own: tuple[str, ...], result: Path) -> tuple[str, ...]:
    if request.weights is None:
        raise UnfitPoint("llama-bench loads the weights itself; name the GGUF file")
    if not own:
        prompt = request.prompt
        if request.together() != 1:
            raise UnfitPoint("llama-bench measures one stream only")
        own = ("-p", str(prompt.input_tokens), "-n", str(prompt.output_tokens))
        own = (*own, "-d", str(prompt.context_tokens), "-r", str(request.point.runs))
    return ("-m", str(request.weights.resolve()), *own, "-o", "json")


def _vllm(request: Request, own: tuple[str, ...], result: Path) -> tuple[str, ...]:
    prompt = request.point.prompt
    dataset: tuple[str, ...] = ()
    if isinstance(prompt, DatasetPrompt):
        if request.dataset is None:
            raise UnfitPoint(f"the data set {prompt.name} is not on this machine; download it")
        dataset = ("--dataset-path", str(request.dataset.resolve()))
    return (
        *("bench", "serve", "--base-url", request.root_url, "--model", request.model),
        *("--served-model-name", request.served_model),
        *(("--tokenizer", request.tokenizer_name) if request.tokenizer_name else ()),
        *(own or _vllm_load(request)),
        *dataset,
        *("--save-result", "--result-dir", str(result.parent), "--result-filename", result.name),
    )


def _vllm_load(request: Request) -> tuple[str, ...]:
    point, load = request.point, request.open_load()
    if isinstance(point.load, LockstepLoad) and point.load.concurrency > 1:
        raise UnfitPoint("vllm bench serve has no lock-step batches")
    prompt = request.prompt
    if load is not None:
        rate = ["--request-rate", repr(load.rate_per_second), "--burstiness", repr(load.burstiness)]
        rate += ["--num-prompts", str(load.requests)]
        rate += ["--max-concurrency", str(load.max_concurrency)] if load.max_concurrency else []
    else:
        count = _batches(request) * request.together()
        rate = ["--request-rate", "inf", "--max-concurrency", str(request.together())]
        rate += ["--num-prompts", str(count)]
    return (
        *("--backend", "openai-chat", "--endpoint", "/v1/chat/completions"),
        *("--dataset-name", "random", "--random-input-len", str(prompt.input_tokens)),
        *("--random-output-len", str(prompt.output_tokens)),
        *("--random-range-ratio", repr(prompt.spread)),
        *rate,
        *("--num-warmups", str(point.warmups), "--seed", str(request.seed)),
        *("--percentile-metrics", "ttft,tpot,itl,e2el", "--metric-percentiles", "50,90,95,99"),
        *(("--ignore-eos",) if point.ignore_eos else ()),
        *(() if point.temperature is None else ("--temperature", repr(point.temperature))),
    )


def _guidellm(request: Request, own: tuple[str, ...], result: Path) -> tuple[str, ...]:
    prompt, load = request.prompt, request.open_load()
    if prompt.context_tokens or prompt.spread:
        raise UnfitPoint("guidellm is asked for prompts of one length without context only")
    if load is not None:
        if load.burstiness != 1 or load.rescale or load.max_concurrency:
            raise UnfitPoint("guidellm has Poisson arrivals only, neither Gamma nor stretched")
        profile, count = f"kind=poisson,rate={load.rate_per_second!r}", load.requests
    else:
        if isinstance(request.point.load, LockstepLoad) and request.together() > 1:
            raise UnfitPoint("guidellm has no lock-step batches")
        profile = f"kind=concurrent,streams={request.together()}"
        count = _batches(request) * request.together()
    tokenizer = request.tokenizer_name or request.model
    lengths = f"prompt_tokens={prompt.input_tokens},output_tokens={prompt.output_tokens}"
    backend = f"kind=openai_http,target={request.root_url},model={_plain(request.served_model)}"
    return (
        *("run", "--backend", f"{backend},request_format=/v1/chat/completions"),
        *("--profile", profile, "--constraint", f"kind=max_requests,count={count}"),
        *("--tokenizer", f"kind=huggingface_auto,model={_plain(tokenizer)}"),
        *("--data", f"kind=synthetic_text,{lengths}"),
        *("--output", f"kind=json,path={result}"),
    )


def _plain(value: str) -> str:
    if "," in value or "=" in value:
        raise UnfitPoint(f"guidellm cannot be told the name {value[:80]!r}: it has , or =")
    return value
