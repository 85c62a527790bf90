"""The daemon: takes a run, hands it in, gives it back when it is asked to end."""

import signal
from pathlib import Path

from arena_runner.agent import plan as planning
from tests.runner.agent.fake_site import Answer, FakeSite, problem
from tests.runner.cli.agent_process import (
    MODEL,
    AgentProcess,
    wait_for,
    write_profile,
)


def queue(site: FakeSite, profile: str) -> None:
    recipe = planning.endpoint_recipe(MODEL)
    site.queue(planning.plan(recipe, planning.read_profile(profile)).manifest)


def test_sigterm_gives_the_run_back_after_the_present_point(
    registered: AgentProcess, site: FakeSite, tmp_path: Path
) -> None:
    queue(site, write_profile(tmp_path, requests=30))
    [job] = site.jobs.values()
    with registered.running("run") as process:
        wait_for(lambda: bool(job.points))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert job.state == "queued"
    assert [failure["code"] for failure in site.failures] == ["agent-stopped"]
    assert not site.failures[0]["is_final"]
    assert 0 < len(job.points) < 3


def test_after_kill_dash_nine_the_daemon_goes_on_within_the_lease(
    registered: AgentProcess, site: FakeSite, tmp_path: Path
) -> None:
    queue(site, write_profile(tmp_path, requests=30))
    [job] = site.jobs.values()
    with registered.running("run") as process:
        wait_for(lambda: bool(job.points))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    before = dict(job.points)
    with registered.running("run") as process:
        wait_for(lambda: job.state == "done")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert job.attempt == 1
    assert site.environments[0]["served_model"] == MODEL
    assert {said["state"] for said in site.presences} <= {"idle", "busy"}
    assert {key: job.points[key] for key in before} == before
    assert len(site.reports) == 1


def test_only_one_process_measures_on_a_machine(
    registered: AgentProcess, site: FakeSite, tmp_path: Path, endpoint: str
) -> None:
    site.faults["/claim"] = [Answer(503)]
    with registered.running("run"):
        wait_for(lambda: bool(site.calls("/claim")))
        busy = registered.run(
            "benchmark", "--offline", "--json", "--endpoint", endpoint, "--model", MODEL
        )
        assert (busy.code, busy.json["error"]["code"]) == (1, "busy")
        # Online the daemon of the machine does it.
        done = registered.run(
            "benchmark", "--json", "--endpoint", endpoint, "--model", MODEL,
            "-p", write_profile(tmp_path, keys="a"),
        )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["verdict"]["verdict"] == "accepted"


def test_a_key_that_is_no_longer_valid_ends_the_daemon(
    registered: AgentProcess, site: FakeSite
) -> None:
    site.faults["/claim"] = [problem(401, "unauthenticated", "gone")]
    done = registered.run("run")
    assert done.code == 4
    assert "arena-runner login" in done.err
