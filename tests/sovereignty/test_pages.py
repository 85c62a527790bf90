"""Pages about sovereignty: what everybody reads, what members submit, what moderators decide."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, register_model
from benchmarks.queries import sovereignty
from leaderboards.presentation import Setting, cell_view
from tests.leaderboards import scenes as boards
from tests.pages.test_battle_pages import words
from tests.sovereignty import scenes

pytestmark = pytest.mark.django_db(transaction=True)
Advance = Callable[[Tenant], None]
TODAY = timezone.now().date()
LATELY = TODAY - timedelta(days=3)


def signed_in(tenant: Tenant, role: Role, name: str = "somebody") -> tuple[Client, str]:
    person = User.objects.create_user(f"{name}-{role}@example.org")
    add_member(tenant=tenant, user=person, role=role, by=None)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client, str(person.actor_id)


def form(**changes: str) -> dict[str, str]:
    fields = {
        "answer": "A1:region_pin", "countries": "de, FR", "evidence": "E2",
        "source_url": scenes.SOURCE, "source_sha256": scenes.DIGEST,
        "stated_on": LATELY.isoformat(), "note": "Section <4>", "interest": "customer",
    }  # fmt: skip
    return fields | changes


@pytest.fixture
def place(tenant: Tenant, advance_all: Advance) -> str:
    slug = scenes.place(tenant)
    advance_all(tenant)
    return slug


def test_a_member_submits_and_another_moderator_decides(
    tenant: Tenant, place: str, advance_all: Advance
) -> None:
    path = f"/sovereignty/of/{place}/"
    author, _ = signed_in(tenant, Role.MODERATOR, "author")
    judge, _ = signed_in(tenant, Role.MODERATOR, "judge")

    sent = author.post(f"{path}submit/", form())
    assert (sent.status_code, sent["Location"]) == (303, path)
    advance_all(tenant)
    [fact] = sovereignty.facts(tenant=tenant)
    assert fact.countries == ("DE", "FR")
    review = f"{path}review/{fact.fact_id}/"
    assert "in a region fixed by contract (DE, FR)" in words(author.get(path))
    assert "You submitted it: somebody else reviews it." in words(author.get(path))
    own = author.post(review, {"accept": "", "reason": "mine"})
    assert own.status_code == 409
    assert "cannot review it" in words(own)
    assert judge.post(review, {"accept": "", "reason": ""}).status_code == 422

    assert judge.post(review, {"accept": "", "reason": "It says so."}).status_code == 303
    advance_all(tenant)
    page = words(Client().get(path))
    assert "6.0 of 100 94.0 if all that is unknown were full" in page
    assert "12 % of the weight, 1 of 24 criteria" in page
    assert "C1 Prompts and answers kept by default – unknown: no reviewed fact" in page
    assert "It says so." in page
    assert "Section <4>" in page.replace("&lt;", "<").replace("&gt;", ">")
    assert f"{LATELY}, {LATELY + timedelta(days=180)}" in page


def test_who_may_not_submit_review_or_print(tenant: Tenant, place: str) -> None:
    path = f"/sovereignty/of/{place}/"
    fact_id = scenes.submitted(tenant, place)
    member, _ = signed_in(tenant, Role.MEMBER)
    moderator, _ = signed_in(tenant, Role.MODERATOR)
    review = {"accept": "", "reason": "why"}
    reply = {"operator": "Alpha Cloud", "text": "No.", "stated_on": str(LATELY)}
    assert Client().post(f"{path}submit/", form()).status_code == 302
    assert member.post(f"{path}review/{fact_id}/", review).status_code == 403
    assert moderator.post("/sovereignty/reply/", reply).status_code == 403
    assert member.get(f"{path}submit/").status_code == 405
    assert member.post("/sovereignty/of/nothing/submit/", form()).status_code == 404
    assert Client().get("/sovereignty/of/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"answer": "A1:moon"}, 422, "Select a valid choice"),
        ({"countries": ""}, 409, "says nothing without its countries"),
        ({"source_sha256": ""}, 409, "give its SHA-256"),
        ({"interest": ""}, 422, "This field is required"),
        ({"source_url": "http://example.org/"}, 409, "begins with https://"),
        ({"stated_on": "2999-01-01"}, 409, "still to come"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_beside_its_form(
    tenant: Tenant, place: str, changes: dict[str, str], status: int, message: str
) -> None:
    member, _ = signed_in(tenant, Role.MEMBER)
    answer = member.post(f"/sovereignty/of/{place}/submit/", form(**changes))
    assert answer.status_code == status
    assert message in words(answer)


def test_an_administrator_prints_a_reply_as_plain_text(
    tenant: Tenant, place: str, advance_all: Advance
) -> None:
    admin, _ = signed_in(tenant, Role.ADMIN)
    reply = {
        "operator": "Alpha Cloud", "text": "We <b>disagree</b>.\nSee below.",
        "stated_on": str(LATELY), "source_url": "https://example.org/reply",
    }  # fmt: skip
    assert admin.post("/sovereignty/reply/", reply).status_code == 303
    advance_all(tenant)
    for path in ("/sovereignty/", f"/sovereignty/of/{place}/"):
        html = Client().get(path).content.decode()
        assert "We &lt;b&gt;disagree&lt;/b&gt;.<br>See below." in html
    wrong = admin.post("/sovereignty/reply/", reply | {"operator": "Nobody"})
    assert wrong.status_code == 422


def test_scores_of_every_deployment_criteria_and_what_the_weights_decide(
    tenant: Tenant, advance_all: Advance
) -> None:
    spark = scenes.place(tenant, "Alpha", operator="self-hosted")
    cloud = scenes.place(tenant, "Beta")
    scenes.place(tenant, "Gamma")
    scenes.as_archetype(tenant, spark, "own_spark_proven", stated_on=LATELY)
    scenes.as_archetype(tenant, cloud, "us_api_zero_retention", stated_on=LATELY)
    advance_all(tenant)
    page = words(Client().get("/sovereignty/"))
    assert "Alpha self-hosted 93 93 to 93 S4 100 24 – highest level" in page
    assert "Beta Alpha Cloud 52 52 to 52 S2 100 24 B1, B2, E2" in page
    assert "Not assessed" in page
    assert "Gamma" in page
    american = words(Client().get("/sovereignty/?profile=us-organisation"))
    assert "Beta Alpha Cloud 52 " not in american
    flips = words(Client().get("/sovereignty/sensitivity/"))
    assert "1 pair of 2 assessed deployments compared; 0 change order" in flips


def test_deployments_that_differ_in_their_machines_only_are_told_apart(
    tenant: Tenant, advance_all: Advance, client: Client
) -> None:
    model = register_model(tenant=tenant, name="Alpha", actor="test")
    for count in (2, 4):
        register_deployment(
            tenant=tenant, model_slug=model, hardware="DGX Spark", node_count=count,
            operator="self-hosted", actor="test",
        )  # fmt: skip
    advance_all(tenant)
    page = words(client.get("/sovereignty/"))
    assert "2 × DGX Spark · self-hosted" in page
    assert "4 × DGX Spark · self-hosted" in page


def test_an_unknown_profile_is_400_with_those_there_are(
    tenant: Tenant, place: str, advance_all: Advance
) -> None:
    boards.open_text_board(tenant)
    advance_all(tenant)
    for path in ("/sovereignty/", "/sovereignty/sensitivity/", f"/sovereignty/of/{place}/",
                 "/boards/text/"):  # fmt: skip
        answer = Client().get(path, {"profile": "moon"})
        assert answer.status_code == 400
        assert "profile=moon: no such profile. Profiles: eu-organisation," in words(answer)


def test_the_board_shows_score_and_level_for_the_profile_in_the_address(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = boards.league(tenant)
    place = boards.deployment(tenant, slugs[0])
    boards.claim(tenant, boards.deployment(tenant, slugs[1]), "sovereign", 1)
    boards.claim(tenant, place, "sovereign", 0)
    scenes.as_archetype(tenant, place, "us_api_zero_retention", stated_on=LATELY)
    advance_all(tenant)

    def cells(query: str) -> tuple[str, Any]:
        answer = Client().get(f"/boards/text/{query}")
        column = next(c for c in answer.context["table"].columns if c.key == "sovereign")
        [row, *_] = answer.context["page"].rows
        return words(answer), cell_view(row, column, Setting(board="text"))

    page, cell = cells("")
    assert (cell.text, cell.suffix, cell.raw["kind"]) == ("52", "S2", "measured")
    assert f"/cells/deployment:{place}/sovereign/" in cell.href
    assert "52 to 52 of 100, 100 % of the weight known" in cell.title
    assert "52 S2" in page
    assert "yes" in page
    page, cell = cells("?profile=us-organisation&sort=-sovereign")
    assert (cell.text, cell.suffix) != ("52", "S2")
    assert "profile=us-organisation" in Client().get(
        "/boards/text/?profile=us-organisation"
    ).context["headers"][0]["href"]  # fmt: skip
    api = Client().get("/api/v1/boards/text/rows").json()["items"][0]["cells"]["sovereign"]
    assert (api["value"], api["suffix"], api["counted"]) == (52, "S2", "facts")
