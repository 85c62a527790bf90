"""The profile that another tool's result stands for, so that it can be filed like any run."""

import math

from arena_runner.contract.profile import (
    ClosedLoad,
    LockstepLoad,
    OpenLoad,
    Point,
    Profile,
    SyntheticPrompt,
)
from arena_runner.contract.tools.output import ToolOutput, ToolPoint


def profile_of(output: ToolOutput) -> Profile:
    """Return a profile with one point for each test, under the keys of the result."""
    return Profile(
        name=f"import-{output.tool}",
        version="1",
        title=f"Result of {output.tool}",
        description=f"What {output.tool} {output.version or ''} measured, as it reports it.",
        prefix_caching="as_configured",
        points=tuple(_point(point, output) for point in output.points),
    )


def _point(point: ToolPoint, output: ToolOutput) -> Point:
    return Point(
        key=point.key,
        title=point.title[:120],
        load=_load(point),
        prompt=SyntheticPrompt(
            input_tokens=max(1, point.input_tokens or 1),
            output_tokens=max(1, point.output_tokens or 1),
            context_tokens=point.context_tokens,
        ),
        runs=min(100, point.runs),
        warmups=0,
        ignore_eos=False,
        temperature=None,
        tool=output.tool,
        resolved={name[:400]: meaning[:400] for name, meaning in output.parameters.items()},
    )


def _load(point: ToolPoint) -> ClosedLoad | LockstepLoad | OpenLoad:
    together = point.concurrency or 1
    each = math.ceil(point.sample_count / point.runs)
    if point.load == "lockstep":
        return LockstepLoad(concurrency=together, batches=max(1, math.ceil(each / together)))
    if point.load == "open" and point.rate_per_second:
        return OpenLoad(
            rate_per_second=point.rate_per_second,
            burstiness=point.burstiness or 1.0,
            requests=each,
            rescale=point.burstiness is not None,
            max_concurrency=point.concurrency,
        )
    return ClosedLoad(concurrency=together if point.load != "open" else each, requests=each)
