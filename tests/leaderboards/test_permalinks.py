"""Short permalinks: one view, one code, and back; what is no code is refused."""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arena.tenancy.models import Tenant
from benchmarks.commands import price_deployment, register_deployment
from leaderboards.permalinks import BadCode, code_of, short_code, view_of
from leaderboards.queries import board_table
from tests.leaderboards import scenes

AdvanceAll = Callable[[Tenant], None]
LONG = (
    "q=qwen&section=rated&engine=vLLM&min_votes=100&sort=-votes&mix=agent&columns=rating,votes,"
    "task_cost&profile=eu-public-body&as_of=1670250"
)


@pytest.mark.parametrize("query", ["", "as_of=1", LONG, "developer=Lab+%C3%84&as_of=7"])
def test_a_code_leads_back_to_its_view(query: str) -> None:
    code = code_of("text", query)
    assert view_of(code) == ("text", query)
    assert code == code_of("text", query)


def test_codes_are_short_and_stay_readable() -> None:
    # Out in the world already: a change of the dictionary would break every link there is.
    assert view_of("1Q2IampkbGJkaAAA") == ("text", "as_of=1670250")
    assert len(code_of("text", LONG)) < len(LONG) // 2


@pytest.mark.parametrize(
    "code",
    ["", "1", "1!", "0" + code_of("text", "")[1:], code_of("text", "") + "AAAA", "1" * 9_999],
)
def test_anything_else_is_no_code(code: str) -> None:
    with pytest.raises(BadCode):
        view_of(code)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(BadCode):
        view_of(code_of("text", "q=" + "a" * 100_000))


@pytest.mark.parametrize(
    ("letters", "length", "is_given"),
    [("a", 3_995, True), ("a", 3_996, False), ("0123456789abcdef", 2_000, True),
     ("0123456789abcdef", 3_500, False)],
)  # fmt: skip
def test_a_short_form_leads_back_or_is_not_given(letters: str, length: int, is_given: bool) -> None:
    query = "".join(random.Random(1).choices(letters, k=length))
    code = short_code("text", query)
    assert (code is not None) == is_given
    assert code is None or view_of(code) == ("text", query)


def test_a_page_has_no_short_form_where_there_is_none(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    monkeypatch.setattr("leaderboards.permalinks._LONGEST_TEXT", 10)
    page = client.get("/boards/text/").content.decode()
    assert 'rel="bookmark">permalink</a></p>' in page


def _links(page: str) -> tuple[str, str]:
    """Return the short and the long permalink of a page."""
    found = re.search(r'href="([^"]+)" rel="bookmark".*?href="([^"]*/p/[^"]+)"', page, re.DOTALL)
    assert found
    return found[2], unescape(found[1])


def test_the_page_pins_its_position_and_its_short_form_leads_there(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    slugs = scenes.league(tenant, size=3, votes_per_pair=30)
    advance_all(tenant)
    response = client.get("/boards/text/?columns=votes&columns=rating&sort=votes&q=")
    short, pinned = _links(response.content.decode())
    position = response.context["table"].position
    assert pinned == f"/boards/text/?sort=votes&columns=rating,votes&as_of={position}"
    # The same view of another address has the same code.
    again = client.get("/boards/text/?sort=votes&columns=votes,rating&mix=chat&currency=USD")
    assert _links(again.content.decode())[0] == short
    followed = client.get(short)
    assert (followed.status_code, followed["Location"]) == (302, pinned)
    assert client.get(pinned).status_code == 200

    # A board that has moved is shown as it was at the position that was pinned.
    scenes.vote(tenant, slugs[0], slugs[1])
    advance_all(tenant)
    assert client.get("/boards/text/").context["table"].vote_count == 61
    assert client.get(pinned).context["table"].vote_count == 60


def test_a_board_that_has_stood_for_days_is_pinned_with_the_day(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = scenes.league(tenant)
    now = timezone.now()
    place = register_deployment(tenant=tenant, model_slug=slugs[1], operator="Cloud", actor="test")
    price_deployment(
        tenant=tenant,
        deployment_slug=place,
        input_usd_micros_per_million_tokens=1_000_000,
        output_usd_micros_per_million_tokens=2_000_000,
        source_name="List",
        source_url="https://example.org/prices",
        effective_on=now.date() + timedelta(days=1),
        actor="test",
    )
    column = "output_usd_per_million_tokens"
    advance_all(tenant)

    def prices(address: str) -> list[float | None]:
        page: Any = client.get(address)
        return sorted(row["cells"][column]["value"] or 0 for row in page.context["table"].rows)

    opened = f"/boards/text/?columns={column}"
    first = _links(client.get(opened).content.decode())[1]
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=3))
    advance_all(tenant)
    short, later = _links(client.get(opened).content.decode())
    assert prices(first) == [0, 0, 0, 0]
    assert prices(opened) == prices(later) == [0, 0, 0, 2]
    day = (now + timedelta(days=3)).date()
    assert later.endswith(f"%40{day}")
    assert client.get(short)["Location"] == later
    position = board_table(tenant=tenant, board="text").position
    for wrong in (now.date() - timedelta(days=1), day + timedelta(days=1), "2026-02-30"):
        assert client.get(f"{opened}&as_of={position}@{wrong}").status_code == 400


def test_a_permalink_stays_within_its_arena(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    advance_all(tenant)
    assert client.get(f"/p/{code_of('elsewhere', 'as_of=1')}/").status_code == 404
    code = code_of("text", "as_of=1")
    assert client.get(f"/t/public/p/{code}/")["Location"] == "/t/public/boards/text/?as_of=1"
