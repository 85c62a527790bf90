"""`provision` brings a fresh installation to its first state, and leaves a running one alone."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from arena.accounts.models import Role, User
from arena.accounts.queries import role_of
from arena.eventstore import queries
from arena.tenancy.queries import by_slug
from benchmarks.commands import register_model
from leaderboards.queries import board_table
from voting.commands import retire_contestant
from voting.queries import boards, contestants, pair_counts
from workers.commands import register_endpoint, retire_endpoint
from workers.queries import allowed_targets, endpoints, target

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_ADMIN_EMAIL", "Owner@Arena.test")
    monkeypatch.setenv("ARENA_ADMIN_PASSWORD", "a long enough password")
    monkeypatch.delenv("ARENA_PROVIDER_URL", raising=False)


def provision(*options: str) -> str:
    out = io.StringIO()
    call_command("provision", *options, stdout=out)
    return out.getvalue()


def test_a_fresh_installation_gets_arenas_owner_votes_and_complete_boards() -> None:
    assert "public: 8,931 events of llmfao.csv.gz" in provision()
    public, private = by_slug("public"), by_slug("demo-private")
    assert (public.is_public, public.is_default, private.is_public) == (True, True, False)
    user = User.objects.get(email="owner@arena.test")
    assert user.check_password("a long enough password")
    assert EmailAddress.objects.get(user=user).verified
    assert role_of(tenant=public, user=user) == role_of(tenant=private, user=user) == Role.OWNER
    assert [board.slug for board in boards(tenant=public)] == ["text"]
    assert [board.slug for board in boards(tenant=private)] == ["internal"]
    assert pair_counts(tenant=public, board="text").vote_count == 8_931
    assert pair_counts(tenant=private, board="internal").vote_count == 2_000
    sections = [row["section"] for row in board_table(tenant=public, board="text").rows]
    assert (sections.count("rated"), sections.count("claims")) == (59, 10)


def test_a_second_run_changes_nothing() -> None:
    provision()
    user = User.objects.get(email="owner@arena.test")
    user.set_password("another password by its owner")
    user.save()
    public = by_slug("public")
    public.name = "Renamed by its owner"
    public.save()
    heads = [queries.log_head(tenant=by_slug(slug)) for slug in ("public", "demo-private")]
    assert "events" not in provision()
    assert heads == [queries.log_head(tenant=by_slug(slug)) for slug in ("public", "demo-private")]
    assert User.objects.get().check_password("another password by its owner")
    assert by_slug("public").name == "Renamed by its owner"


def test_without_demo_the_arenas_are_empty() -> None:
    provision("--no-demo")
    for slug in ("public", "demo-private"):
        assert queries.log_head(tenant=by_slug(slug)).position == 0


PROVIDER = "http://127.0.0.1:8001/v1"


def test_the_embedded_models_get_a_board_contestants_and_endpoints(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ARENA_PROVIDER_URL", PROVIDER)
    assert f"public: 6 embedded models at {PROVIDER}" in provision()
    for slug in ("public", "demo-private"):
        tenant = by_slug(slug)
        board = next(board for board in boards(tenant=tenant) if board.slug == "ngram")
        assert (board.name, board.licence) == ("Embedded n-gram models", "CC0-1.0")
        fighting = contestants(tenant=tenant, board="ngram")
        assert len(fighting) == len(endpoints(tenant=tenant)) == 6
        for each in fighting:
            called = target(tenant=tenant, deployment_slug=each.deployment_slug)
            assert called.base_url == PROVIDER
            assert called.upstream_model.startswith("ngram-")
            assert called.secret is None
        allowed = [(entry.target, entry.port) for entry in allowed_targets(tenant=tenant)]
        assert allowed == [("127.0.0.1/32", 8001)]


def test_a_second_run_follows_the_provider_and_leaves_the_owners_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ARENA_PROVIDER_URL", PROVIDER)
    provision()
    public = by_slug("public")
    gone, changed, *_ = sorted(
        each.deployment_slug for each in contestants(tenant=public, board="ngram")
    )
    retire_contestant(
        tenant=public, board="ngram", deployment_slug=gone, reason="too simple", actor="owner"
    )
    retire_endpoint(tenant=public, deployment_slug=gone, reason="too simple", actor="owner")
    register_endpoint(
        tenant=public,
        deployment_slug=changed,
        base_url=PROVIDER,
        upstream_model="ngram-2",
        max_concurrent=3,
        actor="owner",
    )
    register_model(tenant=public, name="ngram-2 (words)", developer="Somebody", actor="owner")
    head = queries.log_head(tenant=public)
    assert "embedded" not in provision()
    assert queries.log_head(tenant=public) == head

    moved = "http://127.0.0.1:9001/v1"
    monkeypatch.setenv("ARENA_PROVIDER_URL", moved)
    assert f"public: 5 embedded models at {moved}" in provision()
    assert queries.log_head(tenant=public) == head, "an address is no event"
    there = target(tenant=public, deployment_slug=changed)
    assert (there.base_url, there.max_concurrent) == (moved, 3)
    assert [entry.port for entry in allowed_targets(tenant=public)] == [9001]
    active = [each for each in contestants(tenant=public, board="ngram") if not each.retired_at]
    assert gone not in [each.deployment_slug for each in active]
    assert len(active) == 5


def test_without_a_provider_or_a_demo_there_are_no_embedded_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provision()
    monkeypatch.setenv("ARENA_PROVIDER_URL", PROVIDER)
    provision("--no-demo")
    assert endpoints(tenant=by_slug("public")) == []
    assert [board.slug for board in boards(tenant=by_slug("public"))] == ["text"]


def test_without_credentials_nobody_is_made_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARENA_ADMIN_PASSWORD")
    assert "no administrator" in provision("--no-demo")
    assert not User.objects.exists()
