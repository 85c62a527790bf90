"""What the interface answers to those who read."""

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from tests.api.conftest import MODELS

pytestmark = pytest.mark.django_db


def test_boards_are_listed_with_licence_and_attribution(client: Client, arena: Tenant) -> None:
    page = client.get("/api/v1/boards").json()
    assert [board["slug"] for board in page["items"]] == ["code", "text"]
    assert page["items"][1]["licence"] == "CC-BY-4.0"
    assert page["items"][1]["attribution"] == "The voters"
    assert (page["next"], page["has_more"]) == (None, False)


def test_a_board_says_what_its_rows_were_computed_from(client: Client, arena: Tenant) -> None:
    board = client.get("/api/v1/boards/text").json()
    head = client.get("/api/v1/log/head").json()
    assert board["state"]["position"] == head["position"]
    assert board["state"]["vote_count"] == 24
    assert board["state"]["formula_version"]
    assert board["state"]["anchor"]
    assert {column["key"] for column in board["columns"]} >= {"rating", "votes", "sovereign"}
    assert all({"unit", "help", "digits"} <= column.keys() for column in board["columns"])


def test_rows_come_in_order_with_intervals_and_samples(client: Client, arena: Tenant) -> None:
    page = client.get("/api/v1/boards/text/rows").json()
    assert [row["order"] for row in page["items"]] == sorted(row["order"] for row in page["items"])
    assert {row["model"]["name"] for row in page["items"]} == set(MODELS)
    rated = [row for row in page["items"] if row["section"] == "rated"]
    for row in rated:
        rating = row["cells"]["rating"]
        assert rating["lower"] < rating["value"] < rating["upper"]
        assert rating["sample"] > 0
        assert row["tier"] >= 1
    assert rated


def test_rows_can_be_had_by_section(client: Client, arena: Tenant) -> None:
    everything = client.get("/api/v1/boards/text/rows").json()["items"]
    for section in ("rated", "unrated", "claims"):
        only = client.get("/api/v1/boards/text/rows", {"section": section}).json()["items"]
        assert only == [row for row in everything if row["section"] == section]


def test_a_model_tells_its_deployments_claims_and_rows(client: Client, arena: Tenant) -> None:
    model = client.get("/api/v1/models/alpha").json()
    assert model["name"] == "Alpha"
    assert [deployment["quantization"] for deployment in model["deployments"]] == ["Q4"]
    (claim,) = model["external_values"]
    assert (claim["value"], claim["unit"], claim["source_name"]) == (42.5, "tok/s", "A magazine")
    assert {row["board"] for row in model["rows"]} == {"code", "text"}
    assert all(row["row"]["model"]["slug"] == "alpha" for row in model["rows"])


def test_head_answers_as_get_without_a_body(client: Client, arena: Tenant) -> None:
    got, head = client.get("/api/v1/boards"), client.head("/api/v1/boards")
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == got["ETag"]


def test_the_path_prefix_leads_to_the_same_arena(client: Client, arena: Tenant) -> None:
    plain, prefixed = client.get("/api/v1/boards"), client.get("/t/public/api/v1/boards")
    assert prefixed.json() == plain.json()
