"""The examples in docs/frontier-and-scores.md and on /method/ are what the code computes."""

from pathlib import Path

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from arena.worked_plane import worked_plane, worked_score

PAGE = Path(__file__).resolve().parents[2] / "docs" / "frontier-and-scores.md"


@pytest.fixture(scope="module")
def prose() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def test_the_plane(prose: str) -> None:
    for row in worked_plane():
        state = "on it" if row.is_on else "dominated"
        assert (
            f"| {row.name} | {row.speed.value:.0f} | {row.rating.value:.0f} ± {row.half_width:.0f} "
            f"| {state} | {row.probability_percent:.1f} % |"
        ) in prose
    assert [row.name for row in worked_plane() if row.is_on] == ["A", "B", "D"]


def test_the_score(prose: str) -> None:
    example = worked_score()
    assert example.score is not None
    weights = " + ".join(
        f"0.{weight:.0f} · {norm:.0f}"
        for weight, norm in zip(example.preset.weights, example.norms, strict=True)
    )
    assert f"With {example.preset.name}, {weights} = {example.score:.1f}" in prose
    levels = [standing.level for _, standing in example.samples if standing]
    assert levels == ["top", "middle", "bottom"]
    assert "Of 81.1, 54.0 and 26.4 the first is top and leads" in prose


def test_the_page_of_the_method_shows_both(client: Client, tenant: Tenant) -> None:
    page = " ".join(client.get("/method/").content.decode().split())
    assert "0.70 · 99 + 0.20 · 48 + 0.10 · 22 = 81.1" in page
    assert "81.1 is top and leads, 54.0 is middle, 26.4 is bottom and last" in page
    for row in worked_plane():
        assert (
            f'<td class="num" data-label="P(frontier)">{row.probability_percent:.1f} %</td>' in page
        )
