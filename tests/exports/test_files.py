"""Exports hold exactly the rows of the page, in any format, and nothing in them is executed."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pyarrow import parquet

from arena.tenancy.models import Tenant
from leaderboards.columns import COLUMNS
from leaderboards.exports import latex, markdown
from leaderboards.exports.csv_file import inert
from leaderboards.rebuild import rebuild
from tests.leaderboards import scenes

ENDINGS = ("csv", "json", "parquet", "md", "tex")
HOSTILE = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
def league(tenant: Tenant, advance_all: Callable[[Tenant], None]) -> list[str]:
    slugs = scenes.league(tenant, size=4, votes_per_pair=30)
    (claimed,) = scenes.models(tenant, HOSTILE)
    deployment = scenes.deployment(tenant, claimed)
    scenes.claim(tenant, deployment, "elo", 1234.0, note="a | b $x_1$ %")
    advance_all(tenant)
    return slugs


def _csv(body: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    lines = body.decode().splitlines()
    comments = [line[2:].split(": ", 1) for line in lines if line.startswith("# ")]
    header = {entry[0].rstrip(":"): entry[1] if len(entry) > 1 else "" for entry in comments}
    table = [line for line in lines if not line.startswith("# ")]
    return header, list(csv.DictReader(io.StringIO("\n".join(table))))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("parameters", ["", "?sort=model", "?q=model+00&sort=votes"])
def test_the_rows_are_those_of_the_page_in_its_order(
    client: Client, league: list[str], ending: str, parameters: str
) -> None:
    page: Any = client.get(f"/boards/text/{parameters}")
    shown = [row["model"]["name"] for row in page.context["page"].rows]
    body = client.get(f"/boards/text.{ending}{parameters}").content

    assert len(shown) == (4 if "q=" in parameters else 5)
    if ending == "csv":
        assert [row["model_name"].removeprefix("'") for row in _csv(body)[1]] == shown
    elif ending == "json":
        assert [row["model"]["name"] for row in json.loads(body)["rows"]] == shown
    elif ending == "parquet":
        found = parquet.read_table(io.BytesIO(body)).column("model_name").to_pylist()
        assert found == shown
    else:
        escape = markdown.escaped if ending == "md" else latex.escaped
        places = [body.decode().index(escape(name)) for name in shown]
        assert places == sorted(places)


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_position_is_one_file(
    client: Client, tenant: Tenant, league: list[str], ending: str
) -> None:
    path = f"/boards/text.{ending}?sort=model"
    first = client.get(path)
    rebuild(tenant=tenant, board="text")
    second = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert first.content == second.content
    assert first["ETag"] == second["ETag"] == again["ETag"]
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_vote_makes_another_file(
    client: Client,
    tenant: Tenant,
    league: list[str],
    advance_all: Callable[[Tenant], None],
    ending: str,
) -> None:
    path = f"/boards/text.{ending}"
    before = client.get(path)
    scenes.vote(tenant, league[3], league[0])
    advance_all(tenant)

    after = client.get(path, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


def test_csv_says_where_it_comes_from_and_marks_claims(client: Client, league: list[str]) -> None:
    response = client.get("/boards/text.csv?q=model")
    position = client.get("/boards/text.json").json()["header"]["position"]
    header, rows = _csv(response.content)

    assert header["position"] == position
    assert header["licence"] == "CC-BY-4.0"
    assert header["search"] == "model"
    assert header["formula_version"]
    assert header["as_of"].endswith("Z")
    assert header["url"] == "http://testserver/boards/text/?q=model"
    assert response["Content-Disposition"] == f'attachment; filename="public-text-{position}.csv"'
    assert {row["rating_kind"] for row in rows if row["section"] == "rated"} == {"measured"}
    assert rows[0]["rating_n"] == "30"
    assert float(rows[0]["rating_lower"]) < float(rows[0]["rating"])
    claim = _csv(client.get("/boards/text.csv?q=hyperlink").content)[1][0]
    assert (claim["section"], claim["rating_kind"]) == ("claims", "claim")
    assert claim["rating_source"] == "An article"
    assert claim["votes"] == ""
    assert claim["votes_missing"] == "no votes on this board"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "\u200e="])
def test_spreadsheets_compute_nothing(start: str) -> None:
    assert inert(f"{start}1+1").startswith("'")


def test_no_cell_of_a_file_is_a_formula(client: Client, league: list[str]) -> None:
    body = client.get("/boards/text.csv?q=hyperlink").content.decode()
    for line in csv.reader(io.StringIO(body)):
        for cell in line:
            assert not cell.lstrip().startswith(("=", "@", "+"))


def test_parquet_is_typed_and_says_units(client: Client, league: list[str]) -> None:
    keys = ",".join(column.key for column in COLUMNS)
    whole = client.get(f"/boards/text.parquet?columns={keys}")
    table = parquet.read_table(io.BytesIO(whole.content))
    schema = table.schema

    assert schema.metadata[b"licence"] == b"CC-BY-4.0"
    for column in (column for column in COLUMNS if column.is_default):
        field = schema.field(column.key)
        assert field.metadata[b"unit"].decode() == column.unit
        assert str(field.type) == ("bool" if column.unit == "yes/no" else "double")
        assert str(schema.field(f"{column.key}_n").type) == "int64"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", r"a\|b"),
        ("<img src=x>", r"\<img src=x\>"),
        ("[x](javascript:1)", r"\[x\](javascript:1)"),
        ("one\n# two", r"one \# two"),
        ("https://evil.example", r"https:\//evil.example"),
        ("- x", r"\- x"),
        ("1. x", r"1\. x"),
        ("95.11", "95.11"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, expected: str) -> None:
    assert markdown.escaped(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("50 % & $x_1^2$ #~", r"50 \% \& \$x\_1\textasciicircum{}2\$ \#\textasciitilde{}"),
        ("a\nb\u2028c", "a b c"),
    ],
)
def test_latex_prints_text_as_it_is(text: str, expected: str) -> None:
    assert latex.escaped(text) == expected


def test_a_header_cannot_leave_its_comment(
    client: Client, tenant: Tenant, league: list[str]
) -> None:
    body = client.get("/boards/text.tex", {"q": "m\u2028\\input{x}\n\\end"}).content.decode()
    assert not [
        line for line in body.split("\n") if line.lstrip().startswith(("\\input", "\\end{d"))
    ]


def test_refusals_are_those_of_the_page(client: Client, league: list[str]) -> None:
    assert client.get("/boards/nothing.csv").status_code == 404
    refused = client.get("/boards/text.csv?sort=nothing")
    assert refused.status_code == 400
    assert "Columns: model, rating" in refused.content.decode()
    assert client.post("/boards/text.csv").status_code == 405


def test_the_footer_leads_to_the_files_of_this_view(client: Client, league: list[str]) -> None:
    page = client.get("/boards/text/?q=model&sort=votes").content.decode()
    for ending in ENDINGS:
        assert f'href="/boards/text.{ending}?q=model&amp;sort=votes"' in page
