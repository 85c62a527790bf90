"""Runs in a real browser: asked for with the keyboard, followed live, readable by everybody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.plugin import DjangoDbBlocker

from arena.accounts.models import User
from arena.tenancy.models import Tenant
from arena_runner.contract import signing, telemetry
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import PointReport
from benchmarks import commands
from benchmarks.commands import Claimed
from benchmarks.commands.reports import Signer
from benchmarks.queries import runs
from benchmarks.state.run import RunInfo
from tests.benchmarks import runs as agent
from tests.browser.conftest import EMAIL, NARROW, WIDE, OpenPage, Site
from tests.browser.test_accessibility import Theme, violations
from tests.browser.test_endpoints import sign_in, tab_to
from tests.pages import run_scene as scene
from workers.commands import devices
from workers.state.runners import RunnerInfo

InDatabase = Callable[[Callable[[], Any]], Any]
WANTED: Final[Manifest] = agent.manifest("c1", "c2", model="Live 7B")
SOON_MS: Final = 10_000
FITS: Final = """[...document.querySelectorAll('.scroll')].every(
  one => one.scrollWidth <= one.clientWidth)"""


@pytest.fixture
def in_database(site: Site, django_db_blocker: DjangoDbBlocker) -> InDatabase:
    """Return a function that calls another one in a thread that may use the database.

    Playwright runs an event loop in this one, in which Django refuses to.
    """

    def call(function: Callable[[], Any]) -> Any:
        def work() -> Any:
            with django_db_blocker.unblock():
                try:
                    return function()
                finally:
                    connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work).result()

    return call


class Work(NamedTuple):
    """A run that a machine of the arena's owner has just taken."""

    tenant: Tenant
    owner: User
    machine: RunnerInfo
    claimed: Claimed

    def heartbeat(self, done: int) -> None:
        """Say how far the first point is."""
        commands.heartbeat_run(
            tenant=self.tenant, run_id=self.claimed.run_id, runner_id=self.machine.runner_id,
            fence=self.claimed.fence,
            progress={"point_key": "c1", "requests_done": done, "requests_total": 40, "eta_s": 90},
        )  # fmt: skip

    def log(self, text: str) -> None:
        """Say a line."""
        commands.add_log_lines(
            tenant=self.tenant, run_id=self.claimed.run_id, runner_id=self.machine.runner_id,
            fence=self.claimed.fence,
            lines=[commands.Line(at=agent.START, level="info", text=text)],
        )  # fmt: skip

    def finish(self) -> None:
        """Measure every point and sign the report."""
        points = agent.measure(self.tenant, self.claimed, self.machine.runner_id, WANTED)
        self.complete(points)

    def complete(self, points: tuple[PointReport, ...]) -> None:
        """Sign the report of these points."""
        report = agent.report_of(self.claimed, self.machine.runner_id, WANTED, points)
        commands.complete_run(
            tenant=self.tenant, run_id=self.claimed.run_id, runner_id=self.machine.runner_id,
            fence=self.claimed.fence, envelope=agent.signed(report, scene.KEY),
            signer=Signer(
                runner_id=self.machine.runner_id, public_key=signing.public_key(scene.KEY),
                origin="owner",
            ),
            actor="test",
        )  # fmt: skip


def taken() -> Work:
    """Queue a run and let a machine of the arena's owner take it."""
    tenant, owner = Tenant.objects.get(slug="public"), User.objects.get(email=EMAIL)
    machine = scene.machine_of(tenant, owner, name="Spark on the desk", approved=True)
    run_id = scene.queued(tenant, owner, manifest=WANTED)
    return Work(tenant, owner, machine, agent.claim(tenant, run_id, machine.runner_id))


def test_a_visitor_queues_a_run_with_the_keyboard_and_follows_it(open_page: OpenPage) -> None:
    page = open_page("/runs/new/")
    tab_to(page, "#id_deployment")
    tab_to(page, "#id_consent")
    page.keyboard.press("Space")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("measured with quick-v1")
    expect(page.locator("[data-cell=status]")).to_have_text("queued")
    expect(page.locator("#live-text")).to_have_text("live", timeout=SOON_MS)
    assert violations(page) == []
    board = open_page("/runs/")
    expect(board.locator("#runs tbody").get_by_text("quick-v1")).to_have_count(0)


