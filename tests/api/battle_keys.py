"""Keys that battle, and battles that they have started."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client

from arena.accounts.commands.api_keys import create_api_key
from arena.tenancy.models import Tenant
from tests.api.conftest import bearer
from tests.voting import battling
from voting.commands import Prompt, start_battle
from voting.voters import CONSENT_VERSION

NEW = {"board": "text", "prompt": "Why is the sky blue?", "consent_version": CONSENT_VERSION}


@dataclass(frozen=True)
class Key:
    """A key with the scopes that a battle needs."""

    id: uuid.UUID
    raw: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of its requests; every request has an Idempotency-Key of its own."""
        return {**bearer(self.raw), "Idempotency-Key": str(uuid.uuid4())}


def battle_key(tenant: Tenant, *more: str) -> Key:
    """Make a key that may start battles and read them, and what `more` scopes allow."""
    made = create_api_key(tenant=tenant, by=None, name="battles", scopes=["read", "vote", *more])
    return Key(made.id, made.raw)


def begun(
    tenant: Tenant, key: Key, *, battle_id: uuid.UUID | None = None, board: str = "text"
) -> uuid.UUID:
    """Start a battle of the key that nobody answers yet."""
    battle_id = battle_id or uuid.uuid4()
    start_battle(
        tenant=tenant, battle_id=battle_id, board=board, mode="battle", voter=battling.VOTER,
        prompt=Prompt(text="Why is the sky blue?"), terms=battling.terms(), actor=str(key.id),
    )  # fmt: skip
    return battle_id


def ready(tenant: Tenant, key: Key) -> uuid.UUID:
    """Start a battle of the key whose answers are complete."""
    return battling.answered(tenant, battle_id=begun(tenant, key))


def post(client: Client, key: Key, path: str, body: Any = None, **headers: str) -> Any:
    """Post to the API."""
    return client.post(
        f"/api/v1/{path}",
        {} if body is None else body,
        content_type="application/json",
        headers=key.headers | headers,
    )


def get(client: Client, key: Key, path: str, **headers: str) -> Any:
    """Read from the API."""
    return client.get(f"/api/v1/{path}", headers=key.headers | headers)
