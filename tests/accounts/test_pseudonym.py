"""Voters are called otherwise in every arena."""

import hashlib
import hmac

import pytest
from pytest_django import Settings

from arena.accounts.pseudonym import voter_pseudonym
from arena.tenancy.models import Tenant

pytestmark = pytest.mark.django_db


def test_a_pseudonym_is_the_start_of_the_hmac(tenant: Tenant, settings: Settings) -> None:
    settings.PSEUDONYM_KEY = "secret of this machine"
    message = f"{tenant.pk}:voter 1".encode()
    expected = hmac.new(b"secret of this machine", message, hashlib.sha256).hexdigest()[:32]
    assert voter_pseudonym(tenant=tenant, raw="voter 1") == expected


def test_it_differs_by_voter_arena_and_key(
    tenant: Tenant, other_tenant: Tenant, settings: Settings
) -> None:
    names = {
        voter_pseudonym(tenant=arena, raw=raw)
        for arena in (tenant, other_tenant)
        for raw in ("voter 1", "voter 2")
    }
    settings.PSEUDONYM_KEY = "another key"
    names.add(voter_pseudonym(tenant=tenant, raw="voter 1"))
    assert len(names) == 5
