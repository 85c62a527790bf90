"""One arena on real servers for the whole package, and pages that fail on any error they log."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from arena.accounts.commands import add_member, create_api_key
from arena.accounts.models import Role, User
from arena.eventstore.projection import advance, projections
from arena.management.embedded_models import provide
from arena.tenancy.commands import open_tenant
from leaderboards.rebuild import rebuild
from tests import processes
from tests.browser import arena_data
from tests.browser.launching import launch
from tests.live_server import LiveServer, live_provider, live_server
from tests.voting.battling import contest
from tests.voting.fake_provider import FakeProvider, fake_provider

VOTES: Final = 1_500
EMAIL: Final = "owner@example.org"
PASSWORD: Final = "a long enough phrase"
SLOW: Final = ("slow-one", "slow-two")
HOSTILE: Final = ("hostile-one", "hostile-two")
FAULTY: Final = ("empty", "disconnects")
PACE_S: Final = 0.06
"""Between the thirty words of an answer on the board `slow`."""
WIDE: Final = 1280
NARROW: Final = 390

OpenPage = Callable[..., Page]


@dataclass(frozen=True, kw_only=True)
class Site:
    """Running servers and the arena that they serve."""

    server: LiveServer
    api_key: str
    environment: dict[str, str]
    provider: FakeProvider
    """Answers on the boards `slow`, `faulty` and `hostile`."""


@pytest.fixture(autouse=True)
def _empty_redis() -> None:
    """Leave Redis alone: the servers of this package live through all of its tests."""


@pytest.fixture(scope="package")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """Return a site with one public arena, its data gone again at the end."""
    with django_db_blocker.unblock(), ExitStack() as ending:
        _use_the_test_database()
        ending.callback(partial(call_command, "flush", interactive=False, verbosity=0))
        faulty = ending.enter_context(fake_provider())
        key = _fill(ending.enter_context(live_provider()), faulty)
        # Every visitor of these tests comes from one address.
        environment = processes.environment(ARENA_RATE_BATTLES_ADDRESS="1000")
        server = ending.enter_context(live_server(environment, worker=True))
        yield Site(server=server, api_key=key, environment=environment, provider=faulty)


def _use_the_test_database() -> None:
    """Pytest sets it up for tests that ask for it; these cannot, for Playwright runs a loop."""
    if connection.settings_dict["NAME"] != connection.settings_dict["TEST"]["NAME"]:
        setup_databases(verbosity=0, interactive=False, keepdb=True)


def _fill(provider_url: str, faulty: FakeProvider) -> str:
    tenant = open_tenant(slug="public", name="Public arena", is_public=True, is_default=True)
    arena_data.fill(tenant, votes=VOTES)
    provide(tenant, url=provider_url, actor="test")
    faulty.pace_s |= dict.fromkeys(SLOW, PACE_S)
    contest(tenant, *SLOW, board="slow", provider=faulty)
    contest(tenant, *FAULTY, board="faulty", provider=faulty)
    contest(tenant, *HOSTILE, board="hostile", provider=faulty)
    for name in projections():
        advance(tenant=tenant, name=name)
    rebuild(tenant=tenant, board=arena_data.BOARD)
    owner = User.objects.create_user(EMAIL, PASSWORD)
    EmailAddress.objects.create(user=owner, email=EMAIL, verified=True, primary=True)
    add_member(tenant=tenant, user=owner, role=Role.OWNER, by=None)
    return create_api_key(tenant=tenant, by=None, name="test", scopes=["vote"]).raw


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    """Return a real Chromium without a window.

    It depends on the site so as to end before it: while Playwright runs, Django refuses to touch
    the database from this thread.
    """
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """Return a function that opens a path in a context of its own and returns the page.

    Whatever the pages of a test log as an error, a refusal by the content security policy above
    all, fails the test. `tolerated` is a part of the messages that a test provokes.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def listen(tolerated: str | None, message: ConsoleMessage) -> None:
        if message.type == "error" and not (tolerated and tolerated in message.text):
            errors.append(message.text)

    def open_in_new_context(
        path: str, *, width: int = WIDE, tolerated: str | None = None, **options: Any
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", partial(listen, tolerated))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(site.server.url(path))
        return page

    yield open_in_new_context
    for context in contexts:
        context.close()
    assert errors == []
