"""`provision` brings a fresh installation to its first state, and leaves a running one alone."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from arena.accounts.models import Role, User
from arena.accounts.queries import role_of
from arena.eventstore import queries
from arena.tenancy.queries import by_slug
from leaderboards.queries import board_table
from voting.queries import boards, pair_counts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_ADMIN_EMAIL", "Owner@Arena.test")
    monkeypatch.setenv("ARENA_ADMIN_PASSWORD", "a long enough password")


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


def test_without_credentials_nobody_is_made_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARENA_ADMIN_PASSWORD")
    assert "no administrator" in provision("--no-demo")
    assert not User.objects.exists()
