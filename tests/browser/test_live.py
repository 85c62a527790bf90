"""An open board follows the votes: in place, in order, without jumping under a reader."""

import time
import uuid

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.arena_data import BOARD
from tests.browser.conftest import OpenPage, Site
from tests.live_server import live_server

PATH = f"/boards/{BOARD}/"
MOVES_WITHIN_MS = 2_000
SETTLES_WITHIN_MS = 15_000
ORDER = "rows => rows.map(row => row.dataset.key)"
# Every row as it reads: patches leave out what changes below the last digit shown.
TABLE = """() => [...document.querySelectorAll('#board tbody:not([hidden]) tr')].map(tr => [
  tr.dataset.key, tr.className, tr.closest('tbody').dataset.section,
  ...[...tr.cells].map(cell => cell.innerText.trim()),
  ...[...tr.querySelectorAll('a:not([hidden])')].map(link => link.getAttribute('href'))])"""

# Once, before the scripts of the page run: all rows but three are those of another page.
CUT = """document.addEventListener('readystatechange', () => {
  if (document.readyState !== 'interactive' || sessionStorage.getItem('cut')) return;
  sessionStorage.setItem('cut', 'yes');
  document.querySelector('#board').dataset.pages = 2;
  [...document.querySelectorAll('#board tbody tr[data-key]')].slice(3).forEach(tr => tr.remove());
})"""


def vote(site: Site, *, model_a: str, model_b: str, count: int = 1) -> int:
    """Send votes for `model_a` through the API; return the position of the last."""
    position = 0
    for _ in range(count):
        response = httpx.post(
            site.server.url("/api/v1/votes"),
            json={"board": BOARD, "model_a": model_a, "model_b": model_b, "winner": "model_a"},
            headers={
                "Authorization": f"Bearer {site.api_key}",
                "Idempotency-Key": str(uuid.uuid4()),
            },
        )
        assert response.status_code == 201, response.text
        position = response.json()["position"]
    return position


def assert_reload_changes_nothing(page: Page) -> None:
    """Compare the patched rows with those that the server renders."""
    patched: list[list[str]] = page.evaluate(TABLE)
    page.reload()
    rendered: list[list[str]] = page.evaluate(TABLE)
    assert patched == rendered


def wait_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_class("is-live", timeout=SETTLES_WITHIN_MS)


def wait_position(page: Page, position: int, *, timeout_ms: int = SETTLES_WITHIN_MS) -> None:
    page.wait_for_function(
        "wanted => Number(document.querySelector('#position').textContent) >= wanted",
        arg=position,
        timeout=timeout_ms,
    )


def rated(page: Page) -> list[str]:
    order: list[str] = page.locator("tbody.rated tr[data-key]").evaluate_all(ORDER)
    return order


def slug_at(page: Page, index: int) -> str:
    return rated(page)[index].removeprefix("model:")


def test_vote_moves_an_open_page_within_two_seconds(site: Site, open_page: OpenPage) -> None:
    page = open_page(PATH)
    wait_live(page)
    model, other = slug_at(page, 5), slug_at(page, 6)
    votes = page.locator(f'tr[data-key="model:{model}"] .col-votes .value')
    before = votes.inner_text()

    sent_at = time.monotonic()
    vote(site, model_a=model, model_b=other)
    expect(votes).not_to_have_text(before, timeout=MOVES_WITHIN_MS)
    assert time.monotonic() - sent_at < MOVES_WITHIN_MS / 1_000

    assert votes.inner_text() == str(int(before) + 1)


def test_patched_page_equals_a_reloaded_one(site: Site, open_page: OpenPage) -> None:
    page = open_page(PATH)
    wait_live(page)
    last, first = slug_at(page, -1), slug_at(page, 0)
    order = rated(page)

    wait_position(page, vote(site, model_a=last, model_b=first, count=8))
    assert rated(page) != order
    counted = page.locator("#vote-count").inner_text()

    assert_reload_changes_nothing(page)
    assert counted == page.locator("#vote-count").inner_text()


def test_row_that_was_not_there_appears(site: Site, open_page: OpenPage) -> None:
    page = open_page(PATH)
    wait_live(page)
    claimed = page.locator("tbody.claims tr", has_text="gpt-oss-120b")
    expect(claimed).to_have_count(1)

    # Its first votes take the model from the claims to the models that are voted on.
    wait_position(page, vote(site, model_a="gpt-oss-120b", model_b=slug_at(page, 0)))

    expect(claimed).to_have_count(0)
    expect(page.locator("tbody.unrated tr", has_text="gpt-oss-120b")).to_have_count(1)
    assert_reload_changes_nothing(page)


