"""What `make run` promises: a visitor has a model of the site measured, and sees it on the board.

Nothing here is made up: site, worker, provider and runner are the processes that `make run` starts.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_endpoints import tab_to
from tests.endtoend.site import Part, Site

WITHIN_S: Final = 120.0
STOPS_WITHIN_S: Final = 5.0
"""`make run` kills it after ten."""


@pytest.fixture
def runner(site: Site, tmp_path: Path) -> Iterator[Part]:
    runner = site.runner(tmp_path)
    runner.start()
    runner.wait()
    yield runner
    began_s = time.monotonic()
    runner.stop()
    assert time.monotonic() - began_s < STOPS_WITHIN_S, "it waits for a run when told to stop"


def left_ms(began_s: float) -> float:
    return max(1.0, (WITHIN_S - (time.monotonic() - began_s)) * 1_000)


def ask_with_the_keyboard(page: Page) -> str:
    """Queue a run of the first model and return the model's name."""
    tab_to(page, "#id_deployment")
    model = page.locator("#id_deployment option:checked").inner_text()
    tab_to(page, "#id_consent")
    page.keyboard.press("Space")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("measured with quick-v1")
    return model


def test_a_visitor_queues_quick_and_watches_it_reach_the_board_within_two_minutes(
    site: Site, runner: Part, browser: Browser
) -> None:
    began_s = time.monotonic()
    visitor = browser.new_context()
    errors: list[str] = []
    visitor.on("weberror", lambda error: errors.append(str(error.error)))
    board, page = visitor.new_page(), visitor.new_page()
    board.goto(site.url("/boards/ngram/"))
    page.goto(site.url("/runs/new/"))
    model = ask_with_the_keyboard(page)
    row = board.locator("tr", has=board.get_by_role("link", name=model, exact=True))
    speed = row.locator(".col-decode_tokens_per_second")
    expect(board.locator("#empty")).to_be_visible()
    expect(row).to_have_count(0)
    for opened in (board, page):
        opened.evaluate("window.isTheSamePage = true")

    # Live, on the page that was led to: progress, then the verdict.
    progress = page.locator("[data-cell=progress]")
    expect(progress).to_contain_text("requests", timeout=left_ms(began_s))
    expect(page.locator("[data-cell=points]")).to_have_text(
        re.compile("[12] of 3"), timeout=left_ms(began_s)
    )
    expect(page.locator("[data-cell=status]")).to_have_text("completed", timeout=left_ms(began_s))
    expect(page.locator(".verdict")).to_contain_text("accepted", timeout=left_ms(began_s))
    expect(page.locator(".verdict")).to_contain_text("Trust T4")

    # Live too: the row of the board that was open all the time.
    expect(speed.locator(".value")).to_have_text(
        re.compile(r"^[\d,]+\.\d$"), timeout=left_ms(began_s)
    )
    assert board.evaluate("window.isTheSamePage") is True
    assert page.evaluate("window.isTheSamePage") is True
    # The figure with unit and n, down to the run.
    assert speed.get_attribute("data-unit") == "tok/s"
    figure = speed.locator(".figure")
    assert "median of 1 run, T4" in (figure.get_attribute("title") or "")
    figure.click()
    board.locator("#drawer .runs a").click()
    expect(board).to_have_url(page.url)
    assert time.monotonic() - began_s < WITHIN_S
    assert errors == []
