"""The costs in docs/methodology.md and on the page of the method are what the code computes."""

from pathlib import Path

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from arena.worked_costs import worked_costs
from arena.worked_example import worked_fit
from arena.worked_plan import worked_plan
from leaderboards.calculator.quality_tax import Top, tax
from leaderboards.cells import absent
from leaderboards.cost.mixes import mixes

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methodology.md"


def mix_rows() -> str:
    return "\n".join(
        f"| `{row.mix.key}` | {row.hosted:.4f} | {row.duration_s:.1f} | {row.electricity:.5f} |"
        f" {row.full:.5f} |"
        for row in worked_costs().mixes
    )


def bought_rows() -> str:
    return "\n".join(
        f"| {row.price:,} | {row.full_per_million:.2f} | {row.busy_per_million:.2f} |"
        f" {row.break_even_millions:.1f} | "
        + " | ".join(f"{months:.1f}" for months in row.payback_months)
        + " |"
        for row in worked_costs().rows
    )


def test_the_documented_costs_are_what_the_code_computes() -> None:
    text, found = PAGE.read_text(encoding="utf-8"), worked_costs()
    prose = " ".join(text.split())
    assert mix_rows() in text
    assert bought_rows() in text
    assert (
        f"take {found.hours:.2f} h and {found.watt_hours:.0f} Wh, which cost"
        f" {found.a_day * 100:.1f} cents a day and {found.per_million:.3f} a million" in prose
    )
    assert isinstance(found.per_quality, float)
    assert f"is {found.per_quality:.4f} a point" in prose


def test_the_documented_mixes_are_those_of_the_file() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for mix in mixes().mixes:
        assert (
            f"| `{mix.key}` | {mix.calls} | {mix.input_tokens:,} | {mix.cached_tokens:,} |"
            f" {mix.output_tokens:,} | {mix.reasoning_tokens:,} |" in text
        )


def test_the_documented_plan_is_what_the_code_computes() -> None:
    text, found = PAGE.read_text(encoding="utf-8"), worked_plan()
    rows = "\n".join(
        f"| {name} | {'–' if month.hours_a_day is None else f'{month.hours_a_day:.2f}'} |"
        f" {month.bought:.2f} | {month.electricity:.2f} | {month.hardware:.2f} |"
        f" {month.running:.2f} | {month.full:.2f} |"
        for name, month in found.rows
    )
    assert rows in text
    assert f"from a share of {found.from_percent:.1f} % on" in text


def test_the_documented_tax_is_what_the_code_computes() -> None:
    prose = " ".join(PAGE.read_text(encoding="utf-8").split())
    best = Top(model_slug="D", name="D", rating=absent("of an example", unit="Elo"))
    found = tax(worked_fit(), "A", best)
    assert found
    gap = f"A would be {found.gap:.1f} below it, {found.lower:.1f} to {found.upper:.1f},"
    assert gap.replace("-", "−") in prose
    assert (
        f"{found.win_percent:.1f} % of the points, {found.win_lower:.1f} to {found.win_upper:.1f}."
        in prose
    )


@pytest.mark.django_db
def test_the_page_of_the_method_computes_them_too(client: Client, tenant: Tenant) -> None:
    page = client.get("/method/").content.decode()
    for row in worked_costs().rows:
        assert f">{row.full_per_million:.2f}</td>" in page
        assert f">{row.break_even_millions:.1f}</td>" in page
    assert f"costs {worked_costs().per_million:.3f} of electricity a million" in page
    for _, month in worked_plan().rows:
        assert f'data-label="Full, USD">{month.full:.2f}</td>' in page
