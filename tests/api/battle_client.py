"""A program that battles through HTTP on a running site."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.battle_keys import NEW, Key
from tests.live_server import LiveServer


@dataclass(frozen=True)
class Program:
    """A client with a key; every request has an Idempotency-Key of its own unless one is given."""

    server: LiveServer
    key: Key

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Post to the API."""
        return httpx.post(
            self.server.url(f"/api/v1/{path}"),
            json=body,
            headers=self.key.headers | headers,
            timeout=30,
        )

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Read from the API."""
        return httpx.get(
            self.server.url(f"/api/v1/{path}"), headers=self.key.headers | headers, timeout=30
        )

    def start(self, **fields: Any) -> uuid.UUID:
        """Start a battle and return its id."""
        response = self.post("battles", NEW | fields)
        assert response.status_code == 201, response.text
        return uuid.UUID(response.json()["id"])

    def follow(self, battle_id: uuid.UUID, **headers: str) -> list["Event"]:
        """Return the events of a battle's stream to its end."""
        with httpx.stream(
            "GET",
            self.server.url(f"/api/v1/battles/{battle_id}/stream"),
            headers=self.key.headers | headers,
            timeout=30,
        ) as response:
            assert response.status_code == 200
            assert response.headers["Content-Type"] == "text/event-stream"
            return list(events(response.iter_lines()))


@dataclass(frozen=True)
class Event:
    """A server-sent event."""

    id: str
    data: dict[str, Any]


def events(lines: Iterator[str]) -> Iterator[Event]:
    """Yield the events of a stream's lines; comments and `[DONE]` are left out."""
    event_id = ""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "id":
            event_id = value
        elif name == "data" and value != "[DONE]":
            yield Event(event_id, json.loads(value))


def texts(told: list[Event]) -> dict[str, str]:
    """Return what the deltas and the state of a stream add up to, by side."""
    found = {"a": "", "b": ""}
    for event in told:
        for side in found:
            part = event.data.get(side) or {}
            if "text" in part:
                assert part.get("offset", 0) <= len(found[side]), "a gap"
                found[side] = found[side][: part.get("offset", 0)] + part["text"]
    return found
