"""An arena with a deployment, people who manage it, and a provider that pages can reach."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.eventstore import reader
from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, register_model
from tests.workers.provider import Provider, Step, provider

Browse = Callable[..., Client]
ServeProvider = Callable[..., AbstractContextManager[Provider]]


def log(tenant: Tenant) -> list[tuple[str, dict[str, Any]]]:
    """Return type and data of every event of the arena."""
    return [(item.type, item.data) for item in reader.read_all(tenant_id=tenant.pk)]


@pytest.fixture
def deployment(tenant: Tenant) -> str:
    """Return the slug of a deployment without an endpoint."""
    model = register_model(tenant=tenant, name="Parrot 1B", actor="test")
    return register_deployment(tenant=tenant, model_slug=model, engine="vllm", actor="test")


@pytest.fixture
def browse(db: None) -> Browse:
    """Return a function that signs somebody in: a role in an arena, or the operator."""

    def signed_in(role: Role | None, tenant: Tenant, *, is_operator: bool = False) -> Client:
        make = User.objects.create_superuser if is_operator else User.objects.create_user
        person = make(f"{role}-{is_operator}@example.org")
        if role is not None:
            add_member(tenant=tenant, user=person, role=role, by=None)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def serve_provider() -> ServeProvider:
    """Return a context manager that runs a provider in a thread of its own."""

    @contextlib.contextmanager
    def serve(*scripts: list[Step]) -> Iterator[Provider]:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        stack = contextlib.AsyncExitStack()
        try:
            entered = stack.enter_async_context(provider(*scripts))
            yield asyncio.run_coroutine_threadsafe(entered, loop).result(5)
            asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(5)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(5)
            loop.close()

    return serve
