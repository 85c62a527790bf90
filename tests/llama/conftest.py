"""One running llama.cpp for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.llama.fixtures import LlamaServer, running_llama


@pytest.fixture(scope="package")
def llama() -> Iterator[LlamaServer]:
    """A server with four slots."""
    with running_llama(slots=4) as server:
        yield server
