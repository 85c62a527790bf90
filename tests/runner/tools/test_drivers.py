"""An installed tool is run as it is, bounded, and its own result is read."""

import asyncio
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from arena_runner.contract import profiles
from arena_runner.contract.profile import Point, Tool
from arena_runner.contract.tools import ToolOutputError
from arena_runner.drivers import DriverResult, MissingTool, Request, ToolFailed, UnfitPoint, run
from arena_runner.drivers.arguments import arguments

DATA = Path(__file__).parent / "data"
FAKE = """\
#!{python}
import json, os, pathlib, sys, time
argv = sys.argv[1:]
pathlib.Path({seen!r}).write_text(json.dumps([argv, sorted(os.environ)]))
{extra}
recorded = pathlib.Path({recorded!r}).read_text()
named = [a.partition("path=")[2] for a in argv if a.startswith("kind=json,path=")]
if "--save-result" in argv and "--result-dir" not in argv:
    named = [argv[argv.index("--save-result") + 1]]
if "--result-dir" in argv:
    folder = pathlib.Path(argv[argv.index("--result-dir") + 1])
    named = [folder / argv[argv.index("--result-filename") + 1]]
if named:
    pathlib.Path(named[0]).write_text(recorded)
    print("progress, not the result")
else:
    print(recorded)
"""
CLOSED = {"kind": "closed", "concurrency": 2, "requests": 6}
OPEN = {"kind": "open", "rate_per_second": 2.0, "requests": 40}


@pytest.fixture
def fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, program: str, recorded: str, extra: str = "") -> None:
    path = folder / program
    path.write_text(
        FAKE.format(
            python=sys.executable,
            seen=str(folder / "seen.json"),
            recorded=str(DATA / recorded),
            extra=extra,
        )
    )
    path.chmod(0o755)


def seen(folder: Path) -> tuple[list[str], list[str]]:
    argv, names = json.loads((folder / "seen.json").read_text())
    return argv, names


def point(load: dict[str, Any], **more: Any) -> Point:
    prompt = {"kind": "synthetic", "input_tokens": 128, "output_tokens": 64}
    return Point.model_validate({"key": "p", "title": "P", "load": load, "prompt": prompt} | more)


def request(tool: Tool, of: Point, **more: Any) -> Request:
    stated = {"base_url": "http://127.0.0.1:8000/v1", "model": "org/m", "served_model": "m"}
    return Request(tool=tool, point=of, **(stated | more))


def driven(made: Request, timeout_s: float = 20) -> DriverResult:
    return asyncio.run(run(made, timeout_s=timeout_s))


RUNS: dict[str, tuple[Tool, str, str, dict[str, Any]]] = {
    "llama-benchy": ("llama-benchy", "llama-benchy", "llama_benchy_known_c8.json", CLOSED),
    "vllm": ("vllm", "vllm", "vllm_gamma.json", OPEN),
    "guidellm": ("guidellm", "guidellm", "guidellm_poisson.json", OPEN),
}


@pytest.mark.parametrize(("tool", "program", "recorded", "load"), RUNS.values(), ids=RUNS.keys())
def test_a_tool_on_path_is_run_and_its_result_is_read(
    fakes: Path, tool: Tool, program: str, recorded: str, load: dict[str, Any]
) -> None:
    install(fakes, program, recorded)
    result = driven(request(tool, point(load)))
    assert result.output.tool == tool
    assert result.output.points
    assert result.content == (DATA / recorded).read_bytes()
    assert result.argv[0] == str(fakes / program)


def test_llama_bench_prints_its_result(fakes: Path) -> None:
    install(fakes, "llama-bench", "llama_bench.json")
    of = profiles.load("llama-bench").points[0]
    driven(request("llama-bench", of, weights=fakes / "m.gguf"))
    argv, _ = seen(fakes)
    assert argv == ["-m", str(fakes / "m.gguf"), "-p", "512", "-n", "0", "-r", "5", "-o", "json"]


def test_a_point_of_the_nine_is_run_with_its_published_arguments(fakes: Path) -> None:
    install(fakes, "llama-benchy", "llama_benchy_known_c8.json")
    [of] = [each for each in profiles.load("nine-v1").points if each.key == "01-chat-c5"]
    driven(request("llama-benchy", of))
    argv, _ = seen(fakes)
    assert argv[:-1] == [
        *("--base-url", "http://127.0.0.1:8000/v1", "--model", "org/m"),
        *("--served-model-name", "m", "--pp", "1024", "--tg", "1024", "--depth", "0"),
        *("--concurrency", "5", "--runs", "3", "--latency-mode", "generation"),
        *("--format", "json", "--save-result"),
    ]


def test_arguments_are_made_from_a_point_of_ours() -> None:
    open_point = point(OPEN | {"burstiness": 0.7, "max_concurrency": 25}, warmups=2)
    line = " ".join(arguments(request("vllm", open_point), Path("/x/r.json")))
    assert line.startswith("bench serve --base-url http://127.0.0.1:8000 --model org/m")
    assert "--request-rate 2.0 --burstiness 0.7 --num-prompts 40 --max-concurrency 25" in line
    assert "--num-warmups 2 --seed 42" in line
    assert "--ignore-eos --temperature 0.0" in line
    line = " ".join(arguments(request("guidellm", point(OPEN)), Path("/x/r.json")))
    assert "--profile kind=poisson,rate=2.0 --constraint kind=max_requests,count=40" in line
    line = " ".join(arguments(request("guidellm", point(CLOSED)), Path("/x/r.json")))
    assert "kind=concurrent,streams=2 --constraint kind=max_requests,count=6" in line
    line = " ".join(arguments(request("llama-benchy", point(CLOSED)), Path("/x/r.json")))
    assert "--pp 128 --tg 64 --depth 0 --concurrency 2 --runs 9" in line
    assert "--exact-tg --no-cache --format json" in line
    made = request("llama-benchy", point(CLOSED), check_coherence=False)
    assert "--skip-coherence" in arguments(made, Path("/x/r.json"))


