"""Facts expire on the board although no event says so."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from arena.tenancy.models import Tenant
from leaderboards.queries import board_table
from leaderboards.rebuild import boards_behind, rebuild
from tests.leaderboards import scenes as boards
from tests.sovereignty import scenes

pytestmark = pytest.mark.django_db(transaction=True)
LATELY = timezone.now().date() - timedelta(days=3)


def figure(tenant: Tenant) -> tuple[object, str | None]:
    row = board_table(tenant=tenant, board="text").rows[0]
    cell = row["cells"]["sovereign"]
    return cell["value"], cell.get("suffix")


def test_a_board_is_computed_anew_on_another_day(
    tenant: Tenant, advance_all: Callable[[Tenant], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = boards.deployment(tenant, boards.league(tenant)[0])
    scenes.as_archetype(tenant, place, "eu_operator", stated_on=LATELY)
    advance_all(tenant)
    assert figure(tenant) == (76, "S3")
    assert boards_behind(tenant=tenant) == []

    for days, wanted in ((181, (38, "S0")), (361, (0, "S0, ≤ 100"))):
        day: date = LATELY + timedelta(days=days)
        monkeypatch.setattr("leaderboards.sources.today", lambda day=day: day)
        assert boards_behind(tenant=tenant) == ["text"]
        change = rebuild(tenant=tenant, board="text")
        assert change is not None
        assert len(change.rows) == 1
        assert figure(tenant) == wanted
        assert boards_behind(tenant=tenant) == []
