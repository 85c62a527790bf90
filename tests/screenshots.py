"""The README's pictures of the demo data: `make screenshots`, or with the servers' addresses set

python -m tests.screenshots
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final, Literal, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.browser.launching import launch
from tests.live_server import LiveServer, live_provider, live_server

ROOT: Final = Path(__file__).resolve().parent.parent
IMAGES: Final = ROOT / "docs" / "images"


class Shot(NamedTuple):
    """One picture; `scroll_to` is a selector to begin at, the top of the page without one."""

    name: str
    path: str
    width: int
    height: int
    theme: Literal["light", "dark"]
    scroll_to: str | None = None


SHOTS: Final = (
    Shot("board-1280-light", "/boards/text/", 1280, 860, "light"),
    Shot("board-1280-dark", "/boards/text/", 1280, 860, "dark"),
    Shot("board-390-light", "/boards/text/", 390, 844, "light"),
    Shot("claims-1280-light", "/boards/text/", 1280, 640, "light", "tbody.claims"),
    Shot("log-1280-light", "/log/", 1280, 640, "light"),
    Shot("method-390-dark", "/method/", 390, 844, "dark"),
)


def main() -> None:
    """Bring the demo data up, start the site on it and write every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "ARENA_DB_ROLE": "app", "PYTHONPATH": str(ROOT)}
    with live_provider() as provider_url:
        for command in ("migrate", "provision"):
            subprocess.run(
                [sys.executable, "manage.py", command],
                cwd=ROOT,
                env={**os.environ, "ARENA_PROVIDER_URL": provider_url},
                check=True,
            )
        with live_server(environment) as server, sync_playwright() as playwright:
            browser = launch(playwright)
            for shot in SHOTS:
                print(_take(browser, server, shot).relative_to(ROOT))
            print(_battle(browser, server, width=1280, height=860).relative_to(ROOT))
            browser.close()


def _take(browser: Browser, server: LiveServer, shot: Shot) -> Path:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.theme
    )
    page = context.new_page()
    page.goto(server.url(shot.path), wait_until="networkidle")
    if shot.scroll_to is not None:
        page.evaluate(
            "selector => document.querySelector(selector).scrollIntoView()", shot.scroll_to
        )
    target = IMAGES / f"{shot.name}.png"
    page.screenshot(path=target)
    context.close()
    return target


def _battle(browser: Browser, server: LiveServer, *, width: int, height: int) -> Path:
    """Hold a battle of the embedded models and vote on it."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light")
    page = context.new_page()
    page.goto(server.url("/battle/?board=ngram"), wait_until="networkidle")
    page.get_by_label("Prompt", exact=True).fill("Tell me a story about the sea and its tides.")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Send").click()
    page.locator("#battle[data-status=ready]").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator(".reveal h3").first.wait_for()
    target = IMAGES / f"battle-{width}-light.png"
    page.screenshot(path=target)
    context.close()
    return target


if __name__ == "__main__":
    main()
