"""The protocol of runners on a real socket, in memory, with faults on demand."""

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from typing_extensions import override

from arena_runner.contract.canonical import sha256
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.signing import Envelope, verify

TOKEN = "ak_live_test_of_the_agent"


@dataclass
class Job:
    run_id: UUID
    manifest: Manifest
    state: str = "queued"
    attempt: int = 0
    fence: int = 0
    points: dict[str, dict[str, Any]] = field(default_factory=dict)
    cancel: bool = False


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def problem(status: int, code: str, detail: str = "no", **more: Any) -> Answer:
    return Answer(status, {"code": code, "detail": detail, **more})


@dataclass
class FakeSite:
    """What it knows; `faults` are answered instead, by a part of the path, one after another."""

    url: str = ""
    runner_id: UUID = field(default_factory=uuid4)
    public_key: bytes = b""
    jobs: dict[UUID, Job] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    reports: list[Envelope] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    environments: list[dict[str, Any]] = field(default_factory=list)
    presences: list[dict[str, Any]] = field(default_factory=list)
    seen: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)
    faults: dict[str, list[Answer]] = field(default_factory=dict)
    lease_s: float = 90.0
    device_confirmed: bool = False

    def queue(self, manifest: Manifest) -> Job:
        job = Job(uuid4(), manifest)
        self.jobs[job.run_id] = job
        return job

    def calls(self, part: str) -> list[Any]:
        return [body for _, path, body, _ in self.seen if part in path]

    def answer(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.seen.append((method, path, body, headers))
        for part, answers in self.faults.items():
            if part in path and answers:
                return answers.pop(0)
        if not path.startswith("/api/v1/device") and headers.get("Authorization") != _BEARER:
            return problem(401, "unauthenticated", "This needs an API key of this arena.")
        route = path.removeprefix("/api/v1/").partition("?")[0]
        for pattern, name in _ROUTES:
            if found := re.fullmatch(pattern, f"{method} {route}"):
                given: Any = body if method == "PUT" else json.loads(body or b"null")
                answer: Answer = getattr(self, f"_{name}")(*found.groups(), given)
                return answer
        return problem(404, "not-found")

    def _device(self, body: Any) -> Answer:
        code = {"device_code": "d" * 20, "user_code": "ABCD-EFGH", "interval_s": 0.01}
        return Answer(201, code | {"verification_url": f"{self.url}/device", "expires_in_s": 5})

    def _token(self, body: Any) -> Answer:
        if not self.device_confirmed:
            return Answer(202, {"status": "pending"})
        return Answer(200, {"api_key": TOKEN, "key_id": "k1", "tenant": "public"})

    def _whoami(self, body: Any) -> Answer:
        return Answer(200, {"key_id": "k1", "scopes": ["runner"], "tenant": "public", "owner": "o"})

    def _register(self, body: Any) -> Answer:
        self.public_key = bytes.fromhex(body["public_key"])
        verify(Envelope.model_validate(body["proof"]), self.public_key)
        return Answer(201, {"runner_id": str(self.runner_id)})

    def _nothing(self, *parts: Any) -> Answer:
        return Answer(204)

    def _presence(self, runner: str, body: Any) -> Answer:
        self.presences.append(body)
        return Answer(204)

    def _claim(self, runner: str, body: Any) -> Answer:
        for job in self.jobs.values():
            if job.state == "queued":
                job.state, job.attempt, job.fence = "leased", job.attempt + 1, job.fence + 1
                return Answer(200, self._lease(job))
        threading.Event().wait(min(0.1, body["wait_s"]))
        return Answer(204)

    def _dry_run(self, body: Any) -> Answer:
        manifest = Manifest.model_validate(body["manifest"])
        return Answer(200, {"ok": True, "identity_sha256": manifest.identity_sha256})

    def _request(self, body: Any) -> Answer:
        job = self.queue(Manifest.model_validate(body["manifest"]))
        return Answer(201, {"run_id": str(job.run_id), "status": job.state})

    def _run(self, run: str, body: Any) -> Answer:
        status = {"leased": "running", "done": "completed"}
        state = self.jobs[UUID(run)].state
        return Answer(200, {"run_id": run, "status": status.get(state, state)})

    def _beat(self, run: str, body: Any) -> Answer:
        job = self.jobs[UUID(run)]
        refused = self._refusal(job, body)
        expires = {"lease_expires_at": self._until(), "cancel": job.cancel}
        return refused or Answer(200, expires)

    def _start(self, run: str, body: Any) -> Answer:
        refused = self._refusal(self.jobs[UUID(run)], body)
        if refused is None:
            self.environments.append(body["environment"])
        return refused or Answer(200, {})

    def _artifact(self, name: str, body: bytes) -> Answer:
        if sha256(body) != name:
            return problem(422, "digest-mismatch")
        self.artifacts[name] = body
        return Answer(201, {})

    def _point(self, run: str, body: Any) -> Answer:
        job = self.jobs[UUID(run)]
        if refused := self._refusal(job, body):
            return refused
        if body["point"]["samples_sha256"] not in self.artifacts:
            return problem(422, "artifact-missing")
        job.points[body["point"]["key"]] = body["point"]
        return Answer(201, {"measurements": [], "voided": None})

    def _complete(self, run: str, body: Any) -> Answer:
        job = self.jobs[UUID(run)]
        if refused := self._refusal(job, body):
            return refused
        envelope = Envelope.model_validate(body["report"])
        verify(envelope, self.public_key)
        self.reports.append(envelope)
        job.state = "done"
        verdict = {"run_id": run, "verdict": "accepted", "trust_level": "T2", "reason_codes": []}
        return Answer(201, verdict | {"run_url": f"{self.url}/runs/{run}/"})

    def _fail(self, run: str, body: Any) -> Answer:
        job = self.jobs[UUID(run)]
        if refused := self._refusal(job, body):
            return refused
        self.failures.append(body)
        job.state = "dead" if body["is_final"] else "queued"
        return Answer(200, {})

    def _log(self, run: str, body: Any) -> Answer:
        self.lines += [line["text"] for line in body["lines"]]
        return Answer(200, {})

    def _refusal(self, job: Job, body: Any) -> Answer | None:
        if job.state == "done":
            return problem(409, "run-over")
        if job.fence != body["fence"] or job.state != "leased":
            return problem(409, "stale-lease", "The run has been leased anew.")
        return None

    def _lease(self, job: Job) -> dict[str, Any]:
        return {
            "run_id": str(job.run_id),
            "attempt": job.attempt,
            "fence": job.fence,
            "lease_expires_at": self._until(),
            "lease_s": self.lease_s,
            "manifest": job.manifest.model_dump(mode="json"),
            "points_done": list(job.points),
            "source": "site",
        }

    def _until(self) -> str:
        return (datetime.now(UTC) + timedelta(seconds=self.lease_s)).isoformat()


_BEARER = f"Bearer {TOKEN}"
_ROUTES = (
    (r"POST device", "device"),
    (r"POST device/token", "token"),
    (r"GET whoami", "whoami"),
    (r"POST runners", "register"),
    (r"PATCH runners/([^/]+)/limits", "nothing"),
    (r"POST runners/([^/]+)/presence", "presence"),
    (r"POST runners/([^/]+)/claim", "claim"),
    (r"POST runs/dry-run", "dry_run"),
    (r"POST runs", "request"),
    (r"GET runs/([^/]+)", "run"),
    (r"POST runs/([^/]+)/heartbeat", "beat"),
    (r"POST runs/([^/]+)/start", "start"),
    (r"PUT artifacts/([^/]+)", "artifact"),
    (r"POST runs/([^/]+)/points", "point"),
    (r"POST runs/([^/]+)/complete", "complete"),
    (r"POST runs/([^/]+)/fail", "fail"),
    (r"POST runs/([^/]+)/log", "log"),
)


@contextlib.contextmanager
def fake_site() -> Iterator[FakeSite]:
    """Serve until the end of the block."""
    site = FakeSite()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = site.answer(self.command, self.path, body, dict(self.headers))
            content = b"" if answer.body is None else _bytes(answer.body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
