"""Boards of lanes: ranks inside one version of one bench, claims unranked, dashes with reasons."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from arena.accounts.models import Role, Scope
from arena.eventstore.domain import DomainError, Outcome
from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.models import BenchLane
from benchmarks.queries.lanes import bench, benches
from tests.lanes.scenes import ARTICLE, import_mirror, lane, program, signed_in
from tests.pages.test_battle_pages import words

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]


def test_a_rank_never_mixes_versions_and_claims_have_none(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    lane(tenant, "a", quality=70)
    lane(tenant, "b", quality=90)
    lane(tenant, "c", quality=90)
    lane(tenant, "d")
    lane(tenant, "e", kind="claim", quality=99, stated_rank=1)
    lane(tenant, "a", bench_version="curveball-v0.2", quality=1)
    advance_all(tenant)
    found = bench(tenant=tenant, bench="curveball", version="v0.1")
    assert [(info.variant, info.rank, info.unranked) for info in found.lanes] == [
        ("b", 1, ""), ("c", 1, ""), ("a", 3, ""), ("d", None, "no quality was measured"),
        ("e", None, "a claim is not ranked here"),
    ]  # fmt: skip
    [later] = bench(tenant=tenant, bench="curveball", version="v0.2").lanes
    assert (later.variant, later.rank) == ("a", 1)
    page = words(client.get("/benches/curveball/v0.1/"))
    assert "– the source gives no quality" in page
    assert "– stated 1" in page
    assert client.get("/benches/curveball/v9/").status_code == 404
    told = client.get("/api/v1/benches/curveball/v0.1").json()
    assert [item["rank"] for item in told["lanes"]] == [1, 1, 3, None, None]
    assert client.get("/api/v1/benches/curveball/v9").status_code == 404
    listed = client.get("/api/v1/benches").json()["items"]
    assert [item["version"] for item in listed] == ["v0.1", "v0.2"]


def test_qualities_in_different_units_are_not_ranked(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    lane(tenant, "a", quality=70, unit="points")
    lane(tenant, "b", quality=0.9, unit="share")
    advance_all(tenant)
    [board] = benches(tenant=tenant)
    assert {info.rank for info in board.lanes} == {None}
    assert {info.unranked for info in board.lanes} == {
        "the qualities are in different units: points, share"
    }


def test_a_variant_stands_once_on_a_version(tenant: Tenant, advance_all: AdvanceAll) -> None:
    identity = lane(tenant, "a", quality=1)
    again = commands.register_lane(tenant=tenant, lane=identity, title="a", actor="test")
    assert again is Outcome.PRESENT
    with pytest.raises(DomainError, match="one lane a bench"):
        commands.register_lane(
            tenant=tenant, lane="a::curveball-v0.1::other", title="a", actor="test"
        )
    advance_all(tenant)
    row = BenchLane.objects.get(tenant=tenant)
    row.lane, row.article = "a::curveball-v0.1::other", "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_lanes_of_the_mirror_are_claims_with_badges(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, tmp_path: Path
) -> None:
    import_mirror(tmp_path)
    advance_all(tenant)
    boards = {(info.bench, info.version): info for info in benches(tenant=tenant)}
    assert {key: len(info.lanes) for key, info in boards.items()} == {
        ("cost-router", "unversioned"): 3, ("curveball", "v0.1"): 4, ("curveball", "v0.2"): 2,
        ("serving-brain", "unversioned"): 3, ("vertical-router", "unversioned"): 6,
    }  # fmt: skip
    assert all(info.claims == len(info.lanes) for info in boards.values())
    serving = boards["serving-brain", "unversioned"].lanes
    assert [info.tokens_per_second for info in serving] == [83.5, 55.0, 23.9]
    first = boards["curveball", "v0.1"].lanes[0]
    assert first.lane == "4b-sft-v0.2::curveball-v0.1::the-refusal-floor-is-trainable"
    assert [badge.title for badge in first.badges] == ["flagship", "promoted", "frozen OOD"]
    assert {badge.by for badge in first.badges} == {"import"}
    page = words(client.get("/benches/curveball/v0.1/"))
    assert "stated 1" in page
    assert "claim of fieldkit arena mirror, 2026-06-11" in page
    assert len(re.findall("prompt-only", page)) == 1


def test_moderators_score_lanes_through_the_api(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    body = {
        "lane": f"a::curveball-v0.1::{ARTICLE}", "title": "A", "quality": 0.5,
        "quality_unit": "share", "runs": 3, "source_name": "Ours", "stated_on": "2026-11-01",
    }  # fmt: skip
    api = program(tenant, Scope.MODERATE)

    def send(**changes: object) -> tuple[int, object]:
        sent = api.post("/api/v1/lanes", body | changes, content_type="application/json")
        return sent.status_code, sent.json().get("changed")

    assert send() == (200, True)
    position = log_head(tenant=tenant).position
    assert send() == (200, False)
    assert log_head(tenant=tenant).position == position
    assert send(lane="a::curveball::b")[0] == 422
    assert send(quality_unit="")[0] == 422
    assert send(runs=0)[0] == 422
    for name in ("lane", "title", "source_name", "quality_unit", "deployment_slug"):
        assert send(**{name: "a\0b"})[0] == 422, name
    assert program(tenant, Scope.RUNNER).post("/api/v1/lanes", body).status_code == 403
    assert client.post("/api/v1/lanes", body).status_code == 401
    advance_all(tenant)
    [info] = bench(tenant=tenant, bench="curveball", version="v0.1").lanes
    assert (info.rank, info.quality, info.runs) == (1, 0.5, 3)


def test_badges_are_awarded_and_withdrawn_by_moderators_alone(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    identity = lane(tenant, "a", quality=1)
    commands.register_model(tenant=tenant, name="Alpha", actor="test")
    award = {
        "kind": "model", "subject": "alpha", "badge": "flagship", "reason": "moderators_choice",
        "stated_on": "2026-11-01",
    }  # fmt: skip
    assert client.post("/badges/award/", award).status_code == 302
    assert signed_in(tenant, Role.MEMBER).post("/badges/award/", award).status_code == 403
    moderator = signed_in(tenant, Role.MODERATOR)
    assert moderator.post("/badges/award/", award).status_code == 303
    position = log_head(tenant=tenant).position
    assert moderator.post("/badges/award/", award).status_code == 303
    assert log_head(tenant=tenant).position == position
    assert moderator.post("/badges/award/", award | {"subject": "beta"}).status_code == 422
    assert moderator.post("/badges/award/", award | {"badge": "best"}).status_code == 422
    to_come = moderator.post(
        "/badges/award/", award | {"badge": "teacher", "stated_on": "2999-01-01"}
    )
    assert to_come.status_code == 409
    assert client.get("/badges/?kind=person").status_code == 400
    api = program(tenant, Scope.MODERATE)
    of_lane = award | {"kind": "lane", "subject": identity, "badge": "teacher"}
    sent = api.post("/api/v1/badges/award", of_lane, content_type="application/json")
    assert (sent.status_code, sent.json()["changed"]) == (200, True)
    missing = api.post(
        "/api/v1/badges/award", of_lane | {"subject": "b::curveball-v0.1::x"},
        content_type="application/json",
    )  # fmt: skip
    assert missing.status_code == 404
    nul = api.post(
        "/api/v1/badges/award", award | {"subject": "al\0pha"}, content_type="application/json"
    )
    assert nul.status_code == 422
    advance_all(tenant)
    assert "flagship" in words(client.get("/models/alpha/"))
    assert "teacher" in words(client.get("/benches/curveball/v0.1/"))
    feed = client.get("/models/alpha/feed.atom").content.decode()
    assert "Badge flagship awarded to alpha" in feed
    gone = {key: award[key] for key in ("kind", "subject", "badge")} | {"reason": "by_mistake"}
    assert signed_in(tenant, Role.MEMBER).post("/badges/withdraw/", gone).status_code == 403
    assert moderator.post("/badges/withdraw/", gone).status_code == 303
    assert moderator.post("/badges/withdraw/", gone | {"reason": "no"}).status_code == 400
    advance_all(tenant)
    [teacher, flagship] = client.get("/api/v1/badges").json()["items"]
    assert (teacher["by"], teacher["is_held"]) == ("key", True)
    assert (flagship["by"], flagship["is_held"], flagship["reason"]) == (
        "moderator", False, "by_mistake",
    )  # fmt: skip
    events = client.get("/api/v1/events?limit=200").json()["items"]
    [awarded] = [event["data"] for event in events if event["data"].get("subject") == "alpha"][:1]
    assert "@" not in str(awarded)
    assert awarded["awarded_by"] == "moderator"
