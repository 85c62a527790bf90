"""Measuring with another tool, as it is, and keeping its own file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from arena_runner.agent import files, lock, tooling
from arena_runner.agent import plan as planning
from arena_runner.agent.runs import run_in_loop
from arena_runner.agent.target import API_KEY_VARIABLE, Target, checked_url
from arena_runner.cli.console import Out
from arena_runner.cli.context import session
from arena_runner.cli.options import Json, ProfileName
from arena_runner.cli.transfer import show_tool
from arena_runner.contract.profile import Tool

ToolName = Annotated[
    Tool, typer.Argument(help="llama-benchy, llama-bench, vllm or guidellm, installed here.")
]
Endpoint = Annotated[str, typer.Option("--endpoint", help="Address of the server.")]
Model = Annotated[str, typer.Option("--model", help="Name of the model as the server lists it.")]
PointKey = Annotated[
    str | None, typer.Option("--point", help="Key of the profile's point; the first without it.")
]
OutputFile = Annotated[
    Path | None, typer.Option("--output", "-O", help="Where to keep the tool's own JSON.")
]
Weights = Annotated[
    Path | None, typer.Option("--weights", help="GGUF file, for llama-bench, which has no server.")
]
Tokenizer = Annotated[
    str | None, typer.Option("--tokenizer", help="Name or folder, for tools that count themselves.")
]
Download = Annotated[
    bool, typer.Option("--download", help="Let uvx fetch the tool in the version that is tested.")
]


def tool(
    name: ToolName,
    model: Model,
    endpoint: Endpoint = "http://127.0.0.1:8000",
    profile: ProfileName = "headline",
    point: PointKey = None,
    output: OutputFile = None,
    weights: Weights = None,
    tokenizer: Tokenizer = None,
    download: Download = False,
    json: Json = False,
) -> None:
    """Measure one point with a tool that others use, to compare; `import` hands its file in."""
    out, agent = Out(json=json), session()
    chosen = planning.read_profile(profile)
    wanted = tooling.point_of(chosen, point)
    target = Target(checked_url(endpoint), model, os.environ.get(API_KEY_VARIABLE) or None)
    with lock.measuring(agent.paths):
        out.say(f"{name} measures {wanted.title} …")
        result = run_in_loop(
            tooling.measure(
                name,
                wanted,
                profile=chosen,
                target=target,
                model=model,
                tokenizer=tokenizer,
                weights=weights,
                allow_download=download,
            )
        )
    path = output or Path(f"{name}-{wanted.key}.json")
    files.write(path.absolute(), result.content)
    show_tool(out, result.output)
    out.result(
        {
            "tool": result.output.tool,
            "version": result.output.version,
            "file": str(path),
            "argv": list(result.argv),
            "parameters": dict(result.output.parameters),
            "points": [
                {"key": item.key, "values": {row.metric: row.value for row in item.measurements}}
                for item in result.output.points
            ],
        },
        text=f"Wrote {path}; arena-runner import {path} --recipe RECIPE hands it in",
    )
