"""The board as a page: complete without JavaScript, sorted, searched, readable at any width."""

import re

import pytest
from playwright.sync_api import Page, expect

from leaderboards.columns import COLUMNS
from tests.browser.arena_data import SOURCE
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.browser.test_accessibility import violations

BOARD = "/boards/text/"
READ = """td => {
  const figure = td.querySelector('.figure');
  return [td.className, {...td.dataset}, td.innerText, figure?.title, figure?.getAttribute('href')];
}"""
READ_ALL = f"tr => [...tr.querySelectorAll('td[data-column]')].map({READ})"
PATCH = """async key => {
  const script = [...document.scripts].find(one => one.src.includes('live'));
  const { writeLeads, writeRow } = await import(new URL('rows.js', script.src));
  const whole = await (await fetch('/api/v1/boards/text/rows?limit=200')).json();
  const stored = whole.items.find(one => one.key === key);
  const tr = document.querySelector(`tr[data-key="${key}"]`);
  const put = cells => writeRow(tr, { ...stored, cells: { ...stored.cells, ...cells } });
  const [rating, speed] = ['rating', 'decode_tokens_per_second'];
  const td = name => tr.querySelector(`[data-column="${name}"]`);
  const found = { marks: [], labels: [] };
  put({ [rating]: { ...stored.cells[rating], not_comparable: 'board elsewhere' } });
  found.marks.push(td(rating).querySelector('.unlike').textContent);
  put({ [rating]: { ...stored.cells[rating], not_comparable: '' } });
  found.marks.push(td(rating).classList.contains('apart'));
  const run = { kind: 'measured', counted: 'runs', as_of: '2020-01-01T00:00:00Z' };
  put({ [speed]: { ...stored.cells[speed], ...run } });
  found.old = td(speed).querySelector('.missing .tip').textContent;
  put({});
  const trs = new Map([[key, tr]]);
  for (const leads of [{ [key]: { text: 'leads under 8B', meaning: 'alone' } }, {}]) {
    writeLeads(trs, leads);
    found.labels.push(tr.querySelector('.model .label')?.textContent ?? null);
  }
  return found;
}"""


def names(page: Page, section: str) -> list[str]:
    return page.locator(f"tbody.{section} .model > a").all_inner_texts()


def test_board_is_complete_without_javascript(open_page: OpenPage) -> None:
    page = open_page(BOARD, java_script_enabled=False)

    expect(page.locator(".lead")).to_have_text(
        "Which model's answer do people prefer when they do not know who wrote it?"
    )
    assert len(names(page, "rated")) > 20
    first = page.locator("tbody.rated tr[data-key]").first
    expect(first.locator(".tier b")).to_have_text("1")
    expect(first.locator(".col-rating .pm")).to_contain_text("±")
    expect(first.locator(".col-rating .interval")).to_contain_text("95 % interval")
    expect(first.locator(".col-rating circle")).to_have_count(1)
    assert names(page, "unrated") == ["Island 7B", "Islet 7B", "Parrot 1B"]
    expect(page.locator("#live")).to_be_hidden()
    expect(page.locator("#theme")).to_be_hidden()


def test_claims_stand_apart_with_source_and_date(open_page: OpenPage) -> None:
    page = open_page(BOARD)
    row = page.locator("tbody.claims tr", has_text="Mistral Small 4 119B")

    expect(row.locator(".tier")).to_have_text("")
    speed = row.locator(".col-decode_tokens_per_second")
    expect(speed.locator(".figure .ref")).to_have_text("1")
    expect(page.locator("#references li")).to_have_text([f"{SOURCE}, 2026-05-12"])
    expect(speed.locator(".value")).to_have_text("~41")
    expect(speed.locator(".value")).to_have_css("font-style", "italic")
    rated = page.locator("tbody.rated .col-rating .value").first
    expect(rated).to_have_css("font-style", "normal")


