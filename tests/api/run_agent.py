"""An agent that works on runs through the front door."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from arena.accounts.commands import add_member, create_api_key
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from arena_runner.contract import samples, signing
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import Point
from arena_runner.contract.report import PointReport
from tests.api.conftest import bearer
from tests.benchmarks import runs as made
from tests.workers import fleet

JSON = "application/json"


@dataclass
class Agent:
    """A program with an API key of its owner, a machine and its signing key."""

    tenant: Tenant
    name: str
    scopes: tuple[str, ...] = ("read", "runner")
    role: Role = Role.RUNNER_OWNER
    private: bytes = field(default_factory=signing.new_private_key)

    def __post_init__(self) -> None:
        person = User.objects.create_user(f"{self.name}-{uuid.uuid4().hex[:8]}@example.org")
        add_member(tenant=self.tenant, user=person, role=self.role, by=None)
        key = create_api_key(
            tenant=self.tenant, by=person, name=self.name, scopes=list(self.scopes)
        )
        self.person = person
        self.owner = str(person.actor_id)
        self.api = f"/t/{self.tenant.slug}/api/v1/"
        self.client = Client(headers=bearer(key.raw), raise_request_exception=False)
        self.runner_id = fleet.runner(
            self.tenant, owner=self.owner, private=self.private, name=self.name
        ).runner_id

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Post JSON, or a text as it is."""
        return self.client.post(self.api + path, body or {}, content_type=JSON, headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self.client.get(self.api + path, headers=headers)

    def put(self, content: bytes, *, kind: str = "samples", name: str | None = None) -> Any:
        """Upload bytes under their name, or under another."""
        path = f"{self.api}artifacts/{name or samples.content_id(content)}?kind={kind}"
        return self.client.put(path, content, content_type="application/octet-stream")

    def ask(self, wanted: Manifest, *, key: str | None = None, **wish: Any) -> Any:
        """Ask for a run on this machine."""
        body = {
            "manifest": wanted.model_dump(mode="json"),
            "runner_id": str(self.runner_id),
            **wish,
        }
        return self.post("runs", body, **{"Idempotency-Key": key or str(uuid.uuid4())})

    def lease(self, wanted: Manifest) -> "Lease":
        """Ask for a run and claim it."""
        asked = self.ask(wanted)
        assert asked.status_code == 201, asked.content
        return self.claim(wanted)

    def claim(self, wanted: Manifest) -> "Lease":
        """Claim what there is."""
        answer = self.post(f"runners/{self.runner_id}/claim", {"tags": [], "wait_s": 0})
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert body["manifest"] == wanted.model_dump(mode="json")
        return Lease(self, wanted, uuid.UUID(body["run_id"]), body["attempt"], body["fence"])


@dataclass
class Lease:
    """A claimed run, and all that is sent for it."""

    agent: Agent
    wanted: Manifest
    run_id: uuid.UUID
    attempt: int
    fence: int

    def body(self, **fields: Any) -> dict[str, Any]:
        """Return a body with the lease in it."""
        return {"runner_id": str(self.agent.runner_id), "fence": self.fence} | fields

    def send(self, what: str, **fields: Any) -> Any:
        """Post something of this lease."""
        return self.agent.post(f"runs/{self.run_id}/{what}", self.body(**fields))

    def start(self) -> Any:
        """Say what serves the model."""
        return self.send("start", environment=made.environment().model_dump(mode="json"))

    def report(self, point: Point, **speed: float) -> PointReport:
        """Upload the samples of a point and return what is said of it."""
        rows = made.rows(point, **speed)
        content = samples.pack(rows)
        assert self.agent.put(content).status_code in (200, 201)
        return made.told(point, rows, samples.content_id(content))

    def record(self, report: PointReport) -> Any:
        """Record a point."""
        return self.send("points", point=report.model_dump(mode="json"))

    def measure_only(self) -> tuple[PointReport, ...]:
        """Measure every point and tell nobody."""
        return tuple(self.report(point) for point in self.wanted.profile.points)

    def measure(self, **speed: float) -> tuple[PointReport, ...]:
        """Start, and record every point."""
        assert self.start().status_code == 200
        reports = tuple(self.report(point, **speed) for point in self.wanted.profile.points)
        for report in reports:
            assert self.record(report).status_code in (200, 201)
        return reports

    def envelope(self, points: tuple[PointReport, ...], **changes: Any) -> signing.Envelope:
        """Return the signed report."""
        claimed = made.lease(self.run_id, attempt=self.attempt, fence=self.fence)
        report = made.report_of(claimed, self.agent.runner_id, self.wanted, points, **changes)
        return made.signed(report, self.agent.private)

    def complete(self, envelope: signing.Envelope) -> Any:
        """Hand in the report."""
        return self.send("complete", report=envelope.model_dump(mode="json"))

    def finish(self, **speed: float) -> Any:
        """Measure everything and hand in the report."""
        answer = self.complete(self.envelope(self.measure(**speed)))
        assert answer.status_code == 201, answer.content
        return answer.json()
