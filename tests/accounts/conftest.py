"""People with verified addresses, and browsers that are signed in."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant

MakePerson = Callable[..., User]
SignIn = Callable[[User], Client]


@pytest.fixture
def make_person(db: None) -> MakePerson:
    """Return a function that makes an account, and a member of the arenas it is told.

    The account has no password, which would take its time to hash in every test.
    """

    def make(name: str, role: Role | None = None, *tenants: Tenant) -> User:
        email = f"{name}@example.org"
        user = User.objects.create_user(email)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        for tenant in tenants:
            if role is not None:
                add_member(tenant=tenant, user=user, role=role, by=None)
        return user

    return make


@pytest.fixture
def sign_in() -> SignIn:
    """Return a function that gives a person's browser; sign-in itself has its own tests."""

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of
