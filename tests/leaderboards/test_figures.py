"""Which figures stand beside each other, and what is known of the machine of a deployment."""

from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

import benchmarks.queries
from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from benchmarks.commands import declare_power, register_deployment
from leaderboards import cells
from leaderboards.cells import Cell
from leaderboards.columns import COLUMNS, Column
from leaderboards.draws import Measure
from leaderboards.figures import Kinds, Missing, figures, is_numeric
from leaderboards.machines import NOTHING, machines
from leaderboards.rows import Row
from tests.leaderboards import scenes

SCOPES: dict[str, Literal["wall", "gpu"]] = {"Abacus": "wall", "dgx-spark": "gpu"}
COLUMN = {column.key: column for column in COLUMNS}
RATING, SPEED = COLUMN["rating"], COLUMN["decode_tokens_per_second"]


def row_with(cell: Cell) -> Row:
    return {
        "key": "deployment:one",
        "order": 1,
        "section": "rated",
        "tier": None,
        "rank_best": None,
        "rank_worst": None,
        "model": {"slug": "model", "name": "Model"},
        "deployment": "FP8",
        "cells": {RATING.key: cell, SPEED.key: cell},
    }


def claimed(value: float | None) -> Cell:
    return cells.claimed(
        value, unit="x", as_of=date(2026, 5, 1), approximate=False, source_name="An article",
        source_url=None, note="not ranked there", position=1,
    )  # fmt: skip


MEASURED = cells.measured(50, unit="x", as_of=None, sample=9, lower=40, upper=60)
MISSING = cells.absent("nobody measured it", unit="x")


def figure(row: Row, column: Column, kinds: Kinds) -> Measure | Missing:
    """Return the figure of a row that stands alone."""
    [found] = figures([row], column, kinds)
    return found


def test_rating_belongs_to_the_model_and_a_speed_to_the_deployment() -> None:
    assert figure(row_with(MEASURED), RATING, "measured") == Measure(50, 40, 60, "model")
    speed = cells.measured(50, unit="tok/s", as_of=None, sample=3, counted="runs")
    assert figure(row_with(speed), SPEED, "measured") == Measure(50, None, None, "deployment:one")


@pytest.mark.parametrize(
    ("cell", "kinds", "reason"),
    [
        (MEASURED, "claims", "no claim from elsewhere"),
        (MISSING, "measured", "nobody measured it"),
        (MISSING, "all", "nobody measured it"),
        (claimed(1500), "measured", "only a claim from elsewhere, which this view leaves out"),
        (claimed(1500), "all", "only a rating from elsewhere, which is on another scale"),
        (claimed(None), "measured", "not ranked there"),
        (claimed(None), "claims", "not ranked there"),
    ],
)
def test_a_rating_that_does_not_count_says_why(cell: Cell, kinds: Kinds, reason: str) -> None:
    assert figure(row_with(cell), RATING, kinds) == Missing(reason)


def test_claims_of_other_units_stand_beside_measurements_when_asked_for() -> None:
    found = figure(row_with(claimed(41.0)), SPEED, "all")
    assert found == Measure(41.0, None, None, "deployment:one")


def test_yes_and_no_are_no_amounts() -> None:
    [column] = [column for column in COLUMNS if column.key == "sovereign"]
    assert is_numeric(column)
    assert not is_numeric(replace(column, unit="yes/no"))


def test_machine_is_looked_up_in_the_catalogue_and_its_watts_in_the_log(tenant: Tenant) -> None:
    [model] = scenes.models(tenant, "Model")
    slugs = {
        hardware: register_deployment(
            tenant=tenant, model_slug=model, actor=scenes.ACTOR, hardware=hardware, node_count=nodes
        )
        for hardware, nodes in (("NVIDIA GB10", None), ("dgx-spark", 4), ("Abacus", 2))
    }
    for hardware, scope in SCOPES.items():
        declare_power(
            tenant=tenant, deployment_slug=slugs[hardware], watts=7, scope=scope,
            source_name="a hand", stated_on=date(2026, 5, 1), actor=scenes.ACTOR,
        )  # fmt: skip
    for name in projections():
        advance(tenant=tenant, name=name)
    found = machines(
        benchmarks.queries.deployments(tenant=tenant), benchmarks.queries.power(tenant=tenant)
    )
    memory = {hardware: found[slug].memory_gb for hardware, slug in slugs.items()}
    assert memory == {"NVIDIA GB10": 128.0, "dgx-spark": 512.0, "Abacus": None}
    abacus, spark = found[slugs["Abacus"]], found[slugs["dgx-spark"]]
    assert (abacus.watts, abacus.watts_note) == (7.0, "the whole machine, a hand, 2026-05-01")
    assert abacus.watts_position
    # What GPUs draw is not what a machine draws, so the two never stand beside each other.
    assert (spark.watts, spark.watts_position) == (None, None)
    assert spark.watts_note == "only what its GPUs draw is stated, not the whole machine"
    assert found[slugs["NVIDIA GB10"]].watts_note == NOTHING.watts_note
