"""vllm bench serve and guidellm, where they are installed: started by the agent's own drivers."""

import asyncio
import os
import resource
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arena_runner.contract.metrics import Metric
from arena_runner.contract.profile import ClosedLoad, Point, SyntheticPrompt, Tool
from arena_runner.contract.tools import ToolOutputError
from arena_runner.drivers import driver
from arena_runner.drivers.executable import MissingTool
from arena_runner.drivers.process import ToolFailed
from arena_runner.drivers.request import Request, UnfitPoint
from arena_runner.load.known_answer import MODEL
from tests.bench import word_tokenizer

TOOLS: Final[tuple[Tool, ...]] = ("guidellm", "vllm")
"""Of several GB each, hence not installed by the benchmark."""
FAILURES: Final = (ToolFailed, MissingTool, UnfitPoint, ToolOutputError, KeyError)
"""What `measure` raises when a tool does not run or says something else than expected."""
_TIMEOUT_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool said of one case at the median, and what it cost."""

    ttft_ms: float
    tokens_per_second: float
    cpu_s: float


def installed() -> tuple[Tool, ...]:
    """The tools that are on PATH."""
    return tuple(tool for tool in TOOLS if shutil.which(tool))


def note() -> str:
    """Which tools are there, for a row."""
    return ", ".join(
        f"{tool} {'measured' if tool in installed() else 'not installed'}" for tool in TOOLS
    )


def measure(tool: Tool, base_url: str, *, concurrency: int, requests: int, tokens: int) -> Told:
    """Run a tool once; raises one of FAILURES."""
    point = Point(
        key="bench",
        title="Benchmark",
        load=ClosedLoad(concurrency=concurrency, requests=requests),
        prompt=SyntheticPrompt(input_tokens=128, output_tokens=tokens),
        runs=1,
        warmups=1,
    )
    with tempfile.TemporaryDirectory() as name:
        word_tokenizer.write(Path(name))
        request = Request(
            point=point,
            tool=tool,
            base_url=base_url,
            model=MODEL,
            served_model=MODEL,
            tokenizer=name,
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        result = asyncio.run(driver.run(request, timeout_s=_TIMEOUT_S))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    ttft_ms, rate = medians(result.output.points[0].measurements)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Told(ttft_ms=ttft_ms, tokens_per_second=rate, cpu_s=cpu_s)


def medians(measurements: Iterable[Metric]) -> tuple[float, float]:
    """Time to the first token in ms, and tokens/s of one request; raises KeyError without them."""
    values = {measured.metric: measured.value for measured in measurements}
    ttft_ms = values.get("ttft_ms_p50") or values["ttft_from_send_ms_p50"]
    return ttft_ms, 1000 / values["tpot_ms_p50"]
