"""Twins in Markdown say what the pages say, and `/llms.txt` leads to them."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from leaderboards.exports.page_markdown import markdown_of
from tests.leaderboards import scenes


@pytest.fixture
def league(tenant: Tenant, advance_all: Callable[[Tenant], None]) -> list[str]:
    slugs = scenes.league(tenant, size=4, votes_per_pair=30)
    deployment = scenes.deployment(tenant, slugs[0])
    scenes.claim(tenant, deployment, "decode_tokens_per_second", 95.11, note="<b>a|b</b>")
    advance_all(tenant)
    return slugs


@pytest.mark.parametrize(
    ("page", "twin"),
    [
        ("/boards/text/", "/boards/text.md"),
        ("/models/model-000/", "/models/model-000.md"),
        ("/method/", "/method.md"),
    ],
)
def test_accept_and_ending_lead_to_one_twin(
    client: Client, league: list[str], page: str, twin: str
) -> None:
    by_ending = client.get(twin)
    by_accept = client.get(page, headers={"Accept": "text/markdown, text/html;q=0.5"})
    browser = client.get(page, headers={"Accept": "text/html,*/*;q=0.8"})

    assert by_ending["Content-Type"] == "text/markdown; charset=utf-8"
    assert by_ending.content == by_accept.content
    assert "Accept" in by_accept["Vary"]
    assert "Accept" in browser["Vary"]
    assert browser["Content-Type"].startswith("text/html")
    assert client.get(page)["Content-Type"].startswith("text/html")
    again = client.get(twin, headers={"If-None-Match": by_ending["ETag"]})
    assert again.status_code == 304
    assert by_ending.content.startswith(b"# ")
    assert b"<" not in by_ending.content.replace(b"\\<", b"")


def test_the_twin_of_a_model_has_its_figures(client: Client, league: list[str]) -> None:
    text = client.get("/models/model-000.md").content.decode()
    assert text.startswith("# Model 000\n")
    assert "95.11" in text
    assert r"\<b\>a\|b\</b\>" in text
    assert "[An article](https://example.org/article)" in text


def test_the_twin_of_the_method_has_the_example(client: Client, tenant: Tenant) -> None:
    text = client.get("/method.md").content.decode()
    assert text.count("0.492") == 2
    assert "## The rating" in text


def test_llms_txt_leads_to_twins_that_are_there(client: Client, league: list[str]) -> None:
    response = client.get("/llms.txt")
    text = response.content.decode()
    links = re.findall(r"\]\((http://testserver/[^)]*)\)", text)

    assert text.startswith("# Public arena\n\n> ")
    assert "http://testserver/boards/text.md" in links
    assert "http://testserver/models/model-000.md" in links
    for link in links:
        assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<main><p>a <b>b</b> c</p></main>", "a b c\n"),
        ("<p>out</p><main><p hidden>no</p><p>in</p><svg><text>x</text></svg></main>", "in\n"),
        ('<main><a href="/x y)">[t]</a></main>', "[\\[t\\]](/x%20y%29)\n"),
        (
            "<main><table><caption>C</caption><tr><th>A</th></tr><tr><td>1|2</td></tr></table></main>",
            "C\n\n| A |\n| --- |\n| 1\\|2 |\n",
        ),
        ("<main><ul><li>one</li><li>two</li></ul></main>", "- one\n\n- two\n"),
    ],
)
def test_html_becomes_markdown(page: str, expected: str) -> None:
    assert markdown_of(page) == expected
