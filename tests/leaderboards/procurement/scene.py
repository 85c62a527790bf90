"""A board with two hosted models, one of them with reviewed facts, and a shortlist of them."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from django.test import Client
from pypdf import PdfReader

from arena.accounts.models import User
from arena.tenancy.models import Tenant
from benchmarks.commands import price_deployment, register_deployment, state_reply
from tests.leaderboards import scenes
from tests.sovereignty.scenes import accepted

AdvanceAll = Callable[[Tenant], None]
DAY: Final = date(2026, 5, 1)
QUERY: Final = "input=0&output=1000000"
QUESTION_OF_A2: Final = (
    "Which test or configuration shows that nothing leaves the machines that process prompts?"
)


class Shortlisted(NamedTuple):
    """Deployments of the scene."""

    known: str
    """Best rated; a region in Germany and a claim of no training are on record."""
    unknown: str
    """Second best; nothing is on record."""


def hosted(tenant: Tenant, model: str, usd: float, *, operator: str = "Example Cloud") -> str:
    """Register a deployment that sells output tokens at so many US dollars a million."""
    slug = register_deployment(tenant=tenant, model_slug=model, operator=operator, actor="test")
    price_deployment(
        tenant=tenant, deployment_slug=slug, input_usd_micros_per_million_tokens=0,
        output_usd_micros_per_million_tokens=round(usd * 1e6), source_name="Price list",
        source_url="https://example.org/prices", effective_on=DAY, actor="test",
    )  # fmt: skip
    return slug


def shortlisted(tenant: Tenant, advance_all: AdvanceAll) -> Shortlisted:
    """Fill the arena and return its two deployments."""
    best, second, *_ = scenes.league(tenant, size=3, votes_per_pair=10)
    known, unknown = hosted(tenant, best, 10.0), hosted(tenant, second, 5.0)
    accepted(tenant, known, note="Clause 4.2 (α, ≤ 30 days)")
    accepted(
        tenant, known, criterion="D1", value="excluded", countries=(), evidence="E1",
        source_sha256=None,
    )  # fmt: skip
    state_reply(
        tenant=tenant, operator="Example Cloud", text="We disagree with D1.", source_url=None,
        stated_on=DAY, actor="test",
    )  # fmt: skip
    advance_all(tenant)
    return Shortlisted(known, unknown)


def signed_in() -> Client:
    """Return a browser of somebody signed in who is no member."""
    client = Client()
    user = User.objects.create_user("buyer@example.org")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def freeze(client: Client, query: str = QUERY) -> str:
    """Freeze the pack of a query on its page and return the path of its permalink."""
    fields = dict(pair.split("=") for pair in query.split("&"))
    response = client.post("/procurement/freeze/", fields)
    assert response.status_code == 303, response.content
    path: str = response.headers["Location"]
    return path


def text_of(content: bytes) -> str:
    """Return the text of a PDF with single spaces."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def links_of(content: bytes) -> set[str]:
    """Return the addresses that a PDF leads to."""
    found = set()
    for page in PdfReader(io.BytesIO(content)).pages:
        for note in page.get("/Annots") or ():
            found.add(str(note.get_object()["/A"].get("/URI")))
    return found


def lines_of(content: bytes) -> list[dict[str, str]]:
    """Return the lines of a CSV below its header."""
    text = content.decode()
    body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    return list(csv.DictReader(io.StringIO(body, newline="")))
