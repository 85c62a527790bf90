"""The calculator where a figure has no value: its reason can be read at any width."""

from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, OpenPage

ONE_STREAM: Final = "/calculator/?watts=140&prefill=800&cloud_input=5&cloud_output=25"
CUT: Final = "one => one.scrollWidth > one.clientWidth"


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "&input=15000000&output=50000000&speed=41&price=4700",
            "one stream cannot do a day's work",
        ),
        ("&input=500000&output=500000&speed=10&price=400000", "no volume pays that one stream can"),
    ],
)
def test_reasons_of_the_shortlist_are_read_whole(
    open_page: OpenPage, width: int, question: str, words: str
) -> None:
    page = open_page(ONE_STREAM + question, width=width)
    shortlist = page.get_by_role("region", name="Shortlist")
    expect(shortlist.locator("td .reason", has_text=words).first).to_be_visible()
    curve = page.get_by_role("region", name="Break-even curve as a table")
    expect(curve.locator("td .reason").first).to_have_text("more than one stream writes")
    for table in (shortlist, curve):
        assert not table.evaluate(CUT)