def test_marks_words_and_labels_come_with_a_patch(open_page: OpenPage) -> None:
    """Rows as a patch has them, written by the page's own module, and back as the server wrote."""
    page = open_page(BOARD)
    claimed = page.locator("tbody.claims tr", has_text="gpt-oss-120b")
    rating = claimed.locator(".col-rating")
    why = f"not comparable: board of {SOURCE}; column: text"
    # The claim of an Elo on another board.
    expect(rating).to_have_class(re.compile(r"\bapart\b"))
    expect(rating.locator(".figure")).to_have_attribute("title", re.compile(f"^{why}"))
    written = rating.evaluate(READ)
    found = page.evaluate(PATCH, claimed.get_attribute("data-key"))
    assert found["marks"] == ["≠not comparable: board elsewhere; ", False]
    assert found["old"] == "last measured 2020-01-01, more than 180 days ago"
    assert found["labels"] == ["leads under 8B", None]
    assert rating.evaluate(READ) == written
    rated = page.locator("tbody.rated tr[data-key]").first
    written = rated.evaluate(READ_ALL)
    page.evaluate(PATCH, rated.get_attribute("data-key"))
    assert rated.evaluate(READ_ALL) == written


def test_a_slider_names_the_moment_of_a_board_of_the_past(open_page: OpenPage) -> None:
    page = open_page(BOARD)
    page.locator("summary", has_text="As of").click()
    slider, field = page.get_by_role("slider", name="Slide to"), page.locator("[name=as_of]")
    expect(slider).to_have_value("1000")
    slider.fill("0")
    expect(field).to_have_value(re.compile(r"^[0-9-]{10}T[0-9:]{8}Z$"))
    begin = field.input_value().replace("T", " ").replace("Z", " UTC")
    expect(page.locator("#moment output")).to_have_text(begin)
    slider.fill("1000")
    expect(field).to_have_value("")
    slider.fill("0")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".past")).to_contain_text("The past.")


def test_sliders_of_weights_are_named_and_write_the_field(open_page: OpenPage) -> None:
    page = open_page(f"{BOARD}scores/?preset=aggregate")
    page.get_by_role("slider", name="Speed").fill("70")
    expect(page.locator('[name="weights"]')).to_have_value("q:70,g:70,e:10")
    expect(page.locator("label", has_text="Quality").locator("output")).to_have_text("47")


def test_missing_figure_says_why_on_focus(open_page: OpenPage) -> None:
    page = open_page(BOARD)
    parrot = page.locator("tbody.unrated tr", has_text="Parrot 1B")
    missing = parrot.locator(".col-rating .missing")

    expect(missing.locator(".tip")).to_have_css("clip-path", "inset(50%)")
    missing.focus()
    expect(missing.locator(".tip")).to_have_css("clip-path", "none")
    page.keyboard.press("Escape")
    expect(missing.locator(".tip")).to_have_css("clip-path", "inset(50%)")
    expect(missing).to_have_text("–not ranked: lost every vote, so the votes set no lower limit")


def test_headers_sort_and_say_so(open_page: OpenPage) -> None:
    page = open_page(BOARD, java_script_enabled=False)
    expect(page.locator("th[aria-sort]")).to_have_count(1)

    page.locator("#board thead").get_by_role("link", name="Votes").click()
    votes = [int(text) for text in page.locator("tbody.rated .col-votes .value").all_inner_texts()]
    assert votes == sorted(votes, reverse=True)
    expect(page.locator("th[aria-sort]")).to_have_attribute("data-column", "votes")
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")

    page.locator("#board thead").get_by_role("link", name="Votes").click()
    votes = [int(text) for text in page.locator("tbody.rated .col-votes .value").all_inner_texts()]
    assert votes == sorted(votes)
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")


def test_missing_values_sort_last(open_page: OpenPage) -> None:
    page = open_page(f"{BOARD}?sort=-decode_tokens_per_second", java_script_enabled=False)

    assert names(page, "claims") == [
        "Qwen3.5-0.8B",
        "gpt-oss-120b",
        "Mistral Small 4 119B",
        "Claude Opus 4.7",
    ]


