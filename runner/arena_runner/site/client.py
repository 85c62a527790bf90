"""The calls of an agent to one arena, as docs/api.md of the site lists them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from pydantic import BaseModel, ValidationError

from arena_runner.contract.canonical import sha256
from arena_runner.site.answers import Beat, ClaimedRun, DeviceCode, DeviceToken, DryRun, Judged
from arena_runner.site.errors import ArenaError
from arena_runner.site.transport import Transport

LONGEST_POLL_S: Final = 30
_POLL_MARGIN_S: Final = 15.0
_MAX_PAGES: Final = 1_000
_T = TypeVar("_T", bound=BaseModel)


class ArenaClient:
    """One arena. Each method is one request; all raise ArenaError."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    @property
    def url(self) -> str:
        """Return the address of the arena."""
        return self.transport.url

    # Signing in

    def begin_device(self, client_name: str) -> DeviceCode:
        """Ask for a code that the owner confirms in the browser."""
        return _read(DeviceCode, self._post("device", {"client_name": client_name}))

    def redeem_device(self, device_code: str) -> DeviceToken:
        """Return the key, or an answer with the status `pending`."""
        _, answer = self.transport.json("POST", "device/token", {"device_code": device_code})
        return _read(DeviceToken, answer)

    def whoami(self) -> dict[str, Any]:
        """Return what the key is: its id, scopes, arena and owner."""
        return _object(self._get("whoami"))

    # Runners

    def register_runner(self, body: dict[str, Any], *, idempotency_key: str) -> dict[str, Any]:
        """Make this machine known; the body holds name, key, machine, tags and proof."""
        return _object(self._post("runners", body, idempotency_key=idempotency_key))

    def runner(self, runner_id: UUID) -> dict[str, Any]:
        """Return what the site knows of a runner."""
        return _object(self._get(f"runners/{runner_id}"))

    def describe_runner(self, runner_id: UUID, *, machine: Any, tags: Sequence[str]) -> None:
        """Say that the machine has changed."""
        self._post(f"runners/{runner_id}/describe", {"machine": machine, "tags": list(tags)})

    def set_limits(self, runner_id: UUID, limits: dict[str, Any]) -> None:
        """State what the owner allows."""
        self.transport.json("PATCH", f"runners/{runner_id}/limits", limits)

    def rotate_key(self, runner_id: UUID, body: dict[str, Any]) -> None:
        """Hand over a new signing key, signed for by the old one."""
        self._post(f"runners/{runner_id}/keys", body)

    def revoke_key(self, runner_id: UUID, key_id: str, reason: str) -> None:
        """Say that nothing signed by a key may be believed any more."""
        self._post(f"runners/{runner_id}/keys/{key_id}/revoke", {"reason": reason})

    def presence(self, runner_id: UUID, body: dict[str, Any]) -> None:
        """Say that the machine is there, and how it is; tried once, the next one follows soon."""
        self.transport.json("POST", f"runners/{runner_id}/presence", body, once=True)

    def claim(
        self, runner_id: UUID, *, tags: Sequence[str], wait_s: int = LONGEST_POLL_S
    ) -> ClaimedRun | None:
        """Wait up to `wait_s` seconds for a run; None when there is none."""
        status, answer = self.transport.json(
            "POST",
            f"runners/{runner_id}/claim",
            {"tags": list(tags), "wait_s": wait_s},
            read_s=wait_s + _POLL_MARGIN_S,
        )
        return None if status == 204 or answer is None else _read(ClaimedRun, answer)

    # Runs

    def dry_run(self, manifest: Any) -> DryRun:
        """Have a manifest checked before any hour is spent on it."""
        return _read(DryRun, self._post("runs/dry-run", {"manifest": manifest}))

    def request_run(self, body: dict[str, Any], *, idempotency_key: str) -> dict[str, Any]:
        """Queue a run; the answer has its id."""
        return _object(self._post("runs", body, idempotency_key=idempotency_key))

    def heartbeat(self, run_id: UUID, body: dict[str, Any], *, once: bool = False) -> Beat:
        """Keep the lease and say how far the run is."""
        _, answer = self.transport.json("POST", f"runs/{run_id}/heartbeat", body, once=once)
        return _read(Beat, answer)

    def start(self, run_id: UUID, body: dict[str, Any]) -> None:
        """Say that the engine answers and what it runs on."""
        self._post(f"runs/{run_id}/start", body)

    def put_artifact(self, content: bytes, *, kind: str) -> str:
        """Store bytes under their SHA-256 and return it; storing them twice is harmless."""
        name = sha256(content)
        headers = {"Content-Type": "application/octet-stream"}
        path = f"artifacts/{name}?{urlencode({'kind': kind})}"
        self.transport.send("PUT", path, content, headers=headers)
        return name

    def record_point(self, run_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
        """Report one measured point, whose samples are stored already."""
        return _object(self._post(f"runs/{run_id}/points", body))

    def complete(self, run_id: UUID, body: dict[str, Any]) -> Judged:
        """Hand in the signed report and return the verdict."""
        return _read(Judged, self._post(f"runs/{run_id}/complete", body))

    def fail(self, run_id: UUID, body: dict[str, Any]) -> None:
        """End the attempt without a result."""
        self._post(f"runs/{run_id}/fail", body)

    def log(self, run_id: UUID, body: dict[str, Any]) -> None:
        """Send log lines; tried once, they are worth no delay."""
        self.transport.json("POST", f"runs/{run_id}/log", body, once=True)

    def import_run(self, body: dict[str, Any]) -> Judged:
        """Hand in a signed bundle, or the output of another tool."""
        return _read(Judged, self._post("runs/import", body))

    def run_action(self, run_id: UUID, action: str, body: dict[str, Any]) -> dict[str, Any]:
        """Cancel, publish or retract a run."""
        answer = self._post(f"runs/{run_id}/{action}", body)
        return answer if isinstance(answer, dict) else {}

    def run(self, run_id: UUID) -> dict[str, Any]:
        """Return a run as the site knows it."""
        return _object(self._get(f"runs/{run_id}"))

    def runs(self, *, limit: int = 50) -> list[dict[str, Any]]:
        """Return the newest runs of the owner of the key."""
        answer = _object(self._get(f"runs?{urlencode({'mine': 'true', 'limit': min(limit, 200)})}"))
        return [item for item in answer.get("items", []) if isinstance(item, dict)][:limit]

    def run_points(self, run_id: UUID) -> list[dict[str, Any]]:
        """Return the points of a run with their measurements."""
        return list(self._pages(f"runs/{run_id}/points"))

    def run_log(self, run_id: UUID) -> Iterator[dict[str, Any]]:
        """Yield the log lines of a run, oldest first."""
        return self._pages(f"runs/{run_id}/log")

    def payload(self, run_id: UUID, attribution: str) -> tuple[bytes, str | None]:
        """Return exactly the bytes that would be public, and the SHA-256 that the site states."""
        query = urlencode({"attribution": attribution})
        answer = self.transport.send("GET", f"runs/{run_id}/payload?{query}")
        return answer.content, answer.headers.get("X-Payload-SHA256")

    def profile(self, profile_id: str) -> dict[str, Any]:
        """Return a profile as the site has it."""
        return _object(self._get(f"profiles/{quote(profile_id, safe='')}"))

    # Helpers

    def _get(self, path: str) -> Any:
        return self.transport.json("GET", path)[1]

    def _post(self, path: str, body: Any, *, idempotency_key: str | None = None) -> Any:
        return self.transport.json("POST", path, body, idempotency_key=idempotency_key)[1]

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
            answer = self._get(path + query)
            if isinstance(answer, list):
                yield from answer
                return
            page = _object(answer)
            yield from page.get("items", [])
            cursor = page.get("next")
            if not page.get("has_more") or not cursor:
                return


def _object(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise ArenaError("bad-answer", "the arena answered something else than an object")
    return answer


def _read(model: type[_T], answer: Any) -> _T:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ArenaError(
            "bad-answer",
            f"the arena's answer does not fit this agent: {where}: {first['msg']}",
            status=200,
            remedy="Update the agent, or ask the arena's operator for its version",
        ) from None
