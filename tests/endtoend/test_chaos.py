"""kill -9 of every process half-way through a run: it finishes once, and nothing is lost."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend.site import Site, wait_for
from tests.endtoend.work import Machine, ask, registered
from tests.runner.cli.agent_process import known_speed


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    with known_speed() as address:
        yield address


@pytest.fixture(scope="module")
def first(site: Site, model: str, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("machines")
    return registered(site, folder / "first", tag="first", endpoint=model, quick=True)


@pytest.fixture(scope="module")
def second(site: Site, model: str, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("machines")
    return registered(site, folder / "second", tag="first", endpoint=model, quick=True)


def test_kill_dash_nine_of_the_runner(site: Site, first: Machine, tmp_path: Path) -> None:
    run = ask(site, tmp_path, tag="first")
    with first.agent.running("run") as process:
        kept = run.half_way(first)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    # It stays away for longer than its lease, so that this is another attempt.
    wait_for(lambda: bool(run.events("RunLeaseExpired")), what="the lease is over")
    with first.agent.running("run"):
        run.assert_finished_once(by=first, kept=kept)
    assert len(run.events("RunAssigned")) >= 2


def test_kill_dash_nine_of_the_worker(site: Site, first: Machine, tmp_path: Path) -> None:
    run = ask(site, tmp_path, tag="first")
    with first.agent.running("run"):
        kept = run.half_way(first)
        site.worker.kill()
        # Celery decides nothing: the run comes to its end without it.
        wait_for(lambda: bool(run.events("RunCompleted")), what="the log has the end")
        site.worker.start()
        run.assert_finished_once(by=first, kept=kept)


def test_kill_dash_nine_of_the_web_server(site: Site, first: Machine, tmp_path: Path) -> None:
    run = ask(site, tmp_path, tag="first")
    with first.agent.running("run"):
        kept = run.half_way(first)
        site.web.kill()
        site.web.start()
        site.web.wait()
        run.assert_finished_once(by=first, kept=kept)


def test_kill_dash_nine_of_postgresql(site: Site, first: Machine, tmp_path: Path) -> None:
    run = ask(site, tmp_path, tag="first")
    with first.agent.running("run"):
        kept = run.half_way(first)
        site.kill_postgresql()
        run.assert_finished_once(by=first, kept=kept)


def test_a_runner_that_slept_past_its_lease_is_refused(
    site: Site, first: Machine, second: Machine, tmp_path: Path
) -> None:
    run = ask(site, tmp_path, tag="first")
    with first.agent.running("run") as sleeper:
        run.half_way(first)
        sleeper.send_signal(signal.SIGSTOP)
        with second.agent.running("run"):
            run.assert_finished_once(by=second)
        sleeper.send_signal(signal.SIGCONT)
        wait_for(lambda: first.end_of(run.run_id) == "lease-lost", what="it hears of it")
    late = site.post(
        f"runs/{run.run_id}/heartbeat", {"runner_id": first.runner_id, "fence": 1, "progress": {}}
    )
    assert (late.status_code, late.json()["code"]) == (409, "stale-lease")
    run.assert_finished_once(by=second)


def test_after_all_of_it_the_chain_is_whole(site: Site) -> None:
    site.manage("verify_chain")
