"""What the doctor asks of an engine's endpoint: who it is, its model, its tokens, its answers."""

import asyncio
from typing import Any, Final

from arena_runner.contract.findings import Finding
from arena_runner.engine import canary, endpoint, facts
from arena_runner.engine.endpoint import Connection, EndpointError, Target
from arena_runner.engine.facts import EngineFacts

_TIMEOUT_S: Final = 120.0
_WORK_REQUESTS: Final = 4
_WORK_TOKENS: Final = 256
_COMMON: Final = (
    "the people of this city walk to work in the morning and come home late in the evening when"
    " it is dark and cold and they want to eat and talk about what they have seen in the day"
)
"""Words so common that a tokenizer of any trained model has one token for each."""
_FEWEST_A_WORD: Final = 0.9
_MOST_A_WORD: Final = 1.35


async def examine(target: Target, *, expected_version: str | None = None) -> tuple[Finding, ...]:
    """Return one finding a check; an endpoint that does not answer has one, which failed.

    `expected_version` is what the recipe says of the engine.
    """
    try:
        found = await facts.ask(target)
    except EndpointError as error:
        return (
            Finding(
                code="engine", level="fail", title="Engine", found=str(error)[:600],
                mend="Start the engine, or correct its address (arena-runner config).",
            ),
        )  # fmt: skip
    findings = [_engine(found, expected_version), _model(found, target.model)]
    if found.served_model is None:
        return tuple(findings)
    try:
        async with endpoint.connected(target, timeout_s=_TIMEOUT_S) as connection:
            findings += await _tokens(connection)
        findings.append(await _canary(target))
    except EndpointError as error:
        findings.append(
            Finding(
                code="answers", level="fail", title="Answers", found=str(error)[:600],
                mend="Look into the engine's own log.",
            )
        )  # fmt: skip
    return tuple(findings)


async def work(target: Target) -> None:
    """Keep the engine busy for a moment, while the doctor looks at the clocks."""
    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": canary.GREEDY_PROMPT}],
        "max_tokens": _WORK_TOKENS,
        "stream": False,
    }
    async with endpoint.connected(target, timeout_s=_TIMEOUT_S) as connection:
        await asyncio.gather(*(connection.complete(body) for _ in range(_WORK_REQUESTS)))


def _engine(found: EngineFacts, expected: str | None) -> Finding:
    name = found.engine or "an engine that does not say which it is"
    said = f"{name}, version {found.engine_version or 'not told'}, by its own word"
    if expected and found.engine_version and expected not in found.engine_version:
        return Finding(
            code="engine", level="warn", title="Engine",
            found=f"{said}; the recipe says {expected}",
            mend="Image tags have lied before: pin the image by digest, or correct the recipe.",
        )  # fmt: skip
    return Finding(code="engine", level="pass", title="Engine", found=said)


def _model(found: EngineFacts, wanted: str) -> Finding:
    if found.served_model is not None:
        return Finding(code="model", level="pass", title="Model", found=found.served_model)
    served = ", ".join(found.served_models[:5]) or "nothing"
    return Finding(
        code="model", level="fail", title="Model",
        found=f"{wanted[:200]} is not served; there is {served}"[:600],
        mend="Name the model in the recipe as the engine does (--served-model-name, --alias).",
    )  # fmt: skip


async def _tokens(connection: Connection) -> list[Finding]:
    """Check the usage counts, by a text once and twice: the chat template drops out."""
    once = await _counted(connection, _COMMON)
    twice = await _counted(connection, f"{_COMMON} {_COMMON}")
    again = await _counted(connection, f"{_COMMON} {_COMMON}")
    first, second = (endpoint.prompt_tokens_of(answer) for answer in (once, twice))
    if first is None or second is None:
        return [
            Finding(
                code="tokenizer", level="fail", title="Token counts",
                found="answers carry no usage.prompt_tokens",
                mend="Use an engine that counts its tokens; chunks are no tokens.",
            )
        ]  # fmt: skip
    return [_tokenizer((second - first) / len(_COMMON.split())), _prefix_cache(again)]


def _tokenizer(tokens_a_word: float) -> Finding:
    found = f"{tokens_a_word:.2f} tokens for each very common English word"
    if _FEWEST_A_WORD <= tokens_a_word <= _MOST_A_WORD:
        return Finding(code="tokenizer", level="pass", title="Token counts", found=found)
    return Finding(
        code="tokenizer", level="warn", title="Token counts", found=found,
        mend="About 1 is usual. A tool that sizes its prompts with another tokenizer (llama-benchy"
        " takes gpt2 without a word when it does not know the model's) is off by this factor:"
        " name the tokenizer in the recipe, and trust usage alone.",
    )  # fmt: skip


def _prefix_cache(answer: dict[str, Any]) -> Finding:
    usage = answer.get("usage")
    details = usage.get("prompt_tokens_details") if isinstance(usage, dict) else None
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    if not cached:
        return Finding(
            code="prefix_cache", level="pass", title="Prefix cache",
            found="no token of a repeated prompt came from a cache, as far as the engine tells",
        )  # fmt: skip
    return Finding(
        code="prefix_cache", level="warn", title="Prefix cache",
        found=f"{cached} tokens of a repeated prompt came from a cache",
        mend="Profiles that want a cold cache send unique prompts; to be certain switch it off"
        " (vllm --no-enable-prefix-caching, llama-server --no-cache-prompt).",
    )  # fmt: skip


async def _canary(target: Target) -> Finding:
    answer = await canary.ask(target)
    if not answer.passed:
        return Finding(
            code="canary", level="fail", title="Canary",
            found="the same greedy request gives another text each time, or none",
            mend="Look for sampling that ignores temperature 0, or a broken kernel.",
        )  # fmt: skip
    if answer.answered:
        return Finding(
            code="canary", level="pass", title="Canary",
            found="greedy text repeats, and a question with a known answer is answered",
        )  # fmt: skip
    return Finding(
        code="canary", level="warn", title="Canary",
        found="greedy text repeats, but a question with a known answer is answered wrongly",
        mend="Right for random weights. For a real model check chat template, quantization and"
        " kernels before hours go into its speed.",
    )  # fmt: skip


async def _counted(connection: Connection, text: str) -> dict[str, Any]:
    return await connection.complete(
        {"messages": [{"role": "user", "content": text}], "max_tokens": 1, "stream": False}
    )
