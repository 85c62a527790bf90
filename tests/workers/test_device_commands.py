"""The device flow of RFC 8628: two codes, one person, one key, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from arena.accounts.commands import add_member
from arena.accounts.models import ApiKey, Role, User
from arena.accounts.queries import authenticate_key
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from workers.commands import devices
from workers.models import DeviceLogin
from workers.queries.devices import waiting_login
from workers.state.devices import DeviceRefused, UnknownUserCode, typed

pytestmark = pytest.mark.django_db


def person(tenant: Tenant, role: Role = Role.RUNNER_OWNER) -> User:
    somebody = User.objects.create_user(f"{role}@example.org")
    add_member(tenant=tenant, user=somebody, role=role, by=None)
    return somebody


def wait() -> None:
    """Let five seconds pass since the last poll."""
    DeviceLogin.objects.update(polled_at=timezone.now() - timedelta(seconds=5))


def poll(tenant: Tenant, device_code: str) -> devices.RedeemedKey | None:
    return devices.redeem(tenant=tenant, device_code=device_code)


def refusal(tenant: Tenant, device_code: str) -> str:
    with pytest.raises(DeviceRefused) as refused:
        poll(tenant, device_code)
    return refused.value.code


def test_a_confirmed_code_is_good_for_one_key(tenant: Tenant) -> None:
    begun = devices.begin(tenant=tenant, client_name="arena-runner on a box")
    owner = person(tenant)
    assert poll(tenant, begun.device_code) is None
    shown = waiting_login(tenant=tenant, user_code=begun.user_code.lower().replace("-", " "))
    assert (shown.client_name, shown.user_code) == ("arena-runner on a box", begun.user_code)
    devices.confirm(tenant=tenant, user_code=begun.user_code, by=owner)
    wait()
    key = poll(tenant, begun.device_code)
    assert key is not None
    info = authenticate_key(tenant=tenant, raw=key.raw)
    assert info is not None
    assert (info.id, info.maker) == (key.key_id, owner.actor_id)
    assert sorted(info.scopes) == ["read", "runner"]
    assert refusal(tenant, begun.device_code) == "device-code-expired"
    assert ApiKey.objects.count() == 1


def test_only_digests_are_stored(tenant: Tenant) -> None:
    begun = devices.begin(tenant=tenant, client_name="agent")
    row = DeviceLogin.objects.get()
    assert begun.device_code.encode() not in bytes(row.device_code_sha256)
    assert begun.device_code not in repr(begun)
    assert len(row.user_code) == 8
    assert not set(row.user_code) & set("AEIOUY0123456789")
    assert typed(begun.user_code) == row.user_code


def test_asking_too_often_costs_nothing_but_the_answer(tenant: Tenant) -> None:
    begun = devices.begin(tenant=tenant, client_name="agent")
    devices.confirm(tenant=tenant, user_code=begun.user_code, by=person(tenant))
    DeviceLogin.objects.update(polled_at=timezone.now())
    assert refusal(tenant, begun.device_code) == "slow-down"
    polled_at = DeviceLogin.objects.get().polled_at
    assert refusal(tenant, begun.device_code) == "slow-down"
    assert DeviceLogin.objects.get().polled_at != polled_at
    wait()
    assert poll(tenant, begun.device_code) is not None


def test_a_refused_login_gets_no_key(tenant: Tenant) -> None:
    begun = devices.begin(tenant=tenant, client_name="agent")
    owner = person(tenant)
    devices.refuse(tenant=tenant, user_code=begun.user_code, by=owner)
    with pytest.raises(UnknownUserCode):
        devices.confirm(tenant=tenant, user_code=begun.user_code, by=owner)
    assert refusal(tenant, begun.device_code) == "device-code-refused"
    assert not ApiKey.objects.exists()


def test_an_expired_login_is_gone(tenant: Tenant) -> None:
    begun = devices.begin(tenant=tenant, client_name="agent")
    DeviceLogin.objects.update(expires_at=timezone.now())
    with pytest.raises(UnknownUserCode):
        waiting_login(tenant=tenant, user_code=begun.user_code)
    with pytest.raises(UnknownUserCode):
        devices.confirm(tenant=tenant, user_code=begun.user_code, by=person(tenant))
    assert refusal(tenant, begun.device_code) == "device-code-expired"
    devices.begin(tenant=tenant, client_name="agent")
    assert DeviceLogin.objects.count() == 1


def test_a_code_never_given_out_says_no_more_than_an_expired_one(tenant: Tenant) -> None:
    assert refusal(tenant, "0" * 43) == "device-code-expired"
    with pytest.raises(UnknownUserCode):
        waiting_login(tenant=tenant, user_code="")


def test_codes_of_one_arena_mean_nothing_in_another(tenant: Tenant, other_tenant: Tenant) -> None:
    begun = devices.begin(tenant=tenant, client_name="agent")
    with pytest.raises(UnknownUserCode):
        devices.confirm(tenant=other_tenant, user_code=begun.user_code, by=person(other_tenant))
    assert refusal(other_tenant, begun.device_code) == "device-code-expired"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
def test_who_may_have_no_runners_confirms_none(tenant: Tenant, role: Role) -> None:
    begun = devices.begin(tenant=tenant, client_name="agent")
    with pytest.raises(DomainError, match="role"):
        devices.confirm(tenant=tenant, user_code=begun.user_code, by=person(tenant, role))
    assert poll(tenant, begun.device_code) is None


def test_guessing_codes_is_slow(tenant: Tenant) -> None:
    owner = person(tenant)
    for _ in range(10):
        with pytest.raises(UnknownUserCode):
            devices.confirm(tenant=tenant, user_code="BCDFGHJK", by=owner)
    with pytest.raises(DomainError, match="Too many"):
        devices.confirm(tenant=tenant, user_code="BCDFGHJK", by=owner)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 61])
def test_a_program_has_a_name(tenant: Tenant, name: str) -> None:
    with pytest.raises(DomainError, match="client_name"):
        devices.begin(tenant=tenant, client_name=name)
