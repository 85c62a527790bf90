"""Names in the plane of a board: none lies on another."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from tests.leaderboards import scenes

AdvanceAll = Callable[[Tenant], None]
PATH = "/boards/text/pareto/"
SPEED: Final = "decode_tokens_per_second"


def test_names_of_points_close_together_stand_one_above_the_other(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    called = ["Echo the first", "Foxtrot the second", "Golf the third", "Hotel", "India"]
    # Three on one spot but for a hair, one far below to the right, and one above to the left.
    figures = [(1300, 50.0), (1299.5, 50.1), (1299, 50.2), (1200, 400.0), (1420, 20.0)]
    for slug, (elo, speed) in zip(scenes.models(tenant, *called), figures, strict=True):
        place = scenes.deployment(tenant, slug)
        scenes.claim(tenant, place, "elo", elo)
        scenes.claim(tenant, place, SPEED, speed)
    advance_all(tenant)
    response = client.get(PATH + "?figures=claims")
    found = response.context["labels"]
    assert [label.point.row["model"]["name"] for label in found] == [
        "Hotel", "Golf the third", "Foxtrot the second", "Echo the first", "India",
    ]  # fmt: skip
    lines = [float(label.point.y) + float(label.below) for label in found]
    assert float(found[0].below) == float(found[1].below) == float(found[4].below) == -10
    assert [lower - upper for lower, upper in pairwise(lines[1:4])] == pytest.approx([15, 15])
    assert f'dy="{found[2].below}">Foxtrot the second</text>' in response.content.decode()
