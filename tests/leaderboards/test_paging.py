"""Pages of rows: nothing twice, nothing lost, sections and tiers go on."""

from typing import Any

import pytest
from django.core.exceptions import BadRequest

from leaderboards.paging import page_of, rows_a_page


def _rows(*sections: tuple[str, int]) -> list[Any]:
    """Rows of these sections; of the rated ones seven share a tier."""
    rows: list[Any] = []
    for section, count in sections:
        for place in range(count):
            tier = place // 7 + 1 if section == "rated" else None
            rows.append({"key": f"{section} {place}", "section": section, "tier": tier})
    return rows


def test_the_pages_together_are_all_rows_in_the_order_of_the_sections() -> None:
    rows = _rows(("claims", 40), ("rated", 230))
    pages = [page_of(rows, str(number), columns=15) for number in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [100, 100, 70]
    keys = [row["key"] for page in pages for row in page.rows]
    assert keys == [row["key"] for row in (*rows[40:], *rows[:40])]
    assert [(page.first, page.last, page.total) for page in pages] == [
        (1, 100, 270),
        (101, 200, 270),
        (201, 270, 270),
    ]
    assert len(pages[2].sections["rated"]) == 30
    assert len(pages[2].sections["claims"]) == 40


def test_a_page_knows_the_tier_that_it_goes_on_with() -> None:
    rows = _rows(("rated", 150))
    assert page_of(rows, None, columns=15).tier_before is None
    # Row 100, counted from 1, is the second of the fifteenth tier of seven.
    assert page_of(rows, "2", columns=15).tier_before == 15
    assert page_of(rows, "2", columns=15).rows[0]["tier"] == 15


def test_links_carry_the_view_on_and_end_where_the_rows_do() -> None:
    rows = _rows(("rated", 250))
    first = page_of(rows, None, columns=15, parameters="?q=llama&sort=votes")
    assert (first.previous, first.following) == ("", "?q=llama&sort=votes&page=2")
    assert page_of(rows, "3", columns=15).following == ""
    assert page_of(rows, "3", columns=15).previous == "?page=2"


def test_a_board_without_rows_has_one_page() -> None:
    page = page_of([], None, columns=15)
    assert (page.count, page.first, page.last, page.total) == (1, 0, 0, 0)


@pytest.mark.parametrize("text", ["0", "4", "-1", "two", "", "1.5", "٢", "9" * 30, "1\x00"])
def test_a_page_that_is_not_there_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(BadRequest, match="no such page. Pages: 1 to 3"):
        page_of(_rows(("rated", 250)), text, columns=15)


def test_few_columns_leave_room_for_more_rows() -> None:
    assert [rows_a_page(columns) for columns in (0, 10, 12, 30, 100)] == [1500, 150, 120, 50, 50]
