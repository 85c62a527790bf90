"""Recognises whose result a file is, and reads it."""

from typing import Any, Final

from arena_runner.contract.tools import guidellm, llama_bench, llama_benchy, vllm_serve
from arena_runner.contract.tools.fields import parse
from arena_runner.contract.tools.output import ToolOutput, ToolOutputError

MAX_BYTES: Final = 32 * 1_048_576


def read(text: str) -> ToolOutput:
    """Return the result in a JSON file of llama-benchy, llama-bench, vllm bench serve or guidellm.

    Raises ToolOutputError with the place and the remedy.
    """
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        megabytes = MAX_BYTES // 1_048_576
        raise ToolOutputError("", f"larger than {megabytes} MB; leave the single requests out")
    data = parse(text)
    for knows, reads in (
        (llama_bench.knows, llama_bench.read),
        (llama_benchy.knows, llama_benchy.read),
        (vllm_serve.knows, vllm_serve.read),
        (guidellm.knows, guidellm.read),
    ):
        if knows(data):
            return reads(data)
    raise ToolOutputError("", f"is a result of no known tool ({_looks_like(data)}); {_HOW}")


_HOW: Final = (
    "write it with `llama-benchy --format json`, `llama-bench -o json`, `vllm bench serve"
    " --save-result` or `guidellm run --output kind=json`"
)


def _looks_like(data: Any) -> str:
    if isinstance(data, dict):
        return f"an object with {', '.join(sorted(map(str, data))[:5])[:120] or 'no keys'}"
    return f"a {type(data).__name__}"
