"""Nothing private leaves by an export: words planted in every private field are in none."""

from collections.abc import Callable

import pytest
from django.test import Client

from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant
from tests.isolation_world import Arena, fill

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "canaryword"
# Of prompts, answers, endpoints, machines, runs that are not published, people and voters.
PRIVATE = (
    f"{WORD} prompt", f"{WORD} answer", f"{WORD}-secret", f"{WORD}.invalid", f"{WORD} upstream",
    f"{WORD}.lan", f"{WORD} runner", f"{WORD} weights", f"{WORD} beat", f"{WORD} actor",
    f"{WORD}-voter", f"{WORD} key", "@example.org",
)  # fmt: skip
BOARD, MODEL = f"boards/{WORD}-board", f"models/{WORD}-model"
SURFACES = (
    *(f"{BOARD}.{ending}" for ending in ("csv", "json", "parquet", "md", "tex")),
    f"{BOARD}/", f"{BOARD}/feed.atom", f"{BOARD}/badge.svg", f"{BOARD}/embed/",
    f"{MODEL}.md", f"{MODEL}/feed.atom", f"{MODEL}/badge.svg", "method.md", "llms.txt",
)  # fmt: skip


@pytest.fixture
def arena(tenant: Tenant, advance_all: Callable[[Tenant], None]) -> Arena:
    """Return an arena that was filled in private and is public now."""
    arena = fill(slug="canary", word=WORD, votes=24, advance_all=advance_all)
    open_tenant(slug=arena.tenant.slug, name=arena.tenant.name, is_public=True)
    return arena


def test_no_surface_shows_a_private_word(arena: Arena) -> None:
    oembed = f"oembed?url=http://testserver{arena.prefix}/{BOARD}/"
    private = (*PRIVATE, str(arena.run_id), str(arena.battle_id), str(arena.runner_id), arena.key)
    found: list[str] = []
    for path in (*SURFACES, oembed):
        for client in (Client(), arena.browser()):
            response = client.get(f"{arena.prefix}/{path}")
            assert response.status_code == 200, path
            body = response.content + str(response.headers).encode()
            found += [f"{path}: {word}" for word in private if word.encode() in body]
    assert not found


def test_strangers_find_none_of_it_in_a_private_arena(arena: Arena) -> None:
    open_tenant(slug=arena.tenant.slug, name=arena.tenant.name, is_public=False)
    nowhere = Client().get("/t/nowhere/llms.txt")
    for path in SURFACES:
        response = Client().get(f"{arena.prefix}/{path}")
        assert (response.status_code, "ETag" in response) == (404, False), path
        assert WORD not in response.content.decode().replace(path, "")
        assert response.headers.keys() == nowhere.headers.keys()
