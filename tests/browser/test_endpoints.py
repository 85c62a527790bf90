"""A model is connected with the keyboard, and axe finds nothing on the pages about endpoints."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import EMAIL, NARROW, PASSWORD, WIDE, OpenPage
from tests.browser.test_accessibility import Theme, themes, violations, widths

FIELDS = {
    "model_name": "Keyboard model",
    "base_url": "https://keyboard.invalid/v1",
    "upstream_model": "keyboard",
    "api_key": "sk-canary-0123456789",
    "engine": "vllm",
}


def sign_in(open_page: OpenPage, width: int = WIDE, theme: Theme = "light") -> Page:
    page = open_page("/accounts/login/", width=width, color_scheme=theme, tolerated="status of 40")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Account").wait_for()
    return page


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this element has the focus."""
    wanted = page.locator(selector)
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab never reaches {selector}")


def connect(page: Page) -> None:
    page.goto(page.evaluate("location.origin") + "/endpoints/new/")
    for name, value in FIELDS.items():
        tab_to(page, f"#id_{name}")
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Try it").wait_for()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_model_is_connected_and_tried_without_a_mouse(open_page: OpenPage, width: int) -> None:
    page = sign_in(open_page, width)
    connect(page)
    assert FIELDS["api_key"] not in page.content()
    tab_to(page, "[aria-labelledby=try] button")
    page.keyboard.press("Enter")
    page.get_by_text("It did not answer: disconnected.").wait_for()


@themes
@widths
def test_the_pages_about_endpoints_have_no_violation(
    open_page: OpenPage, width: int, theme: Theme
) -> None:
    page = sign_in(open_page, width, theme)
    connect(page)
    page.get_by_text("Load this page again").or_(page.get_by_label("Developer")).wait_for()
    origin, endpoint = page.evaluate("[location.origin, location.pathname]")
    page.wait_for_function(
        """async path => (await (await fetch(path)).text()).includes('id_developer')""",
        arg=endpoint,
    )
    for path in ("/endpoints/", "/endpoints/new/", "/endpoints/targets/", endpoint):
        page.goto(origin + path)
        assert violations(page, theme) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{origin}/endpoints/new/")
    page.evaluate("document.querySelector('form').noValidate = true")
    page.get_by_role("button", name="Connect the model").click()
    page.get_by_text("This field is required.").first.wait_for()
    assert violations(page, theme) == []
