"""Facets of a board: which rows they keep, what they hide, how often each value is there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.http import QueryDict
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment
from benchmarks.queries import DeploymentInfo, MeasuredSpeed, ModelInfo
from benchmarks.queries.sovereignty import Answer
from leaderboards.cells import absent, claimed, measured
from leaderboards.columns import COLUMNS
from leaderboards.cost.reading import BadParameter
from leaderboards.facets import filtering, selection
from leaderboards.facets.facet import NOT_STATED, Bound
from leaderboards.facets.place import Known
from leaderboards.facets.registry import FACETS, OWN
from leaderboards.facets.selection import Selection
from leaderboards.rows import Row, Section
from tests.leaderboards import scenes

AdvanceAll = Callable[[Tenant], None]
NOW = datetime.now(UTC)


def model(slug: str, *, developer: str | None, is_open: bool | None) -> ModelInfo:
    return ModelInfo(
        slug=slug, name=slug.title(), developer=developer, licence="MIT" if is_open else None,
        weights_open=is_open, family=None, aliases=(), position=1,
    )  # fmt: skip


def deployment(slug: str, model_slug: str, *, engine: str | None, nodes: int | None = None
               ) -> DeploymentInfo:  # fmt: skip
    return DeploymentInfo(
        slug=slug, model_slug=model_slug, quantization="FP8", engine=engine, hardware=None,
        node_count=nodes, operator=None, position=1,
    )  # fmt: skip


def row(key: str, model_slug: str, *, section: Section, votes: int | None, price: float | None
        ) -> Row:  # fmt: skip
    cells = {column.key: absent("none", unit=column.unit) for column in COLUMNS}
    if votes is not None:
        cells["votes"] = measured(votes, unit="votes", as_of=None)
    if price is not None:
        cells["output_usd_per_million_tokens"] = claimed(
            price, unit="USD/M tokens", as_of=NOW, approximate=False, source_name="a list",
            source_url=None, note="", position=1,
        )  # fmt: skip
    return {
        "key": key, "order": 1, "section": section, "tier": None, "rank_best": None,
        "rank_worst": None, "model": {"slug": model_slug, "name": model_slug.title()},
        "deployment": None, "cells": cells,
    }  # fmt: skip


KNOWN = Known(
    models={
        "alpha": model("alpha", developer="Lab A", is_open=True),
        "bravo": model("bravo", developer="Lab B, Inc.", is_open=False),
        "charlie": model("charlie", developer=None, is_open=None),
    },
    deployments={
        "alpha-home": deployment("alpha-home", "alpha", engine="vLLM", nodes=2),
        "alpha-cloud": deployment("alpha-cloud", "alpha", engine="SGLang"),
        "bravo-cloud": deployment("bravo-cloud", "bravo", engine=None),
    },
    speeds={
        "alpha-home": MeasuredSpeed(
            deployment_slug="alpha-home", tokens_per_second=50, lowest=49, highest=51,
            run_ids=(UUID(int=1),), profiles=(), trust_level="T2",
            measured_at=NOW - timedelta(days=10), position=1,
        ),
    },
    answers={
        "alpha-home": {"A1": Answer("own_hardware", ())},
        "bravo-cloud": {
            "B1": Answer("parent", ("US",)), "C1": Answer("days_30", ()),
            "D1": Answer("off_by_default", ()), "F1": Answer("closed", ()),
        },
    },
)  # fmt: skip
ROWS = [
    row("deployment:alpha-home", "alpha", section="rated", votes=30, price=None),
    row("deployment:alpha-cloud", "alpha", section="rated", votes=30, price=2.0),
    row("deployment:bravo-cloud", "bravo", section="preliminary", votes=3, price=15.0),
    row("model:charlie", "charlie", section="claims", votes=None, price=None),
]


def chosen(query: str) -> Selection:
    return selection.read(QueryDict(query), lambda: KNOWN)


def kept(query: str) -> list[str]:
    return [row["key"].split(":")[1] for row in filtering.filtered(ROWS, chosen(query), KNOWN)]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["alpha-home", "alpha-cloud", "bravo-cloud", "charlie"]),
        ("engine=vLLM", ["alpha-home"]),
        ("engine=vLLM&engine=SGLang", ["alpha-home", "alpha-cloud"]),
        ("engine=not-stated", ["bravo-cloud", "charlie"]),
        ("engine=vLLM&nodes=2", ["alpha-home"]),
        ("engine=SGLang&nodes=2", []),
        ("developer=Lab+B%2C+Inc.", ["bravo-cloud"]),
        ("open_weights=yes", ["alpha-home", "alpha-cloud"]),
        ("licence=MIT", ["alpha-home", "alpha-cloud"]),
        ("licence_class=closed", ["bravo-cloud"]),
        ("section=rated&section=claims", ["alpha-home", "alpha-cloud", "charlie"]),
        ("jurisdiction=US", ["bravo-cloud"]),
        ("jurisdiction=own-hardware", ["alpha-home"]),
        ("retention=days_30", ["bravo-cloud"]),
        # Nobody but the user holds the prompts of a machine of one's own.
        ("retention=own-hardware&training=own-hardware", ["alpha-home"]),
        ("training=off_by_default", ["bravo-cloud"]),
        ("processing=own_hardware", ["alpha-home"]),
        ("trust=T2", ["alpha-home"]),
        ("trust=not-stated", ["alpha-cloud", "bravo-cloud", "charlie"]),
        ("max_price=2", ["alpha-cloud"]),
        ("min_votes=4", ["alpha-home", "alpha-cloud"]),
        ("min_votes=0", ["alpha-home", "alpha-cloud", "bravo-cloud", "charlie"]),
        ("min_runs=1", ["alpha-home"]),
        ("max_age_days=9", []),
        ("max_age_days=11", ["alpha-home"]),
    ],
)
def test_facets_keep_rows_with_one_of_their_values(query: str, keys: list[str]) -> None:
    assert kept(query) == keys


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("engine=Ollama", "engine: Ollama is not allowed; SGLang, vLLM, not-stated are."),
        ("trust=T9", "trust: T9 is not allowed; T1, T2, T3, T4, not-stated are."),
        ("section=all", "section: all is not allowed; rated, preliminary, unrated, measured,"),
        ("max_price=cheap", "max_price: cheap is not allowed; 0 to 100,000 USD/M output tokens"),
        ("min_votes=-1", "min_votes: -1 is not allowed; 0 to 1,000,000,000 votes is."),
        ("min_runs=nan", "min_runs: nan is not allowed"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_with_what_is(query: str, message: str) -> None:
    with pytest.raises(BadParameter) as refusal:
        chosen(query)
    assert message in str(refusal.value)


def test_records_are_not_read_where_no_facet_needs_them() -> None:
    def unread() -> Known:
        raise AssertionError("read")

    assert selection.read(QueryDict("section=rated&min_votes=5"), unread)
    assert not selection.read(QueryDict("sort=votes&engine="), unread)


def test_one_selection_has_one_address() -> None:
    one = chosen("min_votes=5.0&engine=vLLM&engine=SGLang&section=rated")
    other = chosen("section=rated&engine=SGLang&engine=vLLM&engine=vLLM&min_votes=5")
    assert one == other
    assert hash(one) == hash(other)
    assert one.pairs == [
        ("section", "rated"), ("engine", "SGLang"), ("engine", "vLLM"), ("min_votes", "5")
    ]  # fmt: skip
    assert one.without("engine").pairs == [("section", "rated"), ("min_votes", "5")]
    # What lifts the default of the figures is said in the address, and hides no row.
    lifted = chosen("max_age_days=any")
    assert (bool(lifted), lifted.pairs) == (False, [("max_age_days", "any")])
    assert lifted.without("max_age_days") == chosen("")


def test_what_a_facet_hides_is_counted_with_the_reason() -> None:
    hidden = {
        one.facet.key: (one.rows, one.not_stated)
        for one in filtering.hidden(ROWS, chosen("engine=vLLM&max_price=3&min_votes=1"), KNOWN)
    }
    # Bravo and Charlie state no engine; a model without a vote has none, which is a number.
    assert hidden == {"engine": (3, 2), "max_price": (3, 2), "min_votes": (1, 0)}


def test_every_value_has_the_number_of_rows_that_choosing_it_would_leave() -> None:
    offers = {
        offer.facet.key: {option.value: option.rows for option in offer.options}
        for offer in filtering.offers(ROWS, chosen("engine=vLLM"), KNOWN)
    }
    assert offers["engine"] == {"SGLang": 1, "vLLM": 1, NOT_STATED: 2}
    # Of the one row with vLLM.
    assert offers["open_weights"] == {"yes": 1, "no": 0, NOT_STATED: 0}
    assert offers["jurisdiction"] == {OWN: 1, "US": 0, NOT_STATED: 0}
    # No row says what it runs on, so there is nothing to choose.
    assert "hardware" not in offers
    assert offers["max_price"] == {}


def test_keys_of_facets_are_parameters_of_their_own() -> None:
    keys = [facet.key for facet in FACETS]
    taken = {
        "q", "sort", "columns", "profile", "tiers", "density", "as_of", "mix", "currency", "rate",
        "tariff", "months", "utilisation", "unit", "tasks", "x", "y", "log", "figures", "per",
        "preset", "weights", "page", "row", "board", "limit", "cursor",
    }  # fmt: skip
    assert len(set(keys)) == len(keys)
    assert not taken & set(keys)
    assert all(facet.low < facet.high for facet in FACETS if isinstance(facet, Bound))


def test_board_exports_api_plane_and_scores_hold_the_same_rows(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    slugs = scenes.league(tenant, size=3, votes_per_pair=30)
    for slug, engine in zip(slugs, ("vLLM", "SGLang", "vLLM"), strict=True):
        register_deployment(tenant=tenant, model_slug=slug, actor=scenes.ACTOR, engine=engine)
    advance_all(tenant)
    query = "?engine=vLLM&columns=votes"

    page = client.get(f"/boards/text/{query}")
    names = [row["model"]["name"] for row in page.context["page"].rows]
    assert names == ["Model 000", "Model 002"]
    assert set(
        re.findall(r'<td class="num[^"]*" data-column="([^"]+)"', page.content.decode())
    ) == {"votes"}
    assert 'Engine: vLLM <span class="hides">hides 1 row</span>' in page.content.decode()

    exported = client.get(f"/boards/text.json{query}").json()
    assert [row["model"]["name"] for row in exported["rows"]] == names
    assert list(exported["rows"][0]["cells"]) == ["votes"]
    assert exported["header"]["view"] == "engine=vLLM&columns=votes"
    listed = client.get(f"/api/v1/boards/text/rows{query}").json()["items"]
    assert [row["model"]["name"] for row in listed] == names
    assert list(listed[0]["cells"]) == ["votes"]
    scored = client.get(f"/boards/text/scores/{query}")
    assert [row.row["model"]["name"] for row in scored.context["rows"]] == names
    plane = client.get(f"/boards/text/pareto/{query}&x=votes&y=rating")
    assert {point.row["model"]["name"] for point in plane.context["chart"].points} == set(names)
    # Clearing the filter keeps the axes.
    assert "x=votes&amp;y=rating&amp;figures=measured&amp;columns=votes" in plane.content.decode()