def test_sorted_page_stays_sorted(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{PATH}?sort=votes")
    wait_live(page)
    fewest, other = slug_at(page, 0), slug_at(page, 1)

    wait_position(page, vote(site, model_a=fewest, model_b=other, count=5))

    assert rated(page)[0] != f"model:{fewest}"
    assert_reload_changes_nothing(page)


def test_rows_do_not_move_below_the_pointer(site: Site, open_page: OpenPage) -> None:
    page = open_page(PATH)
    wait_live(page)
    last, first, order = slug_at(page, -1), slug_at(page, 0), rated(page)
    page.locator("tbody.rated tr[data-key]").nth(2).hover()
    votes = page.locator(f'tr[data-key="model:{last}"] .col-votes .value')
    before = int(votes.inner_text())

    wait_position(page, vote(site, model_a=last, model_b=first, count=8))

    # The figures are new, the places are not.
    assert int(votes.inner_text()) == before + 8
    assert rated(page) == order
    pill = page.locator("#pill")
    expect(pill).to_contain_text("update")
    pill.click()
    expect(pill).to_be_hidden()
    assert rated(page) != order


def test_rows_do_not_move_below_the_focus(site: Site, open_page: OpenPage) -> None:
    page = open_page(PATH)
    wait_live(page)
    last, first, order = slug_at(page, -1), slug_at(page, 0), rated(page)
    page.locator("tbody.rated .model > a").nth(2).focus()

    wait_position(page, vote(site, model_a=last, model_b=first, count=8))

    assert rated(page) == order
    expect(page.locator("#pill")).to_be_visible()
    page.locator("#search").focus()
    expect(page.locator("#pill")).to_be_hidden()
    assert rated(page) != order


def test_a_filtered_page_counts_updates_and_a_paused_one_waits(
    site: Site, open_page: OpenPage
) -> None:
    filtered, paused = open_page(f"{PATH}?section=rated&min_votes=1"), open_page(PATH)
    for page in (filtered, paused):
        wait_live(page)
    table, position = filtered.evaluate(TABLE), paused.locator("#position").inner_text()
    paused.get_by_role("button", name="Pause").click()

    wanted = vote(site, model_a=slug_at(paused, 1), model_b=slug_at(paused, 2))
    pill = filtered.locator("#pill")
    expect(pill).to_contain_text("on this board, load", timeout=SETTLES_WITHIN_MS)
    # Which of the changed rows pass the filter only the server can say.
    assert filtered.evaluate(TABLE) == table
    pill.click()
    wait_position(filtered, wanted)
    assert filtered.evaluate(TABLE) != table

    assert paused.locator("#position").inner_text() == position
    expect(paused.locator("#live-text")).to_have_text("paused")
    paused.get_by_role("button", name="Go on").click()
    wait_position(paused, wanted)


def test_changed_cells_are_tinted_unless_motion_is_reduced(site: Site, open_page: OpenPage) -> None:
    moving, still = open_page(PATH), open_page(PATH, reduced_motion="reduce")
    record = """() => { window.tints = [];
      new MutationObserver(changes => changes.forEach(({target}) => {
        if (target.classList.contains('changed'))
          window.tints.push(getComputedStyle(target).backgroundColor);
      })).observe(document.querySelector('#board'),
        {subtree: true, attributes: true, attributeFilter: ['class']}); }"""
    for page in (moving, still):
        wait_live(page)
        page.evaluate(record)

    position = vote(site, model_a=slug_at(moving, 3), model_b=slug_at(moving, 4))
    for page in (moving, still):
        wait_position(page, position)

    transparent = "rgba(0, 0, 0, 0)"
    assert any(colour != transparent for colour in moving.evaluate("window.tints"))
    assert set(still.evaluate("window.tints")) == {transparent}
    expect(moving.locator(".changed")).to_have_count(0)


def test_page_resumes_after_the_server_was_away(site: Site, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    sockets: list[str] = []
    received: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))),
    )
    with live_server(site.environment) as server:
        page.goto(server.url(PATH))
        wait_live(page)
        position = page.locator("#position").inner_text()
    expect(page.locator("#live-text")).to_have_text("connection lost, trying again")
    received.clear()
    with live_server(site.environment, port=server.port):
        wait_live(page)
        assert sockets[-1].endswith(f"?position={position}")
        assert [message for message in received if '"snapshot"' in message] == []

        model, other = slug_at(page, 5), slug_at(page, 6)
        wait_position(page, vote(site, model_a=model, model_b=other))
        context.close()


def test_page_that_missed_votes_catches_up(site: Site, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    with live_server(site.environment) as server:
        page.goto(server.url(PATH))
        wait_live(page)
        model, other = slug_at(page, 5), slug_at(page, 6)
    position = vote(site, model_a=model, model_b=other)
    with live_server(site.environment, port=server.port):
        wait_position(page, position)
        assert_reload_changes_nothing(page)
        context.close()


@pytest.mark.parametrize("digits", [0, 1, 2])
def test_scripts_write_numbers_as_the_server_does(open_page: OpenPage, digits: int) -> None:
    from leaderboards.templatetags.numbers import number

    values = [0, 0.5, 1.5, 2.5, 0.05, 0.15, 12.25, 41, 106.69, 999.5, 1503.5, 9999.99, 10_000]
    values += [123_456.789, 1_670_250, -3.5, -12_345.6]
    page = open_page("/method/")

    written = page.evaluate(
        """async ([path, values, digits]) => {
          const {number} = await import(path);
          return values.map(value => number(value, digits));
        }""",
        ["/static/numbers.js", values, digits],
    )

    assert written == [number(value, digits) for value in values]


def test_a_page_of_several_offers_to_load_again_what_crosses_its_border(
    site: Site, open_page: OpenPage
) -> None:
    """The first three rows stand for a page: of so few columns all rows here fit on one."""
    page = open_page(PATH)
    inside, outside = slug_at(page, 2), slug_at(page, 3)
    page.add_init_script(CUT)
    page.reload()
    wait_live(page)
    assert len(rated(page)) == 3
    position = vote(site, model_a=outside, model_b=inside, count=30)
    wait_position(page, position)
    pill = page.locator("#pill")
    expect(pill).to_contain_text("update")
    assert len(rated(page)) == 3
    assert f"model:{outside}" not in rated(page)
    pill.click()
    expect(page.locator(f'tr[data-key="model:{outside}"]')).to_be_visible()
