"""Fixtures of battles: a provider that answers."""

from collections.abc import Iterator

import pytest

from tests.voting.fake_provider import FakeProvider, fake_provider


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """Return a server of models with faults."""
    with fake_provider() as running:
        yield running