def test_progress_log_and_verdict_arrive_without_a_reload(
    open_page: OpenPage, in_database: InDatabase
) -> None:
    work: Work = in_database(taken)
    page = sign_in(open_page)
    origin = page.evaluate("location.origin")
    page.goto(f"{origin}/runs/{work.claimed.run_id}/")
    page.evaluate("window.isTheSamePage = true")
    expect(page.locator("#live-text")).to_have_text("live", timeout=SOON_MS)

    in_database(lambda: work.heartbeat(12))
    expect(page.locator("[data-cell=progress]")).to_contain_text(
        "point c1, 12 of 40 requests, about 90 s left", timeout=SOON_MS
    )
    in_database(lambda: work.log("<b>bold</b> engine answers"))
    expect(page.locator("#log-lines")).to_contain_text(
        "<b>bold</b> engine answers", timeout=SOON_MS
    )
    in_database(work.finish)
    expect(page.locator("[data-cell=status]")).to_have_text("completed", timeout=SOON_MS)
    expect(page.locator(".verdict")).to_contain_text("Trust T", timeout=SOON_MS)
    expect(page.locator(".chart .dot")).to_have_count(6)
    expect(page.get_by_text("Signature valid")).to_be_visible()
    assert page.evaluate("window.isTheSamePage") is True


def test_the_board_shows_a_new_run_and_its_progress(
    open_page: OpenPage, in_database: InDatabase
) -> None:
    page = sign_in(open_page)
    origin = page.evaluate("location.origin")
    page.goto(f"{origin}/runs/")
    expect(page.locator("#live-text")).to_have_text("live", timeout=SOON_MS)

    work: Work = in_database(taken)
    row = page.locator(f'tr[data-run="{work.claimed.run_id}"]')
    expect(row.locator("[data-cell=status]")).to_have_text("leased", timeout=SOON_MS)
    in_database(lambda: work.heartbeat(7))
    expect(row).to_contain_text("7 of 40 requests", timeout=SOON_MS)
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Live 7B")


@pytest.mark.parametrize(("width", "theme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_pages_of_runs_and_runners_have_no_violation(
    open_page: OpenPage, in_database: InDatabase, width: int, theme: Theme
) -> None:
    def furnish() -> tuple[Work, str]:
        work = taken()
        _finish_with_telemetry(work)
        return work, devices.begin(tenant=work.tenant, client_name="agent").user_code

    work, code = in_database(furnish)
    page = sign_in(open_page, width, theme)
    origin = page.evaluate("location.origin")
    run, machine = f"/runs/{work.claimed.run_id}/", f"/runners/{work.machine.runner_id}/"
    for path in (
        "/runs/", run, f"{run}payload/", "/runs/new/", "/runners/", machine, "/runners/new/",
        f"/device/?code={code}", "/device/?code=XXXX",
    ):  # fmt: skip
        page.goto(origin + path)
        if path == run:
            page.locator("details[data-trace] summary").first.click()
            expect(page.locator(".trace canvas").first).to_be_visible(timeout=SOON_MS)
            assert page.evaluate(FITS) or width > NARROW
        assert violations(page, theme) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_what_is_wrong_with_a_recipe_is_read_at_its_line(open_page: OpenPage) -> None:
    page = sign_in(open_page)
    page.goto(page.evaluate("location.origin") + "/runs/new/")
    page.locator("#id_recipe").fill("model: A\nengine: vlm\nlaunch:\n  command: vllm serve {x}\n")
    page.locator("#id_where").select_option("any")
    page.get_by_role("button", name="Check and queue it").click()

    expect(page.locator(".listing .wrong").first).to_contain_text("Line 2")
    assert violations(page) == []


def test_every_page_is_complete_without_scripts(
    open_page: OpenPage, in_database: InDatabase
) -> None:
    def furnish() -> RunInfo:
        work = taken()
        work.finish()
        return scene.published(
            work.tenant, runs.run(tenant=work.tenant, run_id=work.claimed.run_id), work.owner
        )

    info: RunInfo = in_database(furnish)
    page = open_page(f"/runs/{info.run_id}/", java_script_enabled=False)

    expect(page.get_by_role("table", name="Each figure")).to_be_visible()
    expect(page.locator(".chart .dot")).to_have_count(6)
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    expect(page.get_by_role("link", name="Samples of c1")).to_be_visible()


def _finish_with_telemetry(work: Work) -> None:
    rows = [
        telemetry.TelemetryRow(at_ms=second * 1_000, power_watts=60.0 + second % 7)
        for second in range(30)
    ]
    sha256 = agent.upload(work.tenant, telemetry.pack(rows), "telemetry")
    commands.start_run(
        tenant=work.tenant, run_id=work.claimed.run_id, runner_id=work.machine.runner_id,
        fence=work.claimed.fence, environment=agent.environment(), actor="test",
    )  # fmt: skip
    points = tuple(
        agent.point_report(work.tenant, point).model_copy(
            update={
                "telemetry_sha256": sha256,
                "finished_at": timezone.now() + timedelta(seconds=30),
            }
        )
        for point in WANTED.profile.points
    )
    for report in points:
        commands.record_point(
            tenant=work.tenant, run_id=work.claimed.run_id, runner_id=work.machine.runner_id,
            fence=work.claimed.fence, report=report, actor="test",
        )  # fmt: skip
    work.complete(points)
