"""Classes by parameters, and who leads one: the rule of tiers inside the class."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from django.test import Client

from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.events import ModelFactsStated
from benchmarks.queries import FactInfo, ModelInfo
from leaderboards import size_classes
from leaderboards.broadcast import as_message
from leaderboards.cells import absent, measured
from leaderboards.facets import filtering, selection
from leaderboards.facets.place import Known
from leaderboards.labels import of_lead
from leaderboards.queries import encode, snapshot_message
from leaderboards.rebuild import rebuild
from leaderboards.rows import Row
from leaderboards.size_classes import SizeClassesError, class_of, leads
from tests.leaderboards import scenes

BILLION = 10**9
FACT = FactInfo(value=0, source_name="Card", source_url=None, stated_on=None, position=1)  # type: ignore[arg-type]


def model(slug: str, billions: float | None, **facts: object) -> ModelInfo:
    stated = {} if billions is None else {"total_parameters": int(billions * BILLION)}
    return ModelInfo(
        slug=slug, name=slug, developer=None, licence=None, weights_open=None, family=None,
        aliases=(), position=1,
        facts={key: replace(FACT, value=value) for key, value in (stated | facts).items()},
    )  # fmt: skip


def row(slug: str, rating: float, half: float, *, tier: int | None = 1) -> Row:
    cell = measured(rating, unit="Elo", as_of=None, lower=rating - half, upper=rating + half)
    return {
        "key": f"model:{slug}", "order": 1, "section": "rated" if tier else "preliminary",
        "tier": tier, "rank_best": None, "rank_worst": None,
        "model": {"slug": slug, "name": slug}, "deployment": None,
        "cells": {"rating": cell, "votes": absent("", unit="votes")},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("billions", "slug"),
    [(0.8, "under-8b"), (7.999, "under-8b"), (8, "8b-to-32b"), (32, "32b-to-100b"),
     (100, "100b-and-more"), (2000, "100b-and-more")],
)  # fmt: skip
def test_a_class_holds_its_lower_bound_and_not_its_upper(billions: float, slug: str) -> None:
    found = class_of(int(billions * BILLION))
    assert found is not None
    assert found.slug == slug
    assert class_of(None) is None


def test_the_first_of_a_class_leads_alone_only_where_its_interval_separates() -> None:
    models = {
        info.slug: info
        for info in (
            model("tiny", 0.8), model("small", 4), model("big", 120), model("large", 200),
            model("vast", 500), model("lone", 14), model("secret", None), model("new", 3),
        )
    }  # fmt: skip
    rows = [
        row("big", 1200, 20), row("large", 1190, 20), row("vast", 1100, 20), row("secret", 1300, 5),
        row("tiny", 1000, 10), row("small", 900, 10), row("lone", 1150, 10),
        row("new", 1400, 90, tier=None),
    ]  # fmt: skip
    found = leads(rows, models)
    assert {slug: (lead.shared_with, lead.rivals) for slug, lead in found.items()} == {
        "tiny": (0, 1), "big": (1, 2),
    }  # fmt: skip
    label = of_lead(found["tiny"])
    assert label.text == "leads under 8B"
    assert "with 1 other rated model: its interval lies above all others" in label.meaning
    label = of_lead(found["big"])
    assert label.text == "first of 100B and more, shared with 1"
    assert "with 2 other rated models: the votes cannot tell 1 of them apart" in label.meaning


def test_boards_narrow_down_by_size_context_and_what_a_model_reads() -> None:
    known = Known(
        models={
            info.slug: info
            for info in (
                model("tiny", 0.8, context_tokens=4096, input_modalities=["text"]),
                model("moe", 35, active_parameters=3 * BILLION, input_modalities=["image", "text"]),
                model("secret", None),
            )
        },
        deployments={}, speeds={}, answers={},
    )  # fmt: skip
    rows = [row(slug, 1000, 10) for slug in known.models]

    def kept(query: str) -> list[str]:
        chosen = selection.read(QueryDict(query), lambda: known)
        return [found["model"]["slug"] for found in filtering.filtered(rows, chosen, known)]

    assert kept("size_class=under-8b") == ["tiny"]
    assert kept("size_class=not-stated") == ["secret"]
    assert kept("modality=image") == ["moe"]
    assert kept("max_active=3") == ["moe"]
    assert kept("min_context=4096") == ["tiny"]


@pytest.mark.parametrize(
    "text",
    [
        "[", "version: 1", "version: 1\nnoted_on: 2026-01-01\nclasses: []",
        "version: 1\nnoted_on: 2026-01-01\nclasses:\n- {slug: a, title: A, below: 5}",
        "version: 1\nnoted_on: 2026-01-01\nclasses:\n- {slug: a, title: A, below: 5}\n"
        "- {slug: b, title: B, below: 4}\n- {slug: c, title: C, below: null}",
    ],
)  # fmt: skip
def test_what_is_no_file_of_classes(text: str) -> None:
    with pytest.raises(SizeClassesError):
        size_classes.read(text)


@pytest.mark.django_db(transaction=True)
def test_patches_and_snapshots_say_who_leads_as_the_page_does(
    tenant: Tenant, advance_all: Callable[[Tenant], None], client: Client
) -> None:
    first, second, _ = scenes.league(tenant, size=3)
    for slug in (first, second):
        stated = ModelFactsStated(
            slug=slug, total_parameters=3 * BILLION, source_name="Its card",
            stated_on=date(2026, 5, 1),
        )  # fmt: skip
        commands.state_model_facts(tenant=tenant, facts=stated, actor="test")
    advance_all(tenant)

    def leaders() -> list[str]:
        _, message = snapshot_message(tenant=tenant, board="text")
        found = json.loads(message)["leads"]
        page = client.get("/boards/text/").content.decode()
        assert page.count('class="label"') == len(found)
        assert all(f">{label['text']}</span>" in page for label in found.values())
        return list(found)

    assert leaders() == [f"model:{first}"]
    for _ in range(30):
        scenes.vote(tenant, second, first)
    for name in projections():
        advance(tenant=tenant, name=name)
    change = rebuild(tenant=tenant, board="text")
    assert change is not None
    sent = json.loads(encode(as_message(change)))
    assert list(sent["leads"]) == leaders() == [f"model:{second}"]
    assert set(sent["leads"][f"model:{second}"]) == {"text", "meaning", "position"}
