"""A run from its lease to its report: order, crashes, and sites that fail."""

import json
import time
from typing import Any

import pytest

from arena_runner.agent.checkpoint import RunFolder
from arena_runner.agent.runs import held_lease, work_on
from arena_runner.agent.session import Session
from arena_runner.agent.stopping import CANCELLED, LEASE_LOST, Stop
from arena_runner.contract import signing
from arena_runner.site.client import ArenaClient
from tests.runner.agent.fake_site import Answer, FakeSite, problem
from tests.runner.agent.instruments import TestInstruments, manifest
from tests.runner.agent.working import Crash, claim, crashing_at, desk, report_of, stopped, work


def test_a_run_is_measured_signed_and_judged(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a", "b"))
    tools = TestInstruments()
    checkpoint = work(session, client, tools)
    assert checkpoint.state == "delivered"
    assert checkpoint.verdict is not None
    assert checkpoint.verdict["verdict"] == "accepted"
    assert tools.measured == list(job.points) == ["a", "b"]
    report = report_of(site)
    signing.verify(site.reports[-1], site.public_key)
    assert (report.run_id, report.attempt, report.fence) == (job.run_id, 1, 1)
    assert report.self_test is not None
    assert report.canary is not None
    assert report.state_gate is not None
    assert report.started_at <= report.points[0].started_at <= report.finished_at
    assert {point.samples_sha256 for point in report.points} <= site.artifacts.keys()
    assert {point.telemetry_sha256 for point in report.points} <= site.artifacts.keys()
    assert "a: a note" in site.lines
    assert "somewhat warm" in site.lines


def test_nothing_that_is_sent_names_the_endpoint_or_the_key(
    session: Session, client: ArenaClient, site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARENA_ENGINE_API_KEY", "engine-key-of-the-owner")
    site.queue(manifest("a"))
    work(session, client, TestInstruments())
    sent = b"".join(body for _, _, body, _ in site.seen) + b"".join(site.artifacts.values())
    assert b"127.0.0.1" not in sent
    assert b"engine-key" not in sent


def test_points_of_a_shuffled_profile_come_in_the_order_of_the_seed(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    orders = []
    for _ in range(2):
        site.queue(manifest(*"abcdef", shuffle=True))
        tools = TestInstruments()
        work(session, client, tools)
        orders.append(tools.measured)
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == list("abcdef") != orders[0]


def test_after_a_crash_finished_points_are_not_measured_again(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a", "b", "c"))
    with pytest.raises(Crash):
        work(session, client, TestInstruments(during=crashing_at("b")))
    tools = TestInstruments()
    held = held_lease(client, RunFolder(session.paths.runs / str(job.run_id)))
    assert held is not None
    checkpoint = work_on(desk(session, tools), client, held)
    assert tools.measured == ["b", "c"]
    assert checkpoint.state == "delivered"
    assert [point.key for point in report_of(site).points] == ["a", "b", "c"]
    assert [json["point"]["key"] for json in posted(site, "/points")] == ["a", "b", "c"]


def posted(site: FakeSite, part: str) -> list[Any]:
    return [json.loads(body) for body in site.calls(part)]


def test_a_new_lease_goes_on_where_the_old_one_ended(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a", "b"))
    with pytest.raises(Crash):
        work(session, client, TestInstruments(during=crashing_at("b")))
    job.state = "queued"
    tools = TestInstruments()
    checkpoint = work(session, client, tools)
    assert tools.measured == ["b"]
    report = report_of(site)
    assert (report.attempt, report.fence) == (2, 2)
    assert [item.code for item in checkpoint.attempts] == ["crashed", None]


def test_what_the_site_has_lost_is_sent_again_and_not_measured_again(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a", "b"))
    with pytest.raises(Crash):
        work(session, client, TestInstruments(during=crashing_at("b")))
    job.state = "queued"
    job.points.clear()
    tools = TestInstruments()
    work(session, client, tools)
    assert tools.measured == ["b"]
    assert list(job.points) == ["a", "b"]


def test_a_lost_lease_stops_at_once_and_sends_nothing_more(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    site.lease_s = 0.15
    job = site.queue(manifest("a", "b"))

    def taken_away(key: str) -> None:
        job.fence = 7

    tools = TestInstruments(during=taken_away, hang_s=5)
    assert stopped(session, client, tools) == LEASE_LOST
    assert tools.measured in ([], ["a"])
    assert not job.points
    assert not site.failures
    assert RunFolder(session.paths.runs / str(job.run_id)).load().state == "running"


def test_a_cancelled_run_stops_at_once(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    site.lease_s = 0.15
    job = site.queue(manifest("a", "b"))

    def no_longer_wanted(key: str) -> None:
        job.cancel = True

    tools = TestInstruments(during=no_longer_wanted, hang_s=5)
    assert stopped(session, client, tools) == CANCELLED
    assert not job.points
    assert RunFolder(session.paths.runs / str(job.run_id)).load().state == "cancelled"


def test_heartbeats_say_how_far_it_is(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    site.lease_s = 0.1
    site.queue(manifest("a"))
    work(session, client, TestInstruments(during=lambda key: time.sleep(0.3)))
    said = [beat["progress"] for beat in posted(site, "/heartbeat")]
    assert ("a", 1, 2) in [
        (item["point_key"], item["requests_done"], item["requests_total"]) for item in said
    ]


def test_an_unreachable_site_stops_nothing_and_gets_all_of_it_later(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a", "b"))
    claimed = claim(client, session)
    for part in ("/start", "/points", "artifacts/", "/log", "/complete", "/heartbeat"):
        site.faults[part] = [Answer(503) for _ in range(50)]
    tools = TestInstruments()
    with pytest.raises(Stop) as stop:
        work_on(desk(session, tools), client, claimed)
    assert stop.value.code == "undelivered"
    folder = RunFolder(session.paths.runs / str(job.run_id))
    assert folder.load().state == "finished"
    assert tools.measured == ["a", "b"]
    assert not site.failures
    site.faults.clear()
    held = held_lease(client, folder)
    assert held is not None
    idle = TestInstruments()
    assert work_on(desk(session, idle), client, held).state == "delivered"
    assert idle.measured == []
    assert list(job.points) == ["a", "b"]


def test_a_finished_run_is_signed_anew_for_a_new_lease(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a"))
    claimed = claim(client, session)
    site.faults["/complete"] = [Answer(503) for _ in range(9)]
    with pytest.raises(Stop):
        work_on(desk(session, TestInstruments()), client, claimed)
    site.faults.clear()
    job.state = "queued"
    work(session, client, TestInstruments())
    assert report_of(site).fence == 2


def test_a_lost_answer_is_healed_by_asking_again(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    job = site.queue(manifest("a"))
    site.faults["/complete"] = [Answer(502)]
    site.faults["/points"] = [Answer(500), Answer(504)]
    assert work(session, client, TestInstruments()).state == "delivered"
    assert list(job.points) == ["a"]


def test_a_refused_point_ends_the_run_with_the_reason(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    site.queue(manifest("a"))
    site.faults["/points"] = [problem(422, "bad-samples", "row 3")]
    assert stopped(session, client, TestInstruments()) == "bad-samples"
    assert site.failures[-1]["is_final"]
    assert site.failures[-1]["code"] == "bad-samples"
