"""Keys: what they are, whom they obey, where they work and when they stop."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from arena.accounts import commands
from arena.accounts.commands import create_api_key, revoke_api_key
from arena.accounts.models import ApiKey, Role, Scope, User
from arena.accounts.queries import authenticate_key
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from tests.accounts.conftest import MakePerson

ALLOWED: dict[Role, set[str]] = {
    Role.OWNER: set(Scope),
    Role.ADMIN: set(Scope),
    Role.MODERATOR: {"read", "vote", "moderate"},
    Role.RUNNER_OWNER: {"read", "vote", "runner"},
    Role.MEMBER: {"read", "vote"},
}


@pytest.mark.parametrize("role", list(Role))
def test_a_makers_role_bounds_the_scopes(
    tenant: Tenant, make_person: MakePerson, role: Role
) -> None:
    maker = make_person("maker", role, tenant)
    for scope in Scope:
        if scope in ALLOWED[role]:
            key = create_api_key(tenant=tenant, by=maker, name="ci", scopes=[scope])
            info = authenticate_key(tenant=tenant, raw=key.raw)
            assert info is not None
            assert info.scopes == {scope}
        else:
            with pytest.raises(DomainError, match=rf"Scope not allowed .*: {scope}\. Allowed: "):
                create_api_key(tenant=tenant, by=maker, name="ci", scopes=["read", scope])


def test_a_key_is_random_and_only_its_digest_is_stored(
    tenant: Tenant, make_person: MakePerson
) -> None:
    maker = make_person("maker", Role.MEMBER, tenant)
    made = [create_api_key(tenant=tenant, by=maker, name="ci", scopes=["read"]) for _ in range(20)]
    assert all(re.fullmatch(r"ak_live_[0-9A-Za-z]{43}", key.raw) for key in made)
    assert len({key.raw for key in made}) == 20
    assert made[0].raw not in repr(made[0])
    for row in ApiKey.objects.values():
        assert not any(key.raw[16:] in str(row) for key in made)


def test_a_key_works_in_its_own_arena_only(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson
) -> None:
    maker = make_person("maker", Role.OWNER, tenant, other_tenant)
    key = create_api_key(tenant=tenant, by=maker, name="ci", scopes=["read"])
    assert authenticate_key(tenant=tenant, raw=key.raw) is not None
    assert authenticate_key(tenant=other_tenant, raw=key.raw) is None


@pytest.mark.parametrize(
    "raw", ["", "ak_live_", "\x00", "é" * 10_000, "\ud800", "ak_live_" + "0" * 43]
)
def test_what_is_no_key_is_refused(tenant: Tenant, raw: str) -> None:
    assert authenticate_key(tenant=tenant, raw=raw) is None


def test_a_key_stops_when_revoked_or_expired(tenant: Tenant, make_person: MakePerson) -> None:
    maker = make_person("maker", Role.MEMBER, tenant)
    revoked = create_api_key(tenant=tenant, by=maker, name="a", scopes=["read"])
    revoke_api_key(tenant=tenant, key_id=revoked.id, by=maker)
    revoke_api_key(tenant=tenant, key_id=revoked.id, by=maker)
    soon = timezone.now() + timedelta(days=1)
    expired = create_api_key(tenant=tenant, by=maker, name="b", scopes=["read"], expires_at=soon)
    assert authenticate_key(tenant=tenant, raw=expired.raw) is not None
    ApiKey.objects.filter(pk=expired.id).update(expires_at=timezone.now())
    assert authenticate_key(tenant=tenant, raw=revoked.raw) is None
    assert authenticate_key(tenant=tenant, raw=expired.raw) is None
    with pytest.raises(DomainError, match="in the past"):
        create_api_key(
            tenant=tenant, by=maker, name="c", scopes=["read"], expires_at=timezone.now()
        )


def test_a_key_follows_its_makers_role(tenant: Tenant, make_person: MakePerson) -> None:
    maker = make_person("maker", Role.MODERATOR, tenant)
    key = create_api_key(tenant=tenant, by=maker, name="ci", scopes=["read", "moderate"])
    commands.change_role(tenant=tenant, user=maker, role=Role.MEMBER, by=None)
    info = authenticate_key(tenant=tenant, raw=key.raw)
    assert info is not None
    assert info.scopes == {"read"}
    User.objects.filter(pk=maker.pk).update(is_active=False)
    assert authenticate_key(tenant=tenant, raw=key.raw) is None
    User.objects.filter(pk=maker.pk).update(is_active=True)
    commands.remove_member(tenant=tenant, user=maker, by=None)
    assert authenticate_key(tenant=tenant, raw=key.raw) is None
    assert not ApiKey.objects.filter(pk=key.id).exists()


def test_members_revoke_their_own_and_administrators_any(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson
) -> None:
    maker = make_person("maker", Role.MEMBER, tenant)
    other = make_person("other", Role.MODERATOR, tenant)
    foreign = make_person("foreign", Role.OWNER, other_tenant)
    admin = make_person("admin", Role.ADMIN, tenant)
    key = create_api_key(tenant=tenant, by=maker, name="ci", scopes=["read"])
    for by in (other, foreign):
        with pytest.raises(DomainError, match="no such key"):
            revoke_api_key(tenant=tenant, key_id=key.id, by=by)
    with pytest.raises(DomainError, match="no such key"):
        revoke_api_key(tenant=other_tenant, key_id=key.id, by=foreign)
    assert authenticate_key(tenant=tenant, raw=key.raw) is not None
    revoke_api_key(tenant=tenant, key_id=key.id, by=admin)
    assert authenticate_key(tenant=tenant, raw=key.raw) is None


def test_last_use_is_written_once_a_minute(tenant: Tenant, make_person: MakePerson) -> None:
    maker = make_person("maker", Role.MEMBER, tenant)
    key = create_api_key(tenant=tenant, by=maker, name="ci", scopes=["read"])
    row = ApiKey.objects.filter(pk=key.id)
    assert row.get().last_used_at is None
    authenticate_key(tenant=tenant, raw=key.raw)
    first = row.get().last_used_at
    assert first is not None
    authenticate_key(tenant=tenant, raw=key.raw)
    assert row.get().last_used_at == first
    row.update(last_used_at=first - timedelta(seconds=61))
    authenticate_key(tenant=tenant, raw=key.raw)
    again = row.get().last_used_at
    assert again is not None
    assert again >= first


@pytest.mark.parametrize(("name", "scopes"), [("", ["read"]), ("x" * 101, ["read"]), ("ci", [])])
def test_a_key_needs_a_name_and_a_scope(
    tenant: Tenant, make_person: MakePerson, name: str, scopes: list[str]
) -> None:
    maker = make_person("maker", Role.MEMBER, tenant)
    with pytest.raises(DomainError):
        create_api_key(tenant=tenant, by=maker, name=name, scopes=scopes)
    assert not ApiKey.objects.exists()


def test_strangers_make_no_keys(tenant: Tenant, make_person: MakePerson) -> None:
    with pytest.raises(DomainError, match="Join Public arena"):
        create_api_key(tenant=tenant, by=make_person("stranger"), name="ci", scopes=["read"])


def test_the_command_line_prints_a_key_that_works(tenant: Tenant) -> None:
    out = StringIO()
    call_command("create_api_key", "--tenant=public", "--name=ci", "--scope=vote", stdout=out)
    info = authenticate_key(tenant=tenant, raw=out.getvalue().strip())
    assert info is not None
    assert info.name == "ci"
    assert info.scopes == {"vote"}
    with pytest.raises(CommandError, match="no tenant has the slug 'nowhere'"):
        call_command("create_api_key", "--tenant=nowhere", "--name=ci", "--scope=vote")
    with pytest.raises(CommandError, match="in the past"):
        call_command("create_api_key", "--tenant=public", "--name=x", "--scope=vote", "--days=0")
