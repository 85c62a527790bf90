"""The differences in docs/methodology.md are what the live code computes."""

from pathlib import Path

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from arena.worked_difference import worked_differences

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methodology.md"


def test_the_documented_differences_are_what_the_code_computes() -> None:
    rows = [
        f"| {row.found.first}–{row.found.second} | {row.found.elo:.1f} ± {row.half_width:.1f}"
        f" | {row.p_value:.3f} | {row.p_adjusted:.3f} | {100 * row.found.first_share:.1f} |"
        for row in worked_differences()
    ]
    assert "\n".join(rows) in PAGE.read_text(encoding="utf-8")


def test_the_page_computes_them_too(client: Client, tenant: Tenant) -> None:
    page = client.get("/method/").content.decode()
    assert '<th scope="row">D–A</th><td class="num" data-label="Difference, Elo">220.0 ' in page


def test_a_difference_is_narrower_than_its_ratings_suggest_where_they_share_uncertainty() -> None:
    widths = {(row.found.first, row.found.second): row.half_width for row in worked_differences()}
    # 165.0 and 179.8 of the two ratings make 244.0 where nothing is shared.
    assert widths["B", "C"] == pytest.approx(229.2, abs=0.1)
