"""The same rules through ASGI, with many requests of two arenas in flight at once."""

import asyncio

import httpx
import pytest

from arena.one_thread import one_thread_application
from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant

pytestmark = [
    # ASGI answers in other threads, on connections of their own.
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.tenancy.urls"),
]


@pytest.fixture
def second(db: None) -> Tenant:
    return open_tenant(slug="second", name="Second", is_public=True)


def _get_all(*paths: str) -> list[httpx.Response]:
    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(one_thread_application())  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await asyncio.gather(*(client.get(path) for path in paths))

    return asyncio.run(run())


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_requests_in_flight_do_not_mix_their_arenas(
    tenant: Tenant, second: Tenant, kind: str
) -> None:
    prefixes = ["", "/t/second", "/t/public"] * 10
    answers = _get_all(*(f"{prefix}/{kind}/text/" for prefix in prefixes))
    for prefix, answer in zip(prefixes, answers, strict=True):
        assert answer.json() == {
            "tenant": "second" if prefix == "/t/second" else "public",
            "path": f"{prefix}/{kind}/text/",
            "path_info": f"/{kind}/text/",
            "reverse": f"{prefix}/sync/text/",
            "absolute": f"http://localhost{prefix}/{kind}/text/",
        }


def test_a_streamed_body_keeps_its_links_to_the_end(tenant: Tenant, second: Tenant) -> None:
    prefixes = ["/t/second", ""] * 5
    answers = _get_all(*(f"{prefix}/streamed/" for prefix in prefixes))
    for prefix, answer in zip(prefixes, answers, strict=True):
        assert answer.text.split() == [f"{prefix}/sync/text/"] * 3


def test_redirects_stay_inside(tenant: Tenant, second: Tenant) -> None:
    inside, slash, sign_in = _get_all(
        "/t/second/go/", "/t/second/sync/text", "/t/second/accounts/login/?next=/t/second/"
    )
    assert inside.headers["Location"] == "/t/second/sync/text/"
    assert slash.headers["Location"] == "/t/second/sync/text/"
    assert sign_in.status_code == 307
    assert sign_in.headers["Location"] == "/accounts/login/?next=/t/second/"


def test_strangers_get_the_same_404_for_a_private_and_for_no_arena(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    private, none = _get_all("/t/demo-private/async/text/", "/t/no-such-one/async/text/")
    assert private.status_code == none.status_code == 404
    assert private.content == none.content
    assert list(private.headers) == list(none.headers)
