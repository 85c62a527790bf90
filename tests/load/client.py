"""The voters of a load test, in one process: `python -m tests.load.client` < plan > report.

Whoever finds a server gone goes on at the other one, with the same Idempotency-Key.
"""

import asyncio
import json
import os
import random
import sys
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import uvloop

from tests.load.plan import BOARD, Plan, Report, VoteSeen
from tests.load.prompts import prompt

_ATTEMPTS: Final = 40
_PAUSE_S: Final = 0.25
_REQUEST: Final = aiohttp.ClientTimeout(total=30)
_FOLLOW: Final = aiohttp.ClientTimeout(total=None, sock_read=60)
_CATCH_UP_S: Final = 30.0
_WINNERS: Final = ("model_a", "model_b", "tie", "both_bad")
_BROKEN: Final = (aiohttp.ClientError, OSError, TimeoutError)


class Site:
    """The servers, as somebody sees them who does not know which of them lives."""

    def __init__(self, plan: Plan, session: aiohttp.ClientSession, report: Report) -> None:
        self._ports = plan.ports
        self._session = session
        self._report = report

    async def send(
        self, key: str, method: str, path: str, body: Any = None, *, place: int, **headers: str
    ) -> tuple[dict[str, Any], int]:
        """Return the JSON of a 2xx answer and the number of attempts; raise RuntimeError."""
        status, text = 0, ""
        for attempt in range(1, _ATTEMPTS + 1):
            port = self._ports[(place + attempt) % len(self._ports)]
            try:
                async with self._session.request(
                    method,
                    f"http://127.0.0.1:{port}{path}",
                    json=body,
                    headers={"Authorization": f"Bearer {key}", **headers},
                    timeout=_REQUEST,
                ) as response:
                    status, text = response.status, await response.text()
            except _BROKEN:
                self._report.broken_connections += 1
                # As a proxy does: the next server at once, a pause when all of them failed.
                if attempt % len(self._ports) == 0:
                    await asyncio.sleep(_PAUSE_S)
                continue
            self._count(f"{method} {path.rpartition('/')[2] if body else ''} {status}")
            if status < 300:
                return json.loads(text), attempt
            if status not in (409, 429, 503):
                break
            await asyncio.sleep(float(response.headers.get("Retry-After", _PAUSE_S)))
        raise RuntimeError(f"{method} {path}: {status} {text[:500]}")

    async def messages(self, key: str, path: str, *, place: int) -> AsyncIterator[dict[str, Any]]:
        """Yield the messages of a server-sent stream, across servers, until it says its last."""
        last_id = ""
        for attempt in range(_ATTEMPTS):
            port = self._ports[(place + attempt) % len(self._ports)]
            headers = {"Authorization": f"Bearer {key}"}
            headers |= {"Last-Event-ID": last_id} if last_id else {}
            try:
                async with self._session.get(
                    f"http://127.0.0.1:{port}{path}", headers=headers, timeout=_FOLLOW
                ) as response:
                    if response.status != 200:
                        raise RuntimeError(f"{path}: {response.status} {await response.text()}")
                    async for line in response.content:
                        if line.startswith(b"id: "):
                            last_id = line[4:].decode().strip()
                        elif line.startswith(b"data: "):
                            message = json.loads(line[6:])
                            yield message
                            if _is_last(message):
                                return
            except _BROKEN:
                self._report.broken_connections += 1
            await asyncio.sleep(_PAUSE_S)
        raise RuntimeError(f"{path}: no server")

    async def watch(self, *, place: int) -> None:
        """Note each position of the board that a websocket tells, until cancelled."""
        seen = -1
        while True:
            port = self._ports[place % len(self._ports)]
            place += 1
            try:
                async with self._session.ws_connect(
                    f"http://127.0.0.1:{port}/ws/boards/{BOARD}/",
                    origin=f"http://127.0.0.1:{port}",
                    max_msg_size=0,
                ) as socket:
                    async for message in socket:
                        position = json.loads(message.data).get("position", -1)
                        if position > seen:
                            seen = position
                            self._report.board.append((time.monotonic(), position))
            except _BROKEN:
                await asyncio.sleep(_PAUSE_S)

    def _count(self, what: str) -> None:
        self._report.statuses[what] = self._report.statuses.get(what, 0) + 1


