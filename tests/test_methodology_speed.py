"""The example of speed in docs/methodology.md and on the page is what the code computes."""

from pathlib import Path

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from arena.worked_speed import LEVEL, TOGETHER, worked_speed
from arena_runner.contract.capacity import Capacity

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methodology.md"


def words(capacity: Capacity) -> str:
    rate = capacity.rate_per_second
    return "no rate passes" if rate is None else f"{rate:.1f}"


def test_the_documented_figures_are_what_the_code_computes() -> None:
    text, found = PAGE.read_text(encoding="utf-8"), worked_speed()
    ends = f"{found.decode.median:.1f} ({found.decode.lowest:.1f} to {found.decode.highest:.1f})"
    assert ends in text
    assert f"{LEVEL} × {found.decode.median:g} = {found.product:g}" in text
    assert found.product > TOGETHER
    for row in found.limits:
        told = " | ".join(map(words, (*row.sweeps, row.over_all.middle)))
        assert f"| {row.limit_ms:,} ms | {told} |" in text


@pytest.mark.django_db
def test_the_page_of_the_method_computes_them_too(client: Client, tenant: Tenant) -> None:
    page, found = client.get("/method/").content.decode(), worked_speed()
    assert f"make {found.decode.median:.1f}, {found.decode.lowest:.1f} to" in page
    assert "4 × 41 = 164" in page
    assert page.count("no rate passes</td>") == 1
    for row in found.limits:
        assert f'data-label="Capacity">{words(row.over_all.middle)}</td>' in page
