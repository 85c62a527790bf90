"""Steps of a battle as a visitor takes them, for the tests of this package."""

from typing import Final

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.voting.fake_provider import STEADY

SETTLES_WITHIN_MS: Final = 20_000
WHOLE: Final = "".join(STEADY).strip()
"""An answer on the board `slow`."""
PROMPT: Final = "Why is the sky blue?"
NOT_SENT: Final = "ERR_INTERNET_DISCONNECTED"


def send(page: Page, prompt: str = PROMPT, *, board: str | None = None) -> None:
    """Send the first prompt from the start page that is open."""
    page.get_by_label("Prompt", exact=True).fill(prompt)
    if board is not None:
        page.get_by_label("Board", exact=True).select_option(board)
    consent = page.locator("[name=consent]")
    if consent.count():
        consent.check()
    page.get_by_role("button", name="Send").click()
    page.locator("#battle").wait_for()


def ready(page: Page) -> None:
    """Wait until both answers are complete."""
    page.locator("#battle[data-status=ready]").wait_for(timeout=SETTLES_WITHIN_MS)


def battle(open_page: OpenPage, *, width: int, board: str = "ngram", **options: object) -> Page:
    """Open a battle whose answers are complete."""
    page = open_page(f"/battle/?board={board}", width=width, **options)
    send(page, board=board)
    ready(page)
    return page


def revealed(page: Page) -> None:
    """Wait for the names."""
    expect(page.locator(".reveal h3")).to_have_count(2, timeout=SETTLES_WITHIN_MS)


def texts(page: Page) -> list[str]:
    """Return both answers as they read."""
    return [answer.inner_text() for answer in page.locator(".answer").all()]
