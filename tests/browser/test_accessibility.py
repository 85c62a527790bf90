"""axe finds nothing on any page, in both themes, wide and narrow, and none scrolls sideways."""

from typing import Any, Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.arena_data import ASSESSED
from tests.browser.conftest import EMAIL, NARROW, PASSWORD, WIDE, OpenPage

PAGES: Final = (
    "/",
    "/boards/text/",
    "/boards/text/?q=self&section=claims&min_votes=0&sort=model&density=compact&columns=votes",
    "/boards/text/pareto/?figures=claims",
    "/boards/text/pareto/?x=votes&log=x",
    "/boards/text/scores/?figures=claims",
    "/boards/text/quality/",
    "/boards/text/?mix=agent&currency=EUR&rate=0.9&tariff=0.25",
    "/calculator/",
    "/calculator/?input=0&price=3999&watts=140&speed=41&cloud_output=25&elo=1000&share=60",
    "/calculator/?tariff=free",
    "/boards/text/?as_of=1500",
    "/boards/text/changes/?from=1500",
    "/boards/text/history/",
    "/boards/text/cells/model:gpt-4/rating/?as_of=1500",
    "/boards/text/cells/deployment:claude-opus-4-7--cloud/rating/",
    "/boards/text/cells/model:parrot-1b/rating/",
    "/procurement/",
    "/models/claude-opus-4-7/",
    "/models/parrot-1b/",
    "/comparison/",
    f"/comparison/?row=deployment:{ASSESSED[0]}&row=deployment:{ASSESSED[1]}&row=model:parrot-1b",
    f"/deployments/{ASSESSED[0]}/",
    "/claims/",
    "/benches/",
    "/badges/",
    "/models/queue/",
    "/claims/?source=a-mirror",
    "/log/",
    "/log/?type=VoteRecorded&model=nobody",
    "/log/1/",
    "/method/",
    "/sovereignty/",
    "/sovereignty/sensitivity/",
    f"/sovereignty/of/{ASSESSED[1]}/",
    "/boards/text/?profile=air-gapped",
    "/runs/",
    "/runs/new/",
    "/runners/",
    "/runners/new/",
    "/accounts/login/",
    "/api/v1/docs",
    "/nothing/here/",
    "/boards/text/?sort=nothing",
)
ACCOUNT_PAGES: Final = (
    "/account/",
    "/account/members/",
    "/account/keys/",
    "/account/webhooks/?board=text",
    "/account/digests/?board=text",
    "/badges/?kind=model&subject=parrot-1b",
    "/sovereignty/",
    f"/sovereignty/of/{ASSESSED[0]}/",
    "/procurement/?level=S1",
)
Theme = Literal["light", "dark"]
RULES: Final[dict[Theme, dict[str, Any]]] = {
    "light": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # The themes differ in colours only.
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
# A page has the same colours at every width; what is hidden in cards is there when it is wide.
LOOKS: Final[tuple[tuple[int, Theme], ...]] = ((NARROW, "light"), (WIDE, "light"), (WIDE, "dark"))
themes = pytest.mark.parametrize("theme", ["light", "dark"])
widths = pytest.mark.parametrize("width", [WIDE, NARROW])


def violations(page: Page, theme: Theme = "light") -> list[str]:
    """Return what axe finds, one line a rule with the elements it concerns."""
    options = {"resultTypes": ["violations"], "runOnly": RULES[theme]}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {[node['target'] for node in rule['nodes'][:5]]}"
        for rule in found
    ]


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_violation(open_page: OpenPage, path: str) -> None:
    """Loaded once: width and theme are the style sheet's matter, and change as a reader's do.

    Without motion, since axe would meet colours half-way from one theme to the other.
    """
    page = open_page(path, color_scheme="light", reduced_motion="reduce", tolerated="status of 40")
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        assert violations(page, theme) == [], (width, theme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@themes
@widths
def test_account_pages_have_no_violation(open_page: OpenPage, width: int, theme: Theme) -> None:
    page = open_page("/accounts/login/", width=width, color_scheme=theme)
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Account").wait_for()

    origin = page.evaluate("location.origin")
    for path in ACCOUNT_PAGES:
        page.goto(origin + path)
        assert violations(page, theme) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_open_help_and_open_pill_have_no_violation(open_page: OpenPage) -> None:
    page = open_page("/boards/text/")
    page.evaluate("""() => { const pill = document.querySelector('#pill');
        pill.textContent = '3 updates'; pill.hidden = false; }""")
    assert violations(page) == []

    page.keyboard.press("?")
    assert violations(page) == []


def test_axe_sees_a_fault_where_there_is_one(open_page: OpenPage) -> None:
    page = open_page("/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")

    assert any(line.startswith("image-alt") for line in violations(page))
