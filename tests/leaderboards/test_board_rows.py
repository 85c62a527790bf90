"""What stands on a board: sections, tiers, figures with their sample, and why one is missing."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from leaderboards.queries import BoardTable, board_table, model_rows
from leaderboards.rows import Row
from tests.leaderboards import scenes
from voting.commands import NewVote, enter_contestant, record_votes
from voting.events import VoteRecorded

pytestmark = pytest.mark.django_db(transaction=True)
Advance = Callable[[Tenant], None]


def _table(tenant: Tenant, advance_all: Advance) -> BoardTable:
    advance_all(tenant)
    return board_table(tenant=tenant, board="text")


def _row(table: BoardTable, model: str) -> Row:
    return next(row for row in table.rows if row["model"]["slug"] == model)


def test_rated_models_stand_in_order_with_interval_sample_and_date(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant, size=4, votes_per_pair=12)
    table = _table(tenant, advance_all)
    assert [row["model"]["slug"] for row in table.rows] == slugs
    assert [row["order"] for row in table.rows] == [1, 2, 3, 4]
    best = table.rows[0]
    rating: Any = best["cells"]["rating"]
    assert best["section"] == "rated"
    assert best["tier"] == best["rank_best"] == 1
    assert rating["lower"] < rating["value"] < rating["upper"]
    assert rating["sample"] == best["cells"]["votes"]["value"] == 12
    assert rating["as_of"] == "2026-01-01T00:11:00Z"
    assert rating["unit"] == "Elo"
    assert table.vote_count == 36
    assert table.model_count == 4
    assert table.position > 36
    assert table.as_of is not None


def test_ratings_have_the_anchor_as_their_mean(tenant: Tenant, advance_all: Advance) -> None:
    scenes.league(tenant, size=5)
    ratings: list[Any] = [
        row["cells"]["rating"]["value"] for row in _table(tenant, advance_all).rows
    ]
    assert sum(ratings) / len(ratings) == pytest.approx(1000, abs=0.01)


def test_a_model_that_only_won_is_not_ranked_and_the_board_says_why(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant)
    [champion] = scenes.models(tenant, "Champion")
    scenes.vote(tenant, champion, slugs[0])
    row = _row(_table(tenant, advance_all), champion)
    assert row["section"] == "unrated"
    assert row["tier"] is row["rank_best"] is row["rank_worst"] is None
    assert row["cells"]["rating"]["value"] is None
    assert "won every vote" in str(row["cells"]["rating"]["missing"])
    assert row["cells"]["votes"]["value"] == 1


def test_votes_with_the_names_in_view_do_not_count(tenant: Tenant, advance_all: Advance) -> None:
    slugs = scenes.league(tenant)
    before = _table(tenant, advance_all)
    seen = VoteRecorded(
        board="text", model_a=slugs[3], model_b=slugs[0], winner="model_a", anonymous=False
    )
    record_votes(tenant=tenant, votes=[NewVote(uuid.uuid4(), seen)], actor=scenes.ACTOR)
    after = _table(tenant, advance_all)
    assert after.rows == before.rows
    assert after.position == before.position + 1


def test_claims_are_shown_with_their_source_and_never_ranked(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant)
    [outsider] = scenes.models(tenant, "Outsider")
    place = scenes.deployment(tenant, outsider)
    scenes.claim(tenant, place, "elo", 1503)
    scenes.claim(tenant, place, "sovereign", 1)
    scenes.claim(tenant, place, "decode_tokens_per_second", None, note="cloud only")
    table = _table(tenant, advance_all)
    row = _row(table, outsider)
    rating, speed = row["cells"]["rating"], row["cells"]["decode_tokens_per_second"]
    assert table.rows[-1] is row
    assert row["section"] == "claims"
    assert row["deployment"] == "FP8 · 2 × DGX Spark · self-hosted"
    assert row["tier"] is row["rank_best"] is None
    assert (rating["value"], rating["kind"]) == (1503, "claim")
    assert (rating["source_name"], rating["as_of"]) == ("An article", "2026-05-01")
    assert rating["position"] is not None
    assert row["cells"]["sovereign"]["value"] is True
    assert (speed["value"], speed["missing"]) == (None, "cloud only")
    assert row["cells"]["votes"]["missing"] == "no votes on this board"
    ratings: list[Any] = [_row(table, slug)["cells"]["rating"]["value"] for slug in slugs]
    assert sum(ratings) / 4 == pytest.approx(1000, abs=0.01)


def test_a_rated_model_keeps_its_rating_beside_claims_on_its_deployment(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant)
    place = scenes.deployment(tenant, slugs[0])
    scenes.claim(tenant, place, "elo", 1800)
    scenes.claim(tenant, place, "output_usd_per_million_tokens", 2.5)
    row = _row(_table(tenant, advance_all), slugs[0])
    assert row["section"] == "rated"
    assert row["cells"]["rating"]["kind"] == "measured"
    assert row["cells"]["output_usd_per_million_tokens"]["value"] == 2.5
    assert row["cells"]["sovereign"]["missing"] == "not stated"


def test_a_rating_is_marked_where_another_deployment_of_the_model_earned_it(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant)
    battles, stands_by = (
        scenes.deployment(tenant, slugs[0], quantization=name) for name in ("FP8", "Q4")
    )
    by_name = scenes.deployment(tenant, slugs[1])
    enter_contestant(tenant=tenant, board="text", deployment_slug=battles, actor=scenes.ACTOR)
    cells: dict[str, Any] = {
        row["key"].partition(":")[2]: row["cells"]["rating"]
        for row in _table(tenant, advance_all).rows
    }
    assert "suffix" not in cells[battles]
    assert cells[stands_by]["value"] == cells[battles]["value"]
    assert cells[stands_by]["suffix"] == "†"
    assert cells[stands_by]["note"] == (
        "votes on a sibling deployment: FP8 · 2 × DGX Spark · self-hosted"
    )
    assert cells[by_name]["note"] == "the votes name the model and no deployment of it"
    assert "suffix" not in cells[slugs[2]]


def test_of_two_sources_the_later_statement_is_shown(tenant: Tenant, advance_all: Advance) -> None:
    scenes.open_text_board(tenant)
    [model] = scenes.models(tenant, "Outsider")
    place = scenes.deployment(tenant, model)
    scenes.claim(tenant, place, "elo", 1490, source_name="Later", stated_on=date(2026, 6, 1))
    scenes.claim(tenant, place, "elo", 1503, source_name="Earlier", stated_on=date(2026, 5, 1))
    rating = _row(_table(tenant, advance_all), model)["cells"]["rating"]
    assert (rating["value"], rating["source_name"]) == (1490, "Later")


def test_an_open_board_without_votes_is_an_empty_table(
    tenant: Tenant, advance_all: Advance
) -> None:
    scenes.open_text_board(tenant)
    table = _table(tenant, advance_all)
    assert (table.rows, table.vote_count, table.model_count) == ([], 0, 0)


def test_a_board_that_was_never_computed_reads_as_empty(
    tenant: Tenant, advance_all: Advance
) -> None:
    scenes.league(tenant)
    advance(tenant=tenant, name="boards")
    table = board_table(tenant=tenant, board="text")
    assert (table.position, table.rows, table.as_of) == (0, [], None)


def test_the_rows_of_a_model_come_from_every_board_it_is_on(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant, board="text")
    scenes.league(tenant, board="code")
    advance_all(tenant)
    found = model_rows(tenant=tenant, model_slug=slugs[0])
    assert [(item.info.slug, len(item.rows)) for item in found] == [("text", 1), ("code", 1)]


def test_two_tenants_with_the_same_names_have_boards_of_their_own(
    tenant: Tenant, other_tenant: Tenant, advance_all: Advance
) -> None:
    scenes.league(tenant)
    other = scenes.league(other_tenant)
    scenes.vote(other_tenant, other[3], other[0])
    advance_all(tenant)
    advance_all(other_tenant)
    here: Any = board_table(tenant=tenant, board="text")
    there: Any = board_table(tenant=other_tenant, board="text")
    assert there.vote_count == here.vote_count + 1
    assert here.rows != there.rows
