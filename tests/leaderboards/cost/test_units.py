"""Costs by task, by million tokens, by month; list prices in the reader's currency."""

from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from leaderboards.cells import Cell, absent, claimed, measured
from leaderboards.columns import COLUMNS
from leaderboards.cost import cells, parameters, reckoned, steps
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.hosted import TokenPrices
from leaderboards.rows import Row


def row() -> Row:
    found = {column.key: absent("none", unit=column.unit) for column in COLUMNS}
    found["output_usd_per_million_tokens"] = claimed(
        10.0, unit="USD/M tokens", as_of=date(2026, 5, 1), approximate=False,
        source_name="a list", source_url=None, note="list price", position=1,
    )  # fmt: skip
    return {
        "key": "deployment:alpha", "order": 1, "section": "rated", "tier": 1, "rank_best": 1,
        "rank_worst": 1, "model": {"slug": "alpha", "name": "Alpha"}, "deployment": "a",
        "cells": found,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "times", "unit"),
    [
        ({}, 1, ""),
        ({"unit": "million"}, 1_000_000 / 1_500, "/M tokens"),
        ({"unit": "month"}, 30_000, "/month"),
        ({"unit": "month", "tasks": "20"}, 600, "/month"),
        # Tasks a day say nothing where costs are not by the month.
        ({"tasks": "20"}, 1, ""),
    ],
)
def test_a_unit_stands_for_so_many_tasks(query: dict[str, str], times: float, unit: str) -> None:
    chosen = parameters.read(query)
    assert chosen.times == pytest.approx(times)
    assert chosen.unit_text == unit
    assert parameters.read({"tasks": "20"}) == parameters.defaults()


def test_costs_and_prices_are_in_the_unit_and_currency_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def task_cost(facts: object, slug: str | None, chosen: parameters.Parameters) -> Cell:
        return measured(
            0.02 * chosen.rate * chosen.times,
            unit=chosen.currency,
            as_of=None,
            counted="prices",
            note="a task",
        )

    monkeypatch.setitem(reckoned._CELL_OF, "task_cost", task_cost)
    chosen = parameters.read({"unit": "month", "tasks": "20", "currency": "EUR", "rate": "0.5"})
    [shown], columns = reckoned.reckoned([row()], COLUMNS, {}, chosen)

    cost = shown["cells"]["task_cost"]
    assert (cost["value"], cost["unit"]) == (6.0, "EUR/month")
    assert cost["note"] == "a task; times 600 tasks for a month of tasks"
    price = shown["cells"]["output_usd_per_million_tokens"]
    assert (price["value"], price["unit"]) == (5.0, "EUR/M tokens")
    assert price["note"] == "list price, 10 USD/M tokens at 0.5 EUR for one USD"
    by_key = {column.key: column for column in columns}
    assert (by_key["task_cost"].title, by_key["task_cost"].unit) == ("A month", "EUR/month")
    assert by_key["output_usd_per_million_tokens"].unit == "EUR/M tokens"
    assert by_key["rating"].unit == "Elo"
    assert shown["cells"]["task_electricity"]["missing"] == "no deployment is on record"


def test_the_address_of_a_month_says_how_many_tasks() -> None:
    chosen = parameters.read({"unit": "month", "tasks": "20"})
    assert chosen.query == "unit=month&tasks=20"
    assert parameters.read({"unit": "month"}).query == "unit=month&tasks=1000"
    assert parameters.defaults().query == ""
    assert chosen.words == "Chat, 20 tasks a day, in USD/month, 0.3 USD/kWh"


def test_a_month_of_cheap_tasks_is_reckoned_before_it_is_rounded() -> None:
    prices = TokenPrices(input=0.0003, output=0.0003)
    price = SimpleNamespace(effective_on=date(2026, 5, 1), source_name="a list")
    found = cast(CostFacts, SimpleNamespace(is_own=False, prices_usd=prices, price=price))
    chosen = parameters.read({"unit": "month", "tasks": "1000000"})
    assert cells.task_cost({"a": found}, "a", chosen)["value"] == pytest.approx(13.5)
    last = steps.steps_of(found, "task_cost", chosen)[-1]
    assert last.result == pytest.approx(13.5)
    assert last.unit == "USD/month"
