"""A board by keyboard, and the choice of theme."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

PATH = "/boards/text/"
PAPER_LIGHT = "rgb(251, 250, 247)"
PAPER_DARK = "rgb(20, 22, 26)"


def test_j_and_k_walk_the_rows_and_enter_opens_the_model(open_page: OpenPage) -> None:
    page = open_page(PATH)
    links = page.locator("tbody:not([hidden]) .model > a")
    name = links.nth(1).inner_text()

    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_x_ticks_rows_c_compares_them_and_e_finds_the_exports(open_page: OpenPage) -> None:
    page = open_page(PATH)
    compare = page.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#picked")).to_contain_text("tick one more")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(compare).to_be_enabled()
    picked = page.locator(".pick:checked").evaluate_all("boxes => boxes.map(box => box.value)")

    page.keyboard.press("e")
    expect(page.locator("#exports a").first).to_be_focused()
    with page.expect_request("**/comparison/**") as asked:
        page.keyboard.press("c")
    query = parse_qs(urlsplit(asked.value.url).query)
    assert query == {"board": ["text"], "row": picked}


def test_slash_goes_to_the_search_and_letters_stay_letters_there(open_page: OpenPage) -> None:
    page = open_page(PATH)

    page.keyboard.press("/")
    page.keyboard.type("jk?")

    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    expect(search).to_have_value("jk?")
    page.keyboard.press("Escape")
    expect(search).not_to_be_focused()


def test_question_mark_opens_the_help_and_escape_closes_it(open_page: OpenPage) -> None:
    page = open_page(PATH)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys on a board")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_first_tab_offers_to_skip_to_the_content(open_page: OpenPage) -> None:
    page = open_page(PATH)

    page.keyboard.press("Tab")

    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()


def test_theme_follows_the_system_until_chosen_and_is_kept(open_page: OpenPage) -> None:
    page = open_page(PATH, color_scheme="dark")
    root = page.locator("html")
    expect(root).to_have_css("background-color", PAPER_DARK)

    toggle = page.get_by_role("button", name="Dark theme")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    expect(root).to_have_css("background-color", PAPER_LIGHT)

    # Chosen before the first paint: no stylesheet has to be loaded for it.
    page.add_init_script(
        "new MutationObserver(() => { if (document.body) window.atBody ??="
        " document.documentElement.dataset.theme; }).observe(document, {childList: true,"
        " subtree: true});"
    )
    page.goto(page.url)
    expect(root).to_have_css("background-color", PAPER_LIGHT)
    assert page.evaluate("window.atBody") == "light"


def test_light_system_gets_the_light_theme(open_page: OpenPage) -> None:
    page = open_page(PATH, color_scheme="light")

    expect(page.locator("html")).to_have_css("background-color", PAPER_LIGHT)


def test_the_palette_goes_to_any_page_by_a_part_of_its_name(open_page: OpenPage) -> None:
    page = open_page(PATH)
    page.keyboard.press("Control+k")
    where = page.get_by_role("combobox", name="Where to")
    expect(where).to_be_focused()
    page.keyboard.type("calc")
    expect(page.locator("#palette li")).to_have_text(["Calculator"])
    page.keyboard.press("Escape")
    expect(where).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("par")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    chosen = page.locator("#palette li[aria-selected=true]").inner_text()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(PATH)
    assert "par" in chosen.lower()
