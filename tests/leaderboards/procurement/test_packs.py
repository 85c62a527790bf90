"""Procurement packs: what they say, that they stay as they are, and who may see them."""

import csv
import hashlib
import io
from datetime import date, datetime, tzinfo
from typing import Any, Self

import fpdf
import pytest
from django.test import Client
from pypdf import PdfReader
from typing_extensions import override

from arena.accounts.commands import add_member, create_api_key
from arena.accounts.models import Role, Scope, User
from arena.tenancy.models import Tenant
from leaderboards import sources
from leaderboards.models import ProcurementPack
from leaderboards.procurement import freezing, making
from tests.leaderboards import scenes
from tests.leaderboards.procurement.scene import (
    QUERY,
    QUESTION_OF_A2,
    AdvanceAll,
    freeze,
    hosted,
    lines_of,
    links_of,
    shortlisted,
    signed_in,
    text_of,
)
from tests.sovereignty.scenes import accepted

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_pack_says_what_is_known_and_asks_what_is_not(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its facts are believed until 2027-04-30.
    monkeypatch.setattr(sources, "today", lambda: date(2026, 11, 27))
    known, unknown = shortlisted(tenant, advance_all)
    page = client.get(f"/procurement/?{QUERY}")
    content = page.content.decode()
    cheap, dear = page.context["pack"].candidates
    assert (cheap.deployment, dear.deployment) == (unknown, known)
    assert (cheap.a_month.value, dear.a_month.value) == (150, 300)
    assert (cheap.a_month.source, cheap.a_month.as_of) == ("Price list", "2026-05-01")
    assert cheap.standing is None
    assert (dear.standing.level, dear.standing.score, dear.standing.known) == ("S0", 11, 2)
    assert dear.elo.lower < dear.elo.value < dear.elo.upper
    assert dear.elo.sample == 10
    assert {task.mix for task in dear.tasks} == {"chat", "agent", "rag-8k", "reasoning"}
    assert len(cheap.gaps) == 24
    assert [fact.criterion for fact in dear.known] == ["A1", "D1"]
    assert "E2 published contract or policy, archived with its SHA-256" in content
    assert "Clause 4.2 (α, ≤ 30 days)" in content
    assert "We disagree with D1." in content
    assert QUESTION_OF_A2 in content
    assert page.context["pack"].position_sha256
    assert "style=" not in content.partition("<main")[2]
    answer = client.get(f"/procurement.pdf?{QUERY}")
    told = text_of(answer.content)
    for words in ("Model 001", "150.00", "300.00", "S0; 11.0 to 89.0 of 100", "24 of 24",
                  "excluded by contract", "E1 claim of the vendor", "Clause 4.2 (α, ≤ 30 days)",
                  "until 2027-04-30", "We disagree with D1.", QUESTION_OF_A2, "page 1 of",
                  "Not legal advice", "bradley-terry", "Price list, 2026-05-01",
                  "from the moment somebody freezes it",
                  "Output tokens a day 1 000 000"):  # fmt: skip
        assert words in told, words
    assert "is a letter that the fonts" not in told
    assert page.context["pack"].position_sha256 in told.replace(" ", "")
    assert {"https://example.org/terms", "https://example.org/prices"} <= links_of(answer.content)
    document = PdfReader(io.BytesIO(answer.content))
    assert document.metadata
    assert "Procurement pack" in str(document.metadata.title)
    assert "/Lang" in document.trailer["/Root"]  # type: ignore[operator]
    assert len(document.outline[1]) > 5
    assert document.pages[0].mediabox.width == pytest.approx(595.3, abs=0.5)
    lines = lines_of(client.get(f"/procurement.csv?{QUERY}").content)
    assert len(lines) == 48
    fact = next(line for line in lines if line["deployment"] == known and line["criterion"] == "A1")
    assert (fact["points"], fact["evidence"], fact["source_sha256"]) == ("6.0", "E2", "ab" * 32)
    assert (fact["elo_votes"], fact["cost_a_month"], fact["task_chat"]) == ("10", "300.0", "0.005")
    gap = next(line for line in lines if line["deployment"] == known and line["criterion"] == "A2")
    assert (gap["points"], gap["question"]) == ("", QUESTION_OF_A2)


def test_a_frozen_pack_stays_as_it_is(
    tenant: Tenant, advance_all: AdvanceAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    shortlisted(tenant, advance_all)
    buyer = signed_in()
    path = freeze(buyer)
    pack_id = path.split("/")[-2]
    assert freeze(buyer) == path, "the same content is the same pack"
    files = {ending: buyer.get(f"{path[:-1]}.{ending}") for ending in ("pdf", "csv", "json")}
    assert hashlib.sha256(files["json"].content).hexdigest() == pack_id
    before = files["json"].json()
    for _ in range(5):
        scenes.vote(tenant, *(item["model"] for item in before["candidates"]))
    advance_all(tenant)
    monkeypatch.setattr(sources, "today", lambda: date(2028, 1, 1))
    monkeypatch.setattr(fpdf.fpdf, "datetime", Tomorrow)
    for ending, first in files.items():
        again = buyer.get(f"{path[:-1]}.{ending}")
        assert again.content == first.content, ending
        assert again.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert buyer.get(path).context["pack"].model_dump(mode="json") == before
    now = buyer.get(f"/procurement/?{QUERY}").context["pack"]
    assert now.position > before["position"]
    assert now.candidates[0].elo.value != before["candidates"][0]["elo"]["value"]
    assert not now.candidates[1].known, "all of it has expired"
    made = PdfReader(io.BytesIO(files["pdf"].content)).metadata
    assert made
    assert made.creation_date == datetime.fromisoformat(before["as_of"]).replace(microsecond=0)
    same = buyer.get(f"{path[:-1]}.pdf", headers={"If-None-Match": files["pdf"].headers["ETag"]})
    assert same.status_code == 304
    assert freeze(buyer) != path


class AnyTime(type):
    """Takes every time for one of the class."""

    @override
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class Tomorrow(datetime, metaclass=AnyTime):
    """The clock of the PDF library, a year and a day later."""

    @classmethod
    @override
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2027, 11, 27, tzinfo=tz)


def test_a_pack_whose_bytes_were_changed_is_not_shown(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    shortlisted(tenant, advance_all)
    pack_id = freeze(signed_in()).split("/")[-2]
    row = ProcurementPack.objects.get(tenant=tenant, pack_id=pack_id)
    changed = bytes(row.content).replace(b"Price list", b"Nice price")
    ProcurementPack.objects.filter(tenant=tenant).update(content=changed)
    with pytest.raises(freezing.DamagedPack, match=pack_id):
        freezing.frozen(tenant=tenant, pack_id=pack_id)


def test_floors_say_why_somebody_is_left_out(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    known, unknown = shortlisted(tenant, advance_all)
    page = client.get(f"/procurement/?{QUERY}&elo=1100&score=5&profile=us-organisation")
    pack = page.context["pack"]
    [out] = pack.left_out
    assert out.deployment == unknown
    assert out.reasons == (
        "Elo below 1100: 1000",
        "no fact about its sovereignty has been reviewed",
    )
    assert pack.profile == "us-organisation"
    assert "Elo below 1100: 1000" in text_of(
        client.get(f"/procurement.pdf?{QUERY}&elo=1100&score=10").content
    )
    last = lines_of(client.get(f"/procurement.csv?{QUERY}&elo=1100").content)[-1]
    assert (last["status"], last["deployment"]) == ("left out", unknown)
    nothing = client.get(f"/procurement/?{QUERY}&level=S4").context["pack"]
    assert nothing.candidates == ()
    assert {item.deployment for item in nothing.left_out} == {known, unknown}
    assert client.get(f"/procurement.pdf?{QUERY}&level=S4").status_code == 200


@pytest.mark.parametrize("path", ["/procurement/", "/procurement.pdf", "/procurement.csv"])
def test_bad_input_is_refused_with_what_is_allowed(
    client: Client, tenant: Tenant, path: str
) -> None:
    response = client.get(f"{path}?level=S9")
    assert response.status_code == 400
    assert "S0, S1, S2, S3, S4" in response.content.decode()


def test_freezing_needs_somebody_signed_in(client: Client, tenant: Tenant) -> None:
    assert client.get("/procurement/freeze/").status_code == 405
    response = client.post("/procurement/freeze/", {"input": "0"})
    assert response.status_code == 302
    assert "login" in response.headers["Location"]
    assert signed_in().post("/procurement/freeze/", {"level": "S9"}).status_code == 400
    assert not ProcurementPack.objects.exists()
    for ending in ("/", ".pdf", ".csv", ".json"):
        assert client.get(f"/procurement/{'0' * 64}{ending}").status_code == 404


HOSTILE = (
    '=HYPERLINK("https://example.org")',
    "<script>alert(1)</script>",
    "模型 🙂 مرحبا",
    "A" * 190,
)


def test_hostile_texts_stay_texts(client: Client, tenant: Tenant, advance_all: AdvanceAll) -> None:
    known, _ = shortlisted(tenant, advance_all)
    for text in HOSTILE:
        slug = scenes.models(tenant, text)[0]
        hosted(tenant, slug, 1.0, operator=text[:200])
    accepted(tenant, known, criterion="C2", value="none", countries=(), note="=1+1 " + "x" * 990)
    advance_all(tenant)
    page = client.get(f"/procurement/?{QUERY}").content.decode()
    assert "<script>alert(1)" not in page
    content = client.get(f"/procurement.csv?{QUERY}").content.decode()
    cells = [cell for line in csv.reader(io.StringIO(content, newline="")) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert "'=1+1" in content
    answer = client.get(f"/procurement.pdf?{QUERY}")
    assert answer.status_code == 200
    told = text_of(answer.content)
    assert "<script>alert(1)</script>" in told
    assert "\ufffd is a letter that the fonts of this file lack" in told
    assert not {link for link in links_of(answer.content) if not link.startswith("http")}


def test_no_more_than_fifty_candidates_are_kept(
    tenant: Tenant, advance_all: AdvanceAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, _ = shortlisted(tenant, advance_all)
    assert making.MAX_CANDIDATES == 50
    monkeypatch.setattr(making, "MAX_CANDIDATES", 1)
    pack = making.make(tenant=tenant, query={"input": "0"}, site="https://example.org")
    assert len(pack.candidates) == 1
    [out] = pack.left_out
    assert out.deployment == known
    assert out.reasons == ("beyond the 50 that a pack holds; a higher floor leaves fewer",)


def test_a_program_freezes_a_pack_once(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    _, unknown = shortlisted(tenant, advance_all)
    owner = User.objects.create_user("owner@example.org")
    add_member(tenant=tenant, user=owner, role=Role.OWNER, by=None)
    key = create_api_key(tenant=tenant, by=owner, name="key", scopes=[Scope.READ]).raw
    wish = {"input": 0, "output": 1_000_000, "elo": 900}

    def ask(body: dict[str, Any], name: str = "one") -> Any:
        return client.post(
            "/api/v1/procurement-packs", body, content_type="application/json",
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": name},
        )  # fmt: skip

    first = ask(wish)
    assert first.status_code == 201, first.content
    receipt = first.json()
    assert (receipt["candidates"], receipt["left_out"]) == (2, 0)
    scenes.vote(tenant, "model-000", "model-001")
    advance_all(tenant)
    again = ask(wish)
    assert (again.status_code, again.json()) == (200, receipt)
    assert again.headers["Idempotent-Replay"] == "true"
    assert ask({**wish, "elo": 950}).status_code == 422
    assert ask(wish, "two").json()["id"] != receipt["id"]
    read = client.get(first.headers["Location"])
    assert read.json()["pack"]["candidates"][0]["deployment"] == unknown
    assert client.get(receipt["json_file"]).json() == read.json()["pack"]
    assert client.get(receipt["pdf"]).headers["Content-Type"] == "application/pdf"
    for bad in ({"currency": "EUR"}, {"level": "S9"}, {"colour": "red"}):
        refused = ask({**wish, **bad}, "three")
        assert refused.status_code == 422, refused.content
    assert "rate: is missing" in ask({**wish, "currency": "EUR"}, "three").json()["detail"]
    without = client.post("/api/v1/procurement-packs", wish, content_type="application/json",
                          headers={"Idempotency-Key": "four"})  # fmt: skip
    assert without.status_code == 401
    assert client.get(f"/api/v1/procurement-packs/{'0' * 64}").status_code == 404
