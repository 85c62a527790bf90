"""The worked figures of quality in docs/methodology.md are what the live code computes."""

from pathlib import Path

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from arena.worked_quality import worked_quality

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methodology.md"


def percent(share: float | None) -> str:
    assert share is not None
    return f"{100 * share:.1f}"


def test_the_documented_scores_are_what_the_code_computes() -> None:
    text, found = PAGE.read_text(encoding="utf-8"), worked_quality()
    prose = " ".join(text.split())
    rows = "\n".join(
        f"| {done:,} | {of:,} | {percent(share.value)} |"
        f" {percent(share.lower)} to {percent(share.upper)} |"
        for done, of, share in found.suites
    )
    assert rows in text
    assert f"are {percent(found.repeats.value)} % of {found.repeats.sample}" in prose
    judged = found.judged
    assert (
        f"is {percent(judged.value)} %, {percent(judged.lower)} to {percent(judged.upper)}."
        in prose
    )
    (_, none), (_, share) = found.preferences
    assert none is None
    assert share is not None
    assert (
        f"are {percent(share.value)} %, {percent(share.lower)} to {percent(share.upper)}." in prose
    )
    indices = [f"{index:.2f}" for _, _, index in found.indices]
    values = [f"{value:.4f}" for _, value, _ in found.indices]
    assert f"{values[0]}, {values[1]} and {values[2]} are {indices[0]}, {indices[1]} and" in prose
    assert isinstance(found.per_point, float)
    assert f"costs {found.per_point:.4f} a point" in prose
    assert str(found.refused) in prose


@pytest.mark.django_db
def test_the_page_of_the_method_computes_them_too(client: Client, tenant: Tenant) -> None:
    page = client.get("/method/").content.decode()
    for _, _, share in worked_quality().suites:
        assert f">{percent(share.lower)} to {percent(share.upper)}</td>" in page
    assert "3 won, 1 tied and 0 lost are no figure yet" in page
    assert str(worked_quality().alone) in page