UNFIT: dict[str, tuple[Tool, Point, str]] = {
    "open load for llama-benchy": ("llama-benchy", point(OPEN), "cannot send open load"),
    "lock-step for vllm": ("vllm", point({"kind": "lockstep", "concurrency": 4}), "lock-step"),
    "lock-step for guidellm": (
        "guidellm",
        point({"kind": "lockstep", "concurrency": 4}),
        "lock-step",
    ),
    "gamma for guidellm": ("guidellm", point(OPEN | {"burstiness": 0.7}), "Poisson arrivals only"),
    "turns": (
        "vllm",
        point({"kind": "replay", "concurrency": 1, "conversations": 1, "turns": 5}),
        "replay",
    ),
    "no weights": ("llama-bench", point(CLOSED), "name the GGUF file"),
    "data set": ("vllm", profiles.load("nine-v1").points[26], "not on this machine"),
    "a command in a profile": (
        "llama-benchy",
        point(CLOSED, tool="llama-benchy", tool_arguments=["--post-run-cmd", "rm -rf /"]),
        "--post-run-cmd of llama-benchy is not allowed",
    ),
    "a file in a profile": (
        "llama-benchy",
        point(CLOSED, tool="llama-benchy", tool_arguments=["--save-result=/etc/x"]),
        "not allowed",
    ),
    "an address in a profile": (
        "vllm",
        point(OPEN, tool="vllm", tool_arguments=["--endpoint", "@elsewhere/v1"]),
        "names an address",
    ),
}


@pytest.mark.parametrize(("tool", "of", "message"), UNFIT.values(), ids=UNFIT.keys())
def test_what_a_tool_cannot_or_may_not_do_is_refused(tool: Tool, of: Point, message: str) -> None:
    with pytest.raises(UnfitPoint, match=message):
        arguments(request(tool, of), Path("/x/r.json"))


@pytest.mark.parametrize("tool", ["llama-benchy", "llama-bench", "vllm", "guidellm"])
def test_a_missing_tool_is_named_with_how_to_install_it(fakes: Path, tool: Tool) -> None:
    with pytest.raises(MissingTool, match="is not on PATH: .*(pipx install|build llama.cpp)"):
        driven(request(tool, point(CLOSED)))


def test_uvx_fetches_the_tested_version_when_the_owner_allows_it(fakes: Path) -> None:
    install(fakes, "uvx", "llama_benchy_known_c8.json")
    made = request("llama-benchy", point(CLOSED))
    with pytest.raises(MissingTool, match="allow it to be downloaded"):
        driven(made)
    asyncio.run(run(made, timeout_s=20, allow_download=True))
    argv, _ = seen(fakes)
    assert argv[:3] == ["--from", "llama-benchy==0.4.0", "llama-benchy"]


def test_a_key_is_passed_and_never_shown(fakes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_TOKEN", "ak_live_secret")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    install(fakes, "llama-benchy", "llama_benchy_known_c8.json")
    made = request("llama-benchy", point(CLOSED), api_key="sk-mine")
    result = driven(made)
    argv, names = seen(fakes)
    assert argv[-2:] == ["--api-key", "sk-mine"]
    assert result.argv[-2:] == ("--api-key", "...")
    assert "sk-mine" not in repr(made)
    assert "OPENAI_API_KEY" in names
    assert not {"ARENA_TOKEN", "HF_TOKEN"} & set(names)


def test_a_failing_tool_is_reported_with_its_last_line(fakes: Path) -> None:
    install(fakes, "vllm", "vllm_gamma.json", 'sys.exit("first\\nthe port is closed")')
    with pytest.raises(ToolFailed, match="exit code 1: the port is closed") as caught:
        driven(request("vllm", point(OPEN)))
    assert "first" in caught.value.last_lines


def test_a_tool_without_a_result_is_reported(fakes: Path) -> None:
    install(fakes, "vllm", "vllm_gamma.json", "sys.exit(0)")
    with pytest.raises(ToolFailed, match="wrote no result"):
        driven(request("vllm", point(OPEN)))


def test_the_result_of_another_tool_is_refused(fakes: Path) -> None:
    install(fakes, "vllm", "guidellm_poisson.json")
    with pytest.raises(ToolFailed, match="one of guidellm"):
        driven(request("vllm", point(OPEN)))


def test_numbers_that_cannot_be_are_refused(fakes: Path) -> None:
    install(fakes, "vllm", "README.md")
    with pytest.raises(ToolOutputError, match="not JSON"):
        driven(request("vllm", point(OPEN)))


def test_a_tool_that_hangs_is_ended_with_all_that_it_started(fakes: Path) -> None:
    child = fakes / "child"
    extra = (
        "import subprocess\n"
        f"child = subprocess.Popen([{shutil.which('sleep') or '/bin/sleep'!r}, '60'])\n"
        f"pathlib.Path({str(child)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)"
    )
    install(fakes, "vllm", "vllm_gamma.json", extra)
    before = time.monotonic()
    with pytest.raises(ToolFailed, match="was not done after 1 s"):
        driven(request("vllm", point(OPEN)), timeout_s=1)
    assert time.monotonic() - before < 15
    pid = int(child.read_text())
    for _ in range(50):
        if not _runs(pid):
            break
        time.sleep(0.02)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
