"""A board as a plane of two columns, in a browser: read, reached and drawn at any width."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, OpenPage

CLAIMS = "/boards/text/pareto/?figures=claims&log=x"
VOTES = "/boards/text/pareto/?x=votes&log=x"


def test_plane_is_complete_without_javascript(open_page: OpenPage) -> None:
    page = open_page(VOTES, java_script_enabled=False)
    drawn = page.locator(".plane .point").count()
    assert drawn > 20
    expect(page.locator("#points tbody tr")).to_have_count(drawn)
    named = page.locator(".plane .name").all_text_contents()
    listed = page.locator("#points tr", has_text="on it").locator("th a").all_text_contents()
    assert sorted(named) == sorted(listed)
    expect(page.locator(".plane .dominated").first).to_have_css("opacity", "0.4")
    page.locator("select[name=x]").select_option("both_bad")
    page.get_by_role("checkbox", name="across").uncheck()
    page.get_by_role("button", name="Show").click()
    assert "x=both_bad" in page.url
    assert "log=" not in page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text("Both bad and Elo")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_hover_and_focus_show_the_same_card(open_page: OpenPage, width: int) -> None:
    page = open_page(CLAIMS, width=width, java_script_enabled=False)
    card = page.locator(".plane .point").first.locator(".point-card")
    expect(card).to_be_hidden()
    page.locator(".plane .point").first.focus()
    expect(card).to_be_visible()
    box, plane = card.bounding_box(), page.locator(".plane svg").bounding_box()
    assert box
    assert plane
    assert box["x"] >= plane["x"]
    assert box["x"] + box["width"] <= plane["x"] + plane["width"]
    text = card.inner_text()
    page.evaluate("document.activeElement.blur()")
    expect(card).to_be_hidden()
    page.locator(".plane .point .target").first.hover()
    expect(card).to_be_visible()
    assert card.inner_text() == text
    assert "On the frontier, P(frontier) 100 %" in text


def test_escape_hides_a_card_until_the_pointer_or_the_focus_moves(open_page: OpenPage) -> None:
    page = open_page(CLAIMS)
    points = page.locator(".plane .point")
    first, second = points.nth(0), points.nth(1)
    for hovers in (True, False):
        if hovers:
            first.locator(".target").hover()
        else:
            first.focus()
        expect(first.locator(".point-card")).to_be_visible()
        page.keyboard.press("Escape")
        expect(first.locator(".point-card")).to_be_hidden()
        page.mouse.move(0, 0)
        second.focus()
        expect(second.locator(".point-card")).to_be_visible()


def test_frontier_is_gold_and_two_pixels_wide(open_page: OpenPage) -> None:
    page = open_page("/boards/text/pareto/?x=output_usd_per_million_tokens&figures=claims&log=x")
    edge = page.locator(".plane .edge").first
    expect(edge).to_have_css("stroke-width", "2px")
    expect(edge).to_have_css("stroke", "rgb(184, 134, 11)")


def test_views_of_a_board_lead_to_each_other(open_page: OpenPage) -> None:
    page = open_page("/boards/text/?q=qwen")
    views = page.get_by_role("navigation", name="Views of this board")
    views.get_by_role("link", name="Pareto").click()
    expect(views.get_by_role("link", name="Pareto")).to_have_attribute("aria-current", "page")
    views.get_by_role("link", name="Scores").click()
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("qwen")
    views.get_by_role("link", name="Table").click()
    assert page.url.endswith("/boards/text/?q=qwen")


def test_dragging_across_the_plane_marks_a_part_of_it(open_page: OpenPage) -> None:
    page = open_page(VOTES)
    drawn = page.locator(".plane .point").count()
    plane = page.locator(".plane svg")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + 390, steps=4)
    page.mouse.up()
    page.wait_for_url("**x_from=**")
    marked = page.locator("#points tbody tr").count()
    assert 0 < marked < drawn
    assert page.locator(".plane g.unmarked").count() == drawn - marked
    # Both kinds fade: of the frontier, and dominated ones, which are faint already.
    for kind in ("leading", "dominated"):
        expect(page.locator(f".plane .{kind}.unmarked").first).to_have_css("opacity", "0.12")
    expect(page.locator(".plane .point")).to_have_count(drawn)
    page.get_by_role("link", name="mark nothing").click()
    expect(page.locator("#points tbody tr")).to_have_count(drawn)
