"""Known attacks as answers of models, on the real page, while they stream and after the vote."""

from itertools import islice
from typing import Final

import pytest
from playwright.sync_api import Dialog, Page, Request

from tests.browser import battles
from tests.browser.conftest import HOSTILE, OpenPage, Site
from tests.browser.payloads import PAYLOADS

_A_BATTLE: Final = 24
"""Payloads in one answer: few enough that one which swallows the rest leaves most on trial."""
_CANARY: Final = "window.sung = 0; window.canary = () => { window.sung += 1; };"
_FORBIDDEN: Final = (
    "script, style, iframe, object, embed, form, input, img, svg, video, audio, link, base, meta"
)
_STARTS: Final = range(0, len(PAYLOADS), _A_BATTLE)


def on_attributes(page: Page) -> list[str]:
    """Return what in the answers could run or restyle the page."""
    found: list[str] = page.locator(".answer").evaluate_all(
        """answers => answers.flatMap(answer => [...answer.querySelectorAll("*")]
            .flatMap(element => [...element.attributes].map(attribute => attribute.name))
            .filter(name => name.startsWith("on") || ["style", "id", "name"].includes(name)))"""
    )
    return found


@pytest.mark.parametrize("start", _STARTS)
def test_hostile_answers_do_nothing_on_the_battle_page(
    open_page: OpenPage, site: Site, start: int
) -> None:
    payloads = list(islice(PAYLOADS, start, start + _A_BATTLE))
    one, other = HOSTILE
    site.provider.words[one] = tuple(f"{payload}\n\n" for payload in payloads)
    site.provider.words[other] = tuple(f"{payload}\n\n" for payload in reversed(payloads))
    outside: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((site.server.url("/"), site.server.socket_url("/"))):
            outside.append(request.url)

    def dismiss(dialog: Dialog) -> None:
        outside.append(dialog.message)
        dialog.dismiss()

    page = open_page("/battle/?board=hostile")
    page.on("request", note)
    page.on("dialog", dismiss)
    page.add_init_script(_CANARY)
    page.reload()
    battles.send(page, board="hostile")
    battles.ready(page)
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    battles.revealed(page)

    assert page.evaluate("window.sung") == 0
    assert page.locator(".answer").locator(_FORBIDDEN).count() == 0
    assert on_attributes(page) == []
    assert outside == []
    assert all(len(text) > 100 for text in battles.texts(page))
