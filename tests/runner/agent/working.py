"""Runs of an agent with instruments that take no time."""

from collections.abc import Callable

from arena_runner.agent.checkpoint import Checkpoint
from arena_runner.agent.errors import AgentError
from arena_runner.agent.runs import Desk, work_on
from arena_runner.agent.session import Session
from arena_runner.agent.stopping import Stop, StopSign
from arena_runner.contract.report import Report
from arena_runner.site.answers import ClaimedRun
from arena_runner.site.client import ArenaClient
from tests.runner.agent.fake_site import FakeSite
from tests.runner.agent.instruments import TestInstruments


class Crash(BaseException):
    """The process ends in the middle; nothing tidies up behind it."""


def claim(client: ArenaClient, session: Session) -> ClaimedRun:
    claimed = client.claim(session.runner_id, tags=(), wait_s=0)
    assert claimed is not None
    return claimed


def desk(session: Session, tools: TestInstruments) -> Desk:
    return Desk(session=session, sign=StopSign(), instruments=lambda session, folder: tools)


def crashing_at(key: str) -> Callable[[str], None]:
    def during(present: str) -> None:
        if present == key:
            raise Crash

    return during


def report_of(site: FakeSite) -> Report:
    return Report.model_validate(site.reports[-1].payload)


def work(session: Session, client: ArenaClient, tools: TestInstruments) -> Checkpoint:
    return work_on(desk(session, tools), client, claim(client, session))


def stopped(session: Session, client: ArenaClient, tools: TestInstruments) -> str:
    try:
        work(session, client, tools)
    except (Stop, AgentError) as stop:
        return stop.code
    raise AssertionError("nothing has stopped it")
