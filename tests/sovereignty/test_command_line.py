"""`./manage.py sovereignty` prints what the pages show, for any profile and day."""

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from arena.tenancy.models import Tenant
from tests.sovereignty import scenes

pytestmark = pytest.mark.django_db(transaction=True)
STATED_ON = date(2026, 11, 1)


def lines(*arguments: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("sovereignty", "--tenant", "public", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_scores_of_a_day_highest_first(
    tenant: Tenant, advance_all: Callable[[Tenant], None]
) -> None:
    low, high = scenes.place(tenant, "Alpha"), scenes.place(tenant, "Beta")
    scenes.as_archetype(tenant, low, "us_api_default", stated_on=STATED_ON)
    scenes.as_archetype(tenant, high, "eu_operator", stated_on=STATED_ON)
    advance_all(tenant)
    found = lines("--on", "2026-11-20")
    assert [(one["deployment"], one["score"], one["level"]) for one in found] == [
        (high, 76, "S3"), (low, 41, "S1")
    ]  # fmt: skip
    assert [one["score"] for one in lines("--on", "2027-05-01")] == [38, 20.5]
    assert {one["score_high"] for one in lines("--on", "2028-01-01")} == {100}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "moon"], "Profiles: eu-organisation"),
        (["--on", "yesterday"], "Invalid isoformat"),
    ],
)
def test_arguments_that_cannot_be(tenant: Tenant, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        lines(*arguments)