class Voter:
    """One person: battle after battle, a vote for each."""

    def __init__(
        self, number: int, plan: Plan, site: Site, report: Report, *, consent_version: str
    ) -> None:
        self._consent_version = consent_version
        self._key = plan.keys[number]
        self._number = number
        self._think_s = plan.think_s
        self._site = site
        self._report = report
        self._random = random.Random(plan.seed * 100_003 + number)

    async def run(self, until_s: float) -> None:
        """Vote until that time; arrive within the first thinking time, not all at once."""
        await asyncio.sleep(self._random.uniform(0, self._think_s[1]))
        while time.monotonic() < until_s:
            await self._battle()

    async def _battle(self) -> None:
        started_s = time.monotonic()
        battle, _ = await self._site.send(
            self._key,
            "POST",
            "/api/v1/battles",
            {
                "board": BOARD,
                "prompt": prompt(self._random),
                "consent_version": self._consent_version,
            },
            place=self._number,
            **{"Idempotency-Key": str(uuid.uuid4())},
        )
        begun_s = time.monotonic()
        self._report.starts_ms.append((begun_s - started_s) * 1000)
        path = f"/api/v1/battles/{battle['id']}"
        last: dict[str, Any] = {}
        async for message in self._site.messages(self._key, f"{path}/stream", place=self._number):
            last = message
        if void := last if last["type"] == "void" else last.get("void"):
            self._report.voids[void["reason"]] = self._report.voids.get(void["reason"], 0) + 1
            return
        self._report.answers_ms.append((time.monotonic() - begun_s) * 1000)
        await asyncio.sleep(self._random.uniform(*self._think_s))
        await self._vote(battle["id"], path)

    async def _vote(self, battle_id: str, path: str) -> None:
        sent_s = time.monotonic()
        voted, attempts = await self._site.send(
            self._key,
            "POST",
            f"{path}/vote",
            {"winner": self._random.choice(_WINNERS)},
            place=self._number,
        )
        answered_s = time.monotonic()
        self._report.votes.append(
            VoteSeen(
                battle_id=battle_id,
                position=voted["vote"]["position"],
                answered_at_s=answered_s,
                latency_ms=(answered_s - sent_s) * 1000,
                attempts=attempts,
            )
        )


def _is_last(message: dict[str, Any]) -> bool:
    return message["type"] in ("complete", "void", "closed") or (
        message["type"] == "state" and message["status"] != "answering"
    )


async def run(plan: Plan) -> Report:
    """Let the voters vote; then wait for the board and read the votes from the public log."""
    report = Report()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        site = Site(plan, session, report)
        watching = asyncio.create_task(site.watch(place=0))
        terms, _ = await site.send(plan.keys[0], "GET", "/api/v1/battles/terms", place=0)
        until_s = time.monotonic() + plan.seconds
        voters = [
            Voter(number, plan, site, report, consent_version=terms["consent_version"])
            for number in range(len(plan.keys))
        ]
        await asyncio.gather(*(voter.run(until_s) for voter in voters))
        await _catch_up(report)
        watching.cancel()
        report.vote_events = await _vote_events(plan, site)
    report.client_cpu_s = time.process_time()
    return report


async def _catch_up(report: Report) -> None:
    newest = max((vote.position for vote in report.votes), default=0)
    give_up_s = time.monotonic() + _CATCH_UP_S
    while time.monotonic() < give_up_s:
        if report.board and report.board[-1][1] >= newest:
            return
        await asyncio.sleep(0.05)


async def _vote_events(plan: Plan, site: Site) -> list[int]:
    positions: list[int] = []
    while True:
        after = positions[-1] if positions else 0
        path = f"/api/v1/events?type=VoteCast&limit=200&after={after}"
        page, _ = await site.send(plan.keys[0], "GET", path, place=0)
        positions += [event["position"] for event in page["items"]]
        if not page["has_more"]:
            return positions


if __name__ == "__main__":
    report = uvloop.run(run(Plan.from_json(sys.stdin.read()))).to_json()
    # A report is longer than a pipe holds, and an unbuffered stream drops what one write leaves.
    os.set_blocking(sys.stdout.fileno(), True)
    with open(sys.stdout.fileno(), "wb", closefd=False) as output:
        output.write(report.encode())
