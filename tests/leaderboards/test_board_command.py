"""`./manage.py board` prints a board in three formats and says what is wrong with its arguments."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from arena.tenancy.models import Tenant
from leaderboards.queries import board_table
from tests.leaderboards import scenes

pytestmark = pytest.mark.django_db(transaction=True)
Advance = Callable[[Tenant], None]


@pytest.fixture
def board(tenant: Tenant, advance_all: Advance) -> str:
    """Return a board with three rated models and one claim."""
    scenes.league(tenant, size=3)
    [outsider] = scenes.models(tenant, "Outsider [9B]")
    place = scenes.deployment(tenant, outsider)
    scenes.claim(tenant, place, "elo", 1503)
    scenes.claim(tenant, place, "sovereign", 1)
    advance_all(tenant)
    return "text"


def _print(*arguments: str) -> str:
    out = io.StringIO()
    call_command("board", *arguments, stdout=out)
    return out.getvalue()


def test_json_is_the_board_as_queries_return_it(tenant: Tenant, board: str) -> None:
    printed = json.loads(_print("--tenant", "public", "--board", board, "--format", "json"))
    table = board_table(tenant=tenant, board=board)
    assert printed["rows"] == table.rows
    assert printed["position"] == table.position
    assert printed["vote_count"] == 24
    assert printed["licence"] == "CC-BY-4.0"
    assert printed["as_of"].endswith("Z")
    assert "rating" in [column["key"] for column in printed["columns"]]


def test_csv_has_a_line_a_row_with_intervals_and_sources(tenant: Tenant, board: str) -> None:
    printed = _print("--tenant", "public", "--board", board, "--format", "csv")
    lines = list(csv.DictReader(io.StringIO(printed)))
    rows = board_table(tenant=tenant, board=board).rows
    assert [line["model"] for line in lines] == [row["model"]["slug"] for row in rows]
    assert float(lines[0]["rating.value"]) == rows[0]["cells"]["rating"]["value"]
    assert float(lines[0]["rating.lower"]) == rows[0]["cells"]["rating"]["lower"]
    assert lines[0]["tier"] == "1"
    assert (lines[3]["rating.kind"], lines[3]["rating.source_name"]) == ("claim", "An article")
    assert (lines[3]["votes.value"], lines[3]["votes.missing"]) == ("", "no votes on this board")


def test_the_table_shows_tier_model_rating_with_interval_and_marks_claims(
    tenant: Tenant, board: str
) -> None:
    printed = _print("--tenant", "public", "--board", board)
    best = board_table(tenant=tenant, board=board).rows[0]["cells"]["rating"]
    assert best["lower"] is not None
    assert best["upper"] is not None
    half_width = (best["upper"] - best["lower"]) / 2
    assert f"{best['value']:,.0f} ±{half_width:,.0f}" in printed
    assert "Outsider [9B]" in printed
    assert "1,503*" in printed
    assert "yes*" in printed
    assert "24 votes on 3 models" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tenant", "nobody", "--board", "text"], "no tenant has the slug 'nobody'.*public"),
        (["--tenant", "public", "--board", "code"], "no board has the slug 'code'.*it has: text"),
        (["--tenant", "public", "--board", "text", "--format", "xml"], "invalid choice: 'xml'"),
        (["--board", "text"], "required: --tenant"),
    ],
)
def test_a_wrong_argument_is_named_with_what_there_is(
    board: str, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        _print(*arguments)
