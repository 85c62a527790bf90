"""Keys of endpoints are encrypted, and the keys that encrypt them can change."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from arena.tenancy.models import Tenant
from workers import secret_box
from workers.apps import _check_secrets_keys
from workers.commands import register_endpoint
from workers.models import EndpointAccess
from workers.queries import target
from workers.target import SealedSecret

SECRET = "sk-canary-0123456789"


def test_a_sealed_secret_is_opened_again_and_tells_nothing() -> None:
    one, two = secret_box.seal(SECRET), secret_box.seal(SECRET)
    assert one != two
    assert SECRET not in one
    assert secret_box.unseal(one) == secret_box.unseal(two) == SECRET


def test_the_first_key_encrypts_and_all_decrypt(settings: Settings) -> None:
    by_site = secret_box.seal(SECRET)
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.SECRETS_KEYS = [old]
    by_old = secret_box.seal(SECRET)
    settings.SECRETS_KEYS = [new, old]
    assert secret_box.unseal(by_site) == secret_box.unseal(by_old) == SECRET
    again = secret_box.resealed(by_old)
    settings.SECRETS_KEYS = [new]
    assert secret_box.unseal(again) == SECRET
    with pytest.raises(SealedSecret, match="ARENA_SECRETS_KEYS"):
        secret_box.unseal(by_old)


def test_without_keys_of_its_own_the_site_key_decides(settings: Settings) -> None:
    token = secret_box.seal(SECRET)
    settings.SECRET_KEY = "another key of the site, long enough to be one"
    with pytest.raises(SealedSecret, match="ARENA_SECRET_KEY"):
        secret_box.unseal(token)


def test_what_is_no_key_is_said_at_the_start_without_repeating_it(settings: Settings) -> None:
    assert _check_secrets_keys() == []
    settings.SECRETS_KEYS = ["not-a-fernet-key"]
    with pytest.raises(ImproperlyConfigured) as caught:
        secret_box.seal(SECRET)
    assert "not-a-fernet-key" not in str(caught.value)
    assert [message.id for message in _check_secrets_keys()] == ["workers.E001"]


@pytest.mark.django_db
def test_rotation_makes_older_keys_superfluous(
    tenant: Tenant, deployment: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    register_endpoint(
        tenant=tenant, deployment_slug=deployment, base_url="https://9.9.9.9/v1",
        upstream_model="parrot", secret=SECRET, actor="test",
    )  # fmt: skip
    before = EndpointAccess.objects.get()
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    call_command("rotate_secrets")
    assert "public: 1 keys" in capsys.readouterr().out
    after = EndpointAccess.objects.get()
    assert (after.secret_set_at, after.updated_at) == (before.secret_set_at, before.updated_at)
    settings.SECRET_KEY = "another key of the site, long enough to be one"
    assert target(tenant=tenant, deployment_slug=deployment).secret == SECRET
    settings.SECRETS_KEYS = []
    with pytest.raises(CommandError, match="cannot be decrypted"):
        call_command("rotate_secrets", "--tenant", "public")
