"""How each command ends: the table of `--help`, for scripts."""

import json
from pathlib import Path

import pytest

from tests.runner.agent.fake_site import TOKEN, FakeSite, problem
from tests.runner.cli.agent_process import AgentProcess, Command


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["--version"], 0, None),
        (["config", "--json"], 0, None),
        (["list", "--json"], 0, None),
        (["bogus"], 2, None),
        (["benchmark", "--bogus", "--json"], 2, "usage"),
        (["benchmark", "--json"], 3, "no-recipe"),
        (["benchmark", "none.yaml", "--json"], 3, "no-recipe"),
        (["benchmark", "--model", "m", "-p", "none", "--json"], 3, "unknown-profile"),
        (["benchmark", "--offline", "--model", "m", "--json"], 3, "no-endpoint"),
        (["benchmark", "--model", "m", "--endpoint", "ftp://x", "--json"], 3, "bad-endpoint"),
        (["config", "limits.hours_utc", "x", "--json"], 3, "bad-setting"),
        (["resume", "zz", "--json"], 3, "unknown-run"),
        (["verify", "none.tar.gz", "--json"], 3, "no-file"),
        (["whoami", "--json"], 4, "not-signed-in"),
        (["benchmark", "--model", "m", "--endpoint", "http://127.0.0.1:9", "--json"], 4, None),
        (["login", "--json"], 1, "no-url"),
    ],
)
def test_exit_codes(command: Command, arguments: list[str], code: int, error: str | None) -> None:
    done = command(*arguments)
    assert done.code == code, done.err
    if error is not None:
        assert done.json["error"]["code"] == error
    assert "Traceback" not in done.err


def test_a_refused_key_is_a_question_of_signing_in(agent: AgentProcess, site: FakeSite) -> None:
    done = agent.run("login", "--url", site.url, "--token", "-", "--json", stdin="ak_live_wrong__")
    assert (done.code, done.json["error"]["code"]) == (4, "unauthenticated")
    assert not (agent.home / "config/token").exists()


def test_an_endpoint_that_does_not_answer_fails_the_doctor(command: Command) -> None:
    done = command(
        "doctor", "--offline", "--json", "--endpoint", "http://127.0.0.1:9", "--model", "m"
    )
    assert done.code == 5
    assert not done.json["passed"]
    assert done.json["machine"]["cpu_cores"] >= 1
    assert all(item["mend"] for item in done.json["findings"] if item["level"] == "fail")


def test_a_refused_manifest_costs_no_hour(
    registered: AgentProcess, command: Command, site: FakeSite, endpoint: str
) -> None:
    site.faults["dry-run"] = [problem(422, "invalid-manifest", "no such thing")]
    done = command("benchmark", "--json", "--endpoint", endpoint, "--model", "known-speed")
    assert (done.code, done.json["error"]["code"]) == (3, "invalid-manifest")
    assert not site.jobs


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_a_command_is_shown_and_not_started_without_a_yes(
    agent: AgentProcess, tmp_path: Path, answer: str
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("model: m\nengine: vllm\nlaunch:\n  command: touch {model}-was-started\n")
    done = agent.run("benchmark", str(recipe), "--offline", stdin=answer)
    assert done.code == 3
    assert "touch m-was-started" in done.err
    assert "--yes" in done.err
    assert not list(tmp_path.rglob("*was-started*"))


def test_the_lines_of_a_bad_recipe_are_named(command: Command, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("model: m\nengine: vlm\nendpoint:\n  model: m\n")
    done = command("dry-run", str(recipe), "--json")
    assert done.code == 3
    assert done.json["error"]["problems"][0]["where"] == "line 2"


def test_no_output_holds_the_key(registered: AgentProcess, command: Command) -> None:
    for arguments in (["whoami"], ["config"], ["whoami", "--json"], ["key", "show", "--json"]):
        done = command(*arguments)
        assert done.code == 0, done.err
        assert TOKEN not in done.out + done.err
        assert (registered.home / "config/signing.key").read_text().strip() not in done.out


def test_completion_is_printed_for_a_shell(command: Command) -> None:
    assert "arena-runner" in command("completion", "bash").out
    assert command("completion", "tcsh").code == 2


def test_the_machine_of_an_air_gap_is_registered_by_a_file(
    registered: AgentProcess, command: Command, site: FakeSite, tmp_path: Path
) -> None:
    gap, file = tmp_path / "gap", str(tmp_path / "request.json")
    assert command("register", "--offline", "--name", "gap", "-O", file, home=gap).code == 0
    assert "proof" in json.loads(Path(file).read_text())
    done = command("import", file, "--json")
    assert done.json["runner_id"] == str(site.runner_id)
    assert command("config", "runner_id", done.json["runner_id"], "--json", home=gap).code == 0
