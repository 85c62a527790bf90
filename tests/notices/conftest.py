"""A board with votes, a receiver on a real socket, and people who subscribe."""

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from typing_extensions import override

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.news_kinds import KINDS
from arena.notices import tasks
from arena.notices.models import Delivery
from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment
from tests.leaderboards import scenes
from voting.commands import enter_contestant, set_rating_policy
from workers.commands import allow_target

AdvanceAll = Callable[[Tenant], None]
MovesBoard = Callable[[], None]
SignsIn = Callable[..., Client]
PAGE = "/account/webhooks/"
SILENCE = 0
"""A status that no server has: it says nothing for half a second and hangs up."""


@dataclass
class Receiver:
    """A server that notes what it is sent; it answers with the statuses, the last one for good."""

    statuses: list[int] = field(default_factory=lambda: [204])
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def ids(self) -> list[str]:
        """Return the ids of the messages, as they came."""
        return [headers["webhook-id"] for headers, _ in self.requests]

    def opened(self, secret: str) -> list[dict[str, Any]]:
        """Return the messages after checking that the secret has signed each."""
        assert all(IS_OURS(secret, headers, body) for headers, body in self.requests)
        return [json.loads(body) for _, body in self.requests]


def _documented() -> Callable[[str, dict[str, str], bytes], bool]:
    """Return the check that docs/api.md shows to those who write receivers."""
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    [example] = re.findall(r"```python\n(import base64.*?)```", page, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102  our own example
    check: Callable[[str, dict[str, str], bytes], bool] = names["is_ours"]
    return check


IS_OURS = _documented()


@pytest.fixture
def board(tenant: Tenant, advance_all: AdvanceAll) -> str:
    """Return the slug of a board without votes."""
    slug = scenes.open_text_board(tenant)
    advance_all(tenant)
    return slug


@pytest.fixture
def receiver(tenant: Tenant, board: str) -> Iterator[Receiver]:
    """Listen on a port of the loopback address that the operator lets the arena reach."""
    running = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            running.requests.append((headers, self.rfile.read(length)))
            statuses = running.statuses
            status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
            if status == SILENCE:
                time.sleep(0.5)
                return
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        @override
        def log_message(self, *_: Any) -> None:
            """Write nothing to stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    allow_target(tenant=tenant, target="127.0.0.1", port=server.server_port, by="test")
    running.url = f"http://127.0.0.1:{server.server_port}/news?of=arena"
    yield running
    server.shutdown()
    server.server_close()


@pytest.fixture
def league(tenant: Tenant, board: str, advance_all: AdvanceAll) -> list[str]:
    """Return models with a few votes on the board."""
    slugs = scenes.models(tenant, *scenes.names(3))
    for winner, loser in itertools.permutations(slugs, 2):
        scenes.vote(tenant, winner, loser)
    advance_all(tenant)
    return slugs


@pytest.fixture
def move_board(tenant: Tenant, league: list[str], advance_all: AdvanceAll) -> MovesBoard:
    """Return a function that lets the last model win so often that its rating moves far."""

    def move() -> None:
        for _ in range(3):
            scenes.vote(tenant, league[2], league[1])
        advance_all(tenant)

    return move


@pytest.fixture
def signed_in(db: None, tenant: Tenant) -> SignsIn:
    """Return a function that gives the browser of somebody with a verified address."""

    def browser(role: Role | None = Role.ADMIN, *, arena: Tenant = tenant) -> Client:
        email = f"{role}-{arena.slug}@example.org"
        user, is_new = User.objects.get_or_create(email=email)
        if is_new:
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            if role is not None:
                add_member(tenant=arena, user=user, role=role, by=None)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


def text(client: Client, path: str, data: dict[str, Any] | None = None) -> str:
    """Return the page at a path, or what comes of a form sent there, as text."""
    answer = client.get(path) if data is None else client.post(path, data, follow=True)
    return unescape(answer.content.decode())


def make_webhook(
    client: Client, url: str, *, kinds: list[str] | None = None, prefix: str = ""
) -> tuple[str, str]:
    """Make a webhook on the page; return the path of its own page and the secret shown."""
    form = {"url": url, "boards": ["text"], "kinds": kinds or list(KINDS)}
    page = text(client, f"{prefix}{PAGE}", form)
    [secret] = re.findall(r'value="(whsec_[^"]+)"', page)
    [path] = re.findall(rf'href="({prefix}{PAGE}[0-9a-f-]+/)">Send a test', page)
    return path, secret


def set_rules(tenant: Tenant) -> None:
    """Set rules of the ratings other than those of the board."""
    policy = replace(scenes.rank_everybody("text"), ties="exclude")
    set_rating_policy(tenant=tenant, policy=policy, actor="test")


def enter(tenant: Tenant, model: str, count: int) -> None:
    """Let so many deployments of a model battle on the board: as many news."""
    for number in range(count):
        slug = register_deployment(
            tenant=tenant, model_slug=model, quantization=f"Q{number}", actor="test"
        )
        enter_contestant(tenant=tenant, board="text", deployment_slug=slug, actor="test")


def deliver() -> None:
    """Do what beat asks a worker for every ten seconds."""
    tasks.send_webhooks()


def let_time_pass() -> None:
    """Let the wait until the next attempt be over."""
    Delivery.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())
