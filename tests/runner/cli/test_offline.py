"""Without any arena: measure, look, export, verify; and go on after a crash."""

import json
import re
import signal
import stat
from pathlib import Path

from arena_runner.agent import archive
from arena_runner.contract.canonical import sha256
from tests.runner.cli.agent_process import (
    MODEL,
    AgentProcess,
    Command,
    wait_for,
    write_profile,
)


def run_id(agent: AgentProcess) -> str:
    [run] = agent.checkpoints()
    return str(run["run_id"])


def test_a_benchmark_answers_with_values_units_and_counts(measured: AgentProcess) -> None:
    result = json.loads((measured.home.parent / "benchmark.json").read_text())
    assert [point["key"] for point in result["points"]] == ["a", "b"]
    speeds = {item["metric"]: item for item in result["points"][0]["measurements"]}
    decode = speeds["decode_tokens_per_second"]
    assert decode["unit"] == "tok/s"
    assert 300 < decode["value"] < 3000
    assert (decode["runs"], result["points"][0]["sample_count"]) == (1, 2)
    assert result["self_test"]["ttft_true_ms"] == 200
    assert result["canary"]["passed"]
    assert (result["state"], result["offline"], result["verdict"]) == ("finished", True, None)


def test_a_person_gets_a_table_and_a_program_gets_json(
    measured: AgentProcess, command: Command
) -> None:
    name = run_id(measured)
    table = command("resume", name[:8], home=measured.home)
    assert (
        re.search(r"Point a.*\n\s+decode_tokens_per_second\s+[\d.,]+\s+tok/s", table.out)
        is not None
    )
    assert "Canary: passed" in table.err
    assert command("resume", name[:8], "--json", home=measured.home).json["run_id"] == name


def test_nothing_names_the_endpoint_but_the_file_that_stays(
    measured: AgentProcess, endpoint: str
) -> None:
    port = endpoint.rpartition(":")[2].removesuffix("/v1").encode()
    holding = [
        path.name
        for path in measured.home.rglob("*")
        if path.is_file() and b"127.0.0.1:" + port in path.read_bytes()
    ]
    assert holding == ["targets.json"]


def test_private_files_are_for_their_owner_only(measured: AgentProcess) -> None:
    loose = [path for path in measured.home.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert not loose


def test_a_bundle_is_written_and_verified(
    measured: AgentProcess, command: Command, tmp_path: Path
) -> None:
    name, first, second = run_id(measured), str(tmp_path / "1.tar.gz"), str(tmp_path / "2.tar.gz")
    exported = command("export", name, "-O", first, "--json", home=measured.home)
    assert exported.json["points"] == 2
    command("export", name, "-O", second, home=measured.home)
    assert Path(first).read_bytes() == Path(second).read_bytes()
    assert command("verify", first, "--json", home=measured.home).json["ok"]
    members = archive.unpacked(Path(first).read_bytes())
    members["report.json"] = members["report.json"].replace(b'"fence":1', b'"fence":2')
    Path(second).write_bytes(archive.packed(members.items()))
    refused = command("verify", second, "--json", home=measured.home)
    assert (refused.code, refused.json["error"]["code"]) == (3, "bad-signature")


def test_the_payload_is_shown_to_the_byte(measured: AgentProcess, command: Command) -> None:
    name = run_id(measured)
    named = command("show-payload", name, "--offline", home=measured.home)
    assert sha256(named.out.removesuffix("\n").encode()) in named.err
    payload = json.loads(named.out)
    assert payload["report"]["payload"]["run_id"] == name
    anonymous = command("show-payload", name, "--offline", "--anonymous", home=measured.home)
    assert json.loads(anonymous.out)["report"] is None
    for part in ("runner_id", "key_id"):
        assert part not in anonymous.out


def test_the_log_of_a_run_is_kept(measured: AgentProcess, command: Command) -> None:
    lines = command("logs", run_id(measured), "--json", home=measured.home).json["lines"]
    assert any(line["text"].startswith("a: 2 requests") for line in lines)


def test_kill_dash_nine_loses_no_finished_point(endpoint: str, tmp_path: Path) -> None:
    agent = AgentProcess(tmp_path / "home", quick=True)
    profile = write_profile(tmp_path, requests=40)

    def points() -> list[str]:
        return [key for known in agent.checkpoints() for key in known["points"]]

    with agent.running(
        "benchmark", "--offline", "--endpoint", endpoint, "--model", MODEL, "-p", profile
    ) as process:
        wait_for(lambda: bool(points()))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    [before] = agent.checkpoints()
    finished = before["points"]
    assert 0 < len(finished) < 3
    assert before["state"] == "running"
    done = agent.run("resume", "--json")
    assert done.code == 0, done.err
    [after] = agent.checkpoints()
    assert list(after["points"]) == ["a", "b", "c"]
    assert {key: after["points"][key] for key in finished} == finished
    assert [item["code"] for item in done.json["attempts"]] == ["crashed", None]
