"""A battle in the real browser: keyboard only, hidden names, reloaded, taken back, offline."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from tests.browser.battles import (
    NOT_SENT,
    PROMPT,
    WHOLE,
    battle,
    ready,
    revealed,
    send,
    texts,
)
from tests.browser.conftest import SLOW, WIDE, OpenPage, Site
from tests.browser.test_accessibility import widths


def focused(page: Page) -> str:
    """Return the id or name of the element with the focus."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.name"))


def registered_names(site: Site) -> set[str]:
    """Return every name by which a model or a deployment could be told, in lower case."""
    answer = httpx.get(site.server.url("/api/v1/models?limit=200")).json()
    names = {name for model in answer["items"] for name in (model["name"], model["slug"])}
    names |= {"quoxalin", "arena n-gram", *SLOW}
    assert len(names) > 20
    return {name.lower() for name in names}


@widths
def test_whole_round_with_the_keyboard_only(open_page: OpenPage, width: int) -> None:
    page = open_page("/battle/", width=width)
    assert focused(page) == "id_prompt"
    page.keyboard.type(PROMPT)
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == "id_consent":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/battle/*-*/")
    ready(page)

    assert focused(page) == "votes"
    page.keyboard.press("ArrowRight")
    expect(page.locator("#held-choice")).to_have_text("B better.")
    assert focused(page) == "reveal-now"
    page.keyboard.press("Enter")
    revealed(page)
    assert focused(page) == "result"
    expect(page.locator("#result")).to_contain_text("You preferred answer B.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("n")
    page.wait_for_url("**/battle/?board=ngram")


@pytest.mark.parametrize("board", ["ngram", "slow"])
def test_nothing_that_arrives_before_the_vote_names_a_model(
    open_page: OpenPage, site: Site, board: str
) -> None:
    page = open_page("/battle/")
    arrived: list[str] = []
    page.on("websocket", lambda socket: _listen(arrived, socket))
    page.on("response", lambda response: _keep(arrived, response))
    send(page, board=board)
    ready(page)
    page.reload()
    ready(page)
    arrived.append(page.content())

    everything = "\n".join(map(str, arrived)).lower()
    assert everything.count('"type":"state"') > 0
    hidden = [name for name in registered_names(site) if name in everything]
    assert hidden == []

    page.keyboard.press("3")
    page.keyboard.press("Enter")
    revealed(page)
    assert any(name in page.content().lower() for name in registered_names(site))


def _listen(arrived: list[str], socket: WebSocket) -> None:
    socket.on("framereceived", lambda frame: arrived.append(str(frame)))


def _keep(arrived: list[str], response: Response) -> None:
    if "/battle/" in response.url and response.status == 200:
        arrived.append(response.text())
        arrived.append(str(response.headers))


def test_sides_differ_in_nothing_but_the_text(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE)
    bare = """side => { const copy = side.cloneNode(true);
        for (const answer of copy.querySelectorAll('.rendered')) answer.replaceChildren();
        return copy.outerHTML.replaceAll(/side-[ab]|data-side="[ab]"|Answer [AB]/g, ''); }"""
    left, right = (side.evaluate(bare) for side in page.locator(".sides > .side").all())

    assert left == right


def test_reload_joins_the_running_battle_with_nothing_lost_or_repeated(
    open_page: OpenPage,
) -> None:
    page = open_page("/battle/")
    send(page, board="slow")
    page.wait_for_function("() => document.querySelector('.answer').innerText.includes('word5')")
    page.reload()
    assert page.locator("#battle").get_attribute("data-status") == "answering"
    page.wait_for_function("() => document.querySelector('.answer').innerText.includes('word9')")
    page.reload()
    ready(page)

    assert texts(page) == [WHOLE, WHOLE]


def test_connection_that_breaks_comes_back(open_page: OpenPage) -> None:
    page = open_page("/battle/", tolerated=NOT_SENT)
    page.route_web_socket(re.compile("/ws/battles/"), _breaks_once())
    send(page, board="slow")
    ready(page)

    assert texts(page) == [WHOLE, WHOLE]


def _breaks_once() -> Any:
    attempts: list[int] = []

    def handle(socket: Any) -> None:
        attempts.append(1)
        server = socket.connect_to_server()
        if len(attempts) > 1:
            return
        frames: list[str] = []

        def pass_on(message: str) -> None:
            frames.append(message)
            if len(frames) == 4:
                socket.close(code=1012)
            elif len(frames) < 4:
                socket.send(message)

        server.on_message(pass_on)

    return handle


def test_vote_can_be_taken_back_and_given_anew(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE)
    page.keyboard.press("1")
    expect(page.locator("#held")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator("#held")).to_be_hidden()
    assert page.locator("#votes [aria-pressed=true]").count() == 0

    page.keyboard.press("4")
    page.keyboard.press("3")
    expect(page.locator("#held-choice")).to_have_text("Tie.")
    # Sent by itself once the time is over.
    revealed(page)
    expect(page.locator("#result")).to_contain_text("You called it a tie.")


def test_keys_do_nothing_while_somebody_types(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE)
    page.get_by_label("Follow-up prompt").focus()
    page.keyboard.type("1 2 3 4 s u")
    page.keyboard.press("ArrowLeft")

    expect(page.locator("#held")).to_be_hidden()
    expect(page.get_by_label("Follow-up prompt")).to_have_value("1 2 3 4 s u")


def test_arrows_scroll_an_answer_that_has_the_focus(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE)
    page.locator("#side-a").focus()
    page.keyboard.press("ArrowDown")

    expect(page.locator("#held")).to_be_hidden()


def test_sending_waits_while_reasons_are_given(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE)
    page.keyboard.press("2")
    page.locator("#about summary").click()
    page.get_by_label("Comment").fill("Because.")
    page.wait_for_timeout(6_000)
    expect(page.locator("#held")).to_be_visible()
    page.locator("#about").get_by_label("Clear").check()
    page.locator("#reveal-now").click()

    revealed(page)
    expect(page.locator("#result")).to_contain_text("You preferred answer B.")


def test_vote_is_sent_when_the_page_is_left(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE)
    path = page.url
    page.keyboard.press("1")
    page.goto(page.url.split("/battle/")[0] + "/method/")
    page.goto(path)

    expect(page.locator("#battle")).to_have_attribute("data-status", "voted")


def test_vote_without_a_connection_is_kept_and_sent_again(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE, tolerated=NOT_SENT)
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#sentence")).to_contain_text("Your vote is kept and sent again in")
    page.context.set_offline(False)

    revealed(page)


def test_vote_in_another_window_shows_here_too(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE)
    other = page.context.new_page()
    other.goto(page.url)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    revealed(page)

    revealed(other)


def test_refused_vote_says_why(open_page: OpenPage) -> None:
    page = battle(open_page, width=WIDE, tolerated="409")
    page.route_web_socket(re.compile("/ws/battles/"), lambda socket: None)
    page.reload()
    other = page.context.new_page()
    other.goto(page.url)
    other.keyboard.press("1")
    other.keyboard.press("Enter")
    revealed(other)
    page.keyboard.press("2")
    page.keyboard.press("Enter")

    expect(page.locator(".problem").first).to_contain_text("has been voted on")
    revealed(page)
