"""Why a run is not begun, goes back or ends: refusals, limits, approvals, offline stops."""

from dataclasses import replace

import pytest

from arena_runner.agent import approvals
from arena_runner.agent.checkpoint import RunFolder
from arena_runner.agent.configuration import Limits
from arena_runner.agent.errors import InvalidInput
from arena_runner.agent.instruments import Facts, Others
from arena_runner.agent.plan import Plan
from arena_runner.agent.runs import begin_offline, go_on_offline, held_lease
from arena_runner.agent.session import Session
from arena_runner.agent.stopping import Stop
from arena_runner.contract.recipe import Recipe
from arena_runner.contract.resolve import resolve
from arena_runner.contract.telemetry import TelemetryRow
from arena_runner.site.client import ArenaClient
from tests.runner.agent.fake_site import FakeSite
from tests.runner.agent.instruments import TestInstruments, manifest, profile
from tests.runner.agent.working import Crash, crashing_at, desk, report_of, stopped, work


def test_points_of_two_set_ups_never_mix(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a", "b"))
    with pytest.raises(Crash):
        work(session, client, TestInstruments(during=crashing_at("b")))
    job.state = "queued"
    updated = TestInstruments(facts_now=Facts("vllm", "0.10", "tiny"))
    assert stopped(session, client, updated) == "environment-changed"
    assert updated.measured == []
    assert site.failures[-1]["is_final"]


def test_a_void_point_is_kept_with_its_reason(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    site.queue(manifest("a"))
    work(session, client, TestInstruments(voided="client_bottleneck"))
    assert report_of(site).points[0].voided == "client_bottleneck"


@pytest.mark.parametrize(
    ("limits", "tools", "code"),
    [
        (
            Limits(max_temperature_celsius=70),
            TestInstruments(row=TelemetryRow(at_ms=0, temperature_celsius=90.0), hang_s=5),
            "owner-limit-temperature",
        ),
        (
            Limits(max_power_watts=70),
            TestInstruments(row=TelemetryRow(at_ms=0, power_watts=90.0), hang_s=5),
            "owner-limit-power",
        ),
        (
            Limits(only_when_idle=True),
            TestInstruments(others_now=Others(gpu_share=0.8, cpu_share=0.0)),
            "owner-limit-idle",
        ),
    ],
)
def test_beyond_the_owners_limits_the_run_goes_back(
    session: Session,
    client: ArenaClient,
    site: FakeSite,
    limits: Limits,
    tools: TestInstruments,
    code: str,
) -> None:
    session.change(session.configuration.model_copy(update={"limits": limits}))
    job = site.queue(manifest("a"))
    assert stopped(session, client, tools) == code
    assert not site.failures[-1]["is_final"]
    assert job.state == "queued"


LAUNCHED = Recipe.model_validate(
    {"model": "tiny", "engine": "vllm", "launch": {"command": "vllm serve {model}"}}
)


def test_a_command_that_the_owner_has_not_seen_is_not_started(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    site.queue(resolve(LAUNCHED, profile("a")))
    tools = TestInstruments()
    assert stopped(session, client, tools) == "unapproved-command"
    assert tools.measured == []
    assert site.failures[-1]["is_final"]
    [waits] = approvals.waiting(session.paths)
    assert waits.argv == ("vllm", "serve", "tiny")
    approvals.approve(session.paths, waits)
    site.queue(resolve(LAUNCHED, profile("a")))
    assert work(session, client, tools).state == "delivered"


def test_an_image_that_the_owner_has_not_allowed_is_not_started(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    with_image = LAUNCHED.model_copy(
        update={"launch": LAUNCHED.launch.model_copy(update={"image": "ghcr.io/a/b:1"})}  # type: ignore[union-attr]
    )
    site.queue(resolve(with_image, profile("a")))
    assert stopped(session, client, TestInstruments()) == "image-not-allowed"


def test_without_an_address_the_owner_is_told_where_to_say_it(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    session.change(session.configuration.model_copy(update={"endpoints": {}}))
    site.queue(manifest("a"))
    assert stopped(session, client, TestInstruments()) == "no-endpoint"


def test_an_offline_run_goes_on_after_a_crash(session: Session) -> None:
    plan = Plan(manifest("a", "b"), "http://127.0.0.1:9", {})
    folder = begin_offline(session, plan)
    with pytest.raises(Crash):
        go_on_offline(desk(session, TestInstruments(during=crashing_at("b"))), folder)
    tools = TestInstruments()
    checkpoint = go_on_offline(desk(session, tools), folder)
    assert tools.measured == ["b"]
    assert checkpoint.state == "finished"
    assert [item.code for item in checkpoint.attempts] == ["crashed", None]
    assert folder.report() is not None


def test_an_offline_run_keeps_its_points_when_it_is_stopped(session: Session) -> None:
    folder = begin_offline(session, Plan(manifest("a", "b"), "http://127.0.0.1:9", {}))
    work_desk = desk(session, TestInstruments())
    tools = TestInstruments(during=lambda key: work_desk.sign.drain())
    with pytest.raises(Stop):
        go_on_offline(replace(work_desk, instruments=lambda session, folder: tools), folder)
    checkpoint = folder.load()
    assert (checkpoint.state, list(checkpoint.points)) == ("running", ["a"])


def test_a_run_that_the_site_has_ended_is_not_held(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a", "b"))
    with pytest.raises(Crash):
        work(session, client, TestInstruments(during=crashing_at("b")))
    job.state = "done"
    folder = RunFolder(session.paths.runs / str(job.run_id))
    assert held_lease(client, folder) is None
    assert folder.load().state == "failed"


def test_a_run_id_is_found_by_its_beginning(session: Session) -> None:
    folder = begin_offline(session, Plan(manifest("a"), "http://127.0.0.1:9", {}))
    name = folder.path.name
    assert RunFolder.find(session.paths.runs, name[:8]).path == folder.path
    with pytest.raises(InvalidInput):
        RunFolder.find(session.paths.runs, "zz")
