"""A battle in the real browser: void, continued, narrow, without JavaScript, and axe."""

import re

from playwright.sync_api import expect

from tests.browser.battles import SETTLES_WITHIN_MS, WHOLE, battle, ready, revealed, send, texts
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.browser.test_accessibility import Theme, themes, violations, widths


def test_void_battle_says_why_and_starts_again_with_the_same_prompt(
    open_page: OpenPage,
) -> None:
    page = open_page("/battle/")
    send(page, "A prompt that is not lost", board="faulty")
    void = page.locator(".void")
    expect(void).to_contain_text("This battle is void", timeout=SETTLES_WITHIN_MS)
    assert re.search(r"Answer [AB] (was empty|broke off)\.", void.inner_text())
    first = page.url

    page.get_by_role("button", name="New battle with the same prompt").click()
    page.wait_for_function("url => location.href !== url", arg=first)
    expect(page.locator(".said")).to_contain_text("A prompt that is not lost")


def test_follow_up_is_answered_by_the_same_two(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE, board="slow")
    page.get_by_label("Follow-up prompt").fill("And at night?")
    page.keyboard.press("Control+Enter")
    page.locator("#battle[data-turn='2']").wait_for()
    ready(page)

    assert texts(page) == [WHOLE] * 4
    page.keyboard.press("s")
    expect(page.locator("#result")).to_contain_text("You skipped this battle.")


def test_tabs_show_one_answer_at_a_time_where_there_is_no_room(open_page: OpenPage) -> None:
    page = battle(open_page, width=NARROW)
    expect(page.locator("#side-a")).to_be_visible()
    expect(page.locator("#side-b")).to_be_hidden()
    page.get_by_role("tab", name="Answer A").focus()
    page.keyboard.press("ArrowRight")

    expect(page.locator("#side-a")).to_be_hidden()
    expect(page.locator("#side-b")).to_be_visible()
    expect(page.locator("#held")).to_be_hidden()


@widths
def test_vote_bar_never_moves(open_page: OpenPage, width: int) -> None:
    page = open_page("/battle/", width=width)
    send(page, board="slow")
    places = [page.locator("#votes").bounding_box()]
    ready(page)
    places.append(page.locator("#votes").bounding_box())
    page.keyboard.press("1")
    places.append(page.locator("#votes").bounding_box())
    page.keyboard.press("Enter")
    revealed(page)
    places.append(page.locator("#votes").bounding_box())

    assert len({tuple(place.values()) for place in places if place}) == 1


def test_whole_round_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/battle/", java_script_enabled=False)
    send(page)
    page.get_by_role("button", name="Tie", disabled=False).wait_for(timeout=SETTLES_WITHIN_MS)
    page.get_by_role("button", name="Tie").click()

    revealed(page)
    expect(page.locator("#result")).to_contain_text("You called it a tie.")


@widths
def test_chat_shows_who_answers_and_the_figures_at_once(open_page: OpenPage, width: int) -> None:
    page = open_page("/chat/?board=slow", width=width)
    send(page)
    ready(page)

    expect(page.locator(".side h2")).to_contain_text("Quoxalin slow-one")
    expect(page.locator(".reveal")).to_contain_text("30 tokens", timeout=SETTLES_WITHIN_MS)
    page.get_by_label("Follow-up prompt").fill("And at night?")
    page.keyboard.press("Control+Enter")
    page.locator("#battle[data-turn='2']").wait_for()
    ready(page)
    expect(page.locator(".reveal")).to_contain_text("Figures of the last of 2 answers")
    page.get_by_role("button", name="End this chat").click()
    expect(page.locator("#result")).to_contain_text("This chat is closed.")


@themes
@widths
def test_battle_has_no_violation(open_page: OpenPage, width: int, theme: Theme) -> None:
    page = open_page("/battle/", width=width, color_scheme=theme)
    assert violations(page, theme) == []
    send(page, board="slow")
    found = {"answering": violations(page, theme)}
    ready(page)
    found["ready"] = violations(page, theme)
    page.locator("#about summary").click()
    found["about"] = violations(page, theme)
    page.locator("#about summary").click()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    revealed(page)
    page.locator(".filing summary").click()
    found["voted"] = violations(page, theme)
    origin = page.evaluate("location.origin")
    for path in ("/my/", "/compare/", "/chat/", "/boards/ngram/sampling/"):
        page.goto(origin + path)
        found[path] = violations(page, theme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path

    assert found == {where: [] for where in found}
