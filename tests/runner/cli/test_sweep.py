"""Grids of runs, within this process and on a machine that measures at once."""

from pathlib import Path

import pytest

from arena_runner.agent import plan as planning
from arena_runner.agent import runs
from arena_runner.agent.errors import InvalidInput
from arena_runner.agent.stopping import CANCELLED, Stop
from tests.runner.agent.instruments import TestInstruments
from tests.runner.cli.agent_process import Command, write_profile

RECIPE = """
model: tiny
engine: llama.cpp
launch:
  command: llama-server -np {parallel} --override-kv x.expert_used_count=int:{experts}
defaults: {parallel: 1, experts: 8}
"""


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> TestInstruments:
    tools = TestInstruments()
    monkeypatch.setattr(runs, "StandardInstruments", lambda *args, **more: tools)
    return tools


def test_a_grid_of_a_recipe_is_one_run_each(
    command: Command, tools: TestInstruments, tmp_path: Path
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    done = command(
        "sweep", str(recipe), "--vary", "parallel=1,2", "--vary", "experts=8,4",
        "--offline", "--yes", "--json", "-p", write_profile(tmp_path, keys="a"),
    )  # fmt: skip
    assert done.code == 0, done.err
    measured = done.json["runs"]
    assert [run["settings"] for run in measured] == [
        {"parallel": 1, "experts": 8},
        {"parallel": 1, "experts": 4},
        {"parallel": 2, "experts": 8},
        {"parallel": 2, "experts": 4},
    ]
    assert len({run["identity_sha256"] for run in measured}) == 4
    assert "llama-server -np 2" in done.err


def test_levels_of_concurrency_are_points_of_one_run(
    command: Command, tools: TestInstruments, tmp_path: Path
) -> None:
    done = command(
        "sweep", "--model", "tiny", "--endpoint", "http://127.0.0.1:9", "--concurrency", "1,4",
        "--offline", "-p", write_profile(tmp_path, keys="a"),
    )  # fmt: skip
    assert done.code == 0, done.err
    assert tools.measured == ["a.c1", "a.c4"]
    assert "concurrency 4" in done.out


def test_a_run_that_fails_does_not_end_the_others(
    command: Command, tools: TestInstruments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)

    def failing(key: str) -> None:
        if not tools.measured:
            tools.measured.append("failed")
            raise InvalidInput("engine-failed", "it does not start")

    tools.during = failing
    done = command(
        "sweep", str(recipe), "--vary", "parallel=1,2", "--offline", "--yes", "--json",
        "-p", write_profile(tmp_path, keys="a"),
    )  # fmt: skip
    assert done.code == 1
    assert [run.get("error") for run in done.json["runs"]] == ["engine-failed", None]


@pytest.mark.parametrize("pairs", [[], ["x"], ["=1"], ["x="], ["a=" + ",".join("x" * 201)]])
def test_what_is_no_grid_is_refused(pairs: list[str]) -> None:
    with pytest.raises(InvalidInput):
        list(planning.grid(pairs))


def test_the_last_result_says_how_to_go_on(
    command: Command, tools: TestInstruments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(key: str) -> None:
        raise Stop(CANCELLED, "enough")

    tools.during = stop
    done = command(
        "benchmark", "--model", "tiny", "--endpoint", "http://127.0.0.1:9", "--offline",
        "-p", write_profile(tmp_path, keys="a"),
    )  # fmt: skip
    assert done.code == 1
    assert "arena-runner resume" in done.err