def test_search_keeps_matching_rows_and_the_sort(open_page: OpenPage) -> None:
    page = open_page(f"{BOARD}?sort=model", java_script_enabled=False)
    page.get_by_role("searchbox").fill("self-HOSTED")
    page.get_by_role("button", name="Show").click()

    assert names(page, "claims") == ["gpt-oss-120b", "Mistral Small 4 119B", "Qwen3.5-0.8B"]
    assert names(page, "rated") == []
    assert "sort=model" in page.url


def test_a_figure_opens_its_evidence_over_the_board(open_page: OpenPage) -> None:
    page = open_page(BOARD)
    model = names(page, "rated")[0]
    figure = page.locator("tbody.rated .col-votes .figure").first
    figure.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", level=2).first).to_have_text(f"{model}: Votes")
    expect(drawer.get_by_role("heading", name="Formula")).to_be_visible()
    expect(drawer.get_by_role("link", name="All events of this cell")).to_be_visible()
    expect(drawer.get_by_role("heading", level=2).first).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(figure).to_be_focused()
    assert page.url.endswith(BOARD)


def test_figures_lead_down_to_their_events(open_page: OpenPage) -> None:
    page = open_page(BOARD, java_script_enabled=False)
    model = names(page, "rated")[0]
    page.locator("tbody.rated .col-rating .figure").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{model}: Elo")
    page.locator("#events ~ .scroll th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("VoteRecorded")
    slug = model.lower().replace(" ", "-").replace(".", "-").strip("()")
    assert slug.split("-")[0] in page.locator("dl.facts").first.inner_text()

    page.goto(page.url.split("/log/")[0] + BOARD)
    page.locator("tbody.claims tr", has_text="gpt-oss-120b").locator(".figure").first.click()
    expect(page.locator("main")).to_contain_text("claim of")
    page.locator("#events ~ .scroll th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ExternalValueStated")


@pytest.mark.parametrize("width", [NARROW, 640, 800, 1000, WIDE])
def test_board_fits_every_width(open_page: OpenPage, width: int) -> None:
    page = open_page(BOARD, width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == WIDE:
        # The columns that a board opens with are all in sight.
        assert page.locator(".board-scroll").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_narrow_board_shows_cards_with_four_figures(open_page: OpenPage) -> None:
    page = open_page(BOARD, width=NARROW)
    # The line above the table that says so moves everything down once.
    page.locator("#live.is-live").wait_for()
    row = page.locator("tbody.rated tr[data-key]").first

    tops = {
        column: row.locator(f".col-{column}").bounding_box()
        for column in (
            "rating",
            "decode_tokens_per_second",
            "output_usd_per_million_tokens",
            "sovereign",
        )
    }
    assert len({round(box["y"]) for box in tops.values() if box}) == 1
    # The cards are still a table to a screen reader, and the other figures are a swipe away.
    assert row.get_by_role("rowheader").count() == 1
    shown = [column for column in COLUMNS if column.is_default]
    assert row.get_by_role("cell").count() == 1 + len(shown)
    last = row.locator(".col-task_energy")
    row.scroll_into_view_if_needed()
    expect(last).not_to_be_in_viewport()
    row.evaluate("row => row.scrollTo(row.scrollWidth, 0)")
    expect(last).to_be_in_viewport()


def test_columns_filters_and_chips_work_without_javascript(open_page: OpenPage) -> None:
    page = open_page(BOARD, java_script_enabled=False)
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Both bad").check()
    page.get_by_role("checkbox", name="Trust").uncheck()
    page.locator("summary", has_text="Filters").click()
    page.get_by_role("group", name="Standing").get_by_role("checkbox", name="not rated").check()
    page.get_by_role("button", name="Show").click()

    assert names(page, "unrated") == ["Island 7B", "Islet 7B", "Parrot 1B"]
    assert names(page, "rated") == []
    headers = page.locator("#board thead th[data-column]")
    keys = headers.evaluate_all("heads => heads.map(head => head.dataset.column)")
    assert "both_bad" in keys
    assert "trust" not in keys
    chip = page.locator(".chip", has_text="Standing: not rated")
    expect(chip).to_contain_text("hides")
    chip.get_by_role("link").click()
    assert len(names(page, "rated")) > 20
    assert "both_bad" in page.url
