"""Runners through the front door: they join, change, ask for runs, and are refused by name."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from arena.accounts.commands import add_member, create_api_key
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from tests.api.conftest import bearer
from tests.workers import fleet
from workers import queries
from workers.commands import runners as commands
from workers.state.runners import RunnerInfo

pytestmark = pytest.mark.django_db
API = "/api/v1"
Advance = Callable[[Tenant], None]


class Agent:
    """A program with a key of its owner, and a signing key."""

    def __init__(self, tenant: Tenant, name: str) -> None:
        self.tenant = tenant
        person = User.objects.create_user(f"{name}@example.org")
        add_member(tenant=tenant, user=person, role=Role.RUNNER_OWNER, by=None)
        key = create_api_key(tenant=tenant, by=person, name=name, scopes=["read", "runner"])
        self.owner = str(person.actor_id)
        self.private = signing.new_private_key()
        self.client = Client(headers=bearer(key.raw))
        self.runner_id = ""

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.client.post(f"{API}/{path}", body or {}, content_type="application/json")

    def register(self, **more: Any) -> Any:
        answer = self.post("runners", fleet.body(self.private, **more))
        self.runner_id = answer.json().get("runner_id", "")
        return answer

    def act(self, what: str, body: dict[str, Any] | None = None) -> Any:
        return self.post(f"runners/{self.runner_id}/{what}", body)

    def info(self) -> RunnerInfo:
        return queries.runner(tenant=self.tenant, runner_id=uuid.UUID(self.runner_id))


@pytest.fixture
def agent(tenant: Tenant) -> Agent:
    return Agent(tenant, "ada")


@pytest.fixture
def stranger(tenant: Tenant) -> Agent:
    return Agent(tenant, "bob")


def code(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


def test_a_machine_registers_once_and_reads_itself(agent: Agent, advance_all: Advance) -> None:
    first = agent.register(name="spark", tags=["cuda"])
    assert first.status_code == 201
    assert first["Location"].endswith(f"/runners/{agent.runner_id}")
    shape = first.json()
    assert (shape["status"], shape["owner"], shape["tags"]) == ("registered", agent.owner, ["cuda"])
    again = agent.register(name="spark", tags=["cuda"])
    assert (again.status_code, again["Idempotent-Replay"]) == (200, "true")
    assert again.json() == shape
    assert agent.client.get(first["Location"]).json() == shape
    advance_all(agent.tenant)
    assert agent.client.get(f"{API}/runners").json()["items"] == [shape]


def test_whose_a_key_is(agent: Agent) -> None:
    answer = agent.client.get(f"{API}/whoami").json()
    assert (answer["owner"], answer["tenant"]) == (agent.owner, "public")
    assert answer["scopes"] == ["read", "runner"]


def test_a_key_of_the_operator_belongs_to_the_arena(tenant: Tenant) -> None:
    key = create_api_key(tenant=tenant, by=None, name="operator", scopes=["read", "runner"])
    answer = Client(headers=bearer(key.raw)).get(f"{API}/whoami").json()
    assert answer["owner"] == "platform"


def test_description_limits_and_retirement(agent: Agent) -> None:
    agent.register()
    machine = fleet.machine(driver_version="600.1").model_dump(mode="json")
    described = agent.act("describe", {"machine": machine, "tags": ["nvlink"]})
    assert (described.status_code, described.json()["tags"]) == (200, ["nvlink"])
    for body in ({"max_power_watts": 180}, {"hours_utc": ["22:00-06:00"]}):
        limited = agent.client.patch(
            f"{API}/runners/{agent.runner_id}/limits", body, content_type="application/json"
        )
    assert limited.json()["limits"] == {
        "hours_utc": ["22:00-06:00"], "max_power_watts": 180, "max_temperature_celsius": None,
        "only_when_idle": False, "allowed_images": [],
    }  # fmt: skip
    assert agent.act("retire", {"reason": "sold"}).json()["status"] == "retired"
    assert code(agent.act("claim")) == (409, "runner-retired")
    assert code(agent.register()) == (409, "runner-retired")


def test_presence(agent: Agent) -> None:
    agent.register()
    beat = {"state": "busy", "runner_version": "0.1", "telemetry": {"watts": 41}, "doctor": []}
    assert agent.act("presence", beat).status_code == 204
    seen = queries.presence(tenant=agent.tenant)[uuid.UUID(agent.runner_id)]
    assert (seen.state, seen.telemetry) == ("busy", {"watts": 41})
    big = agent.act("presence", {"telemetry": {"text": "x" * 40_000}})
    assert code(big) == (422, "rule-refused")


def test_keys_are_rotated_and_revoked(agent: Agent) -> None:
    agent.register()
    new = signing.new_private_key()
    proof = fleet.proof(agent.private, of=fleet.public_key(new), purpose="rotate")
    body = {"public_key": fleet.public_key(new), "proof": proof.model_dump(mode="json")}
    rotated = agent.act("keys", body)
    assert [key["is_current"] for key in rotated.json()["keys"]] == [False, True]
    assert agent.act("keys", body).json() == rotated.json()
    key_id = signing.key_id(signing.public_key(new))
    revoked = agent.act(f"keys/{key_id}/revoke", {"reason": "laptop stolen"})
    assert [key["is_current"] for key in revoked.json()["keys"]] == [False, False]
    assert code(agent.act("claim")) == (403, "key-revoked")


def test_own_runs_come_to_a_runner_before_it_is_approved_and_those_of_others_after(
    agent: Agent, stranger: Agent
) -> None:
    agent.register()
    theirs = fleet.queue(agent.tenant, owner=stranger.owner)
    assert agent.act("claim").status_code == 204
    mine = fleet.queue(agent.tenant, owner=agent.owner)
    claimed = agent.act("claim").json()
    assert (claimed["run_id"], claimed["attempt"], claimed["fence"]) == (str(mine), 1, 1)
    assert claimed["manifest"] == fleet.manifest().model_dump(mode="json")
    assert (claimed["points_done"], claimed["source"]) == ([], "site")
    assert agent.act("claim").status_code == 204
    commands.approve_runner(tenant=agent.tenant, runner_id=agent.info().runner_id, actor="admin")
    assert agent.act("claim").json()["run_id"] == str(theirs)


def test_the_suspended_get_nothing(agent: Agent) -> None:
    agent.register()
    fleet.queue(agent.tenant, owner=agent.owner)
    commands.suspend_runner(
        tenant=agent.tenant, runner_id=agent.info().runner_id, reason="odd figures", actor="admin"
    )
    answer = agent.act("claim")
    assert code(answer) == (403, "not-approved")
    assert "odd figures" in answer.json()["detail"]


def test_tags_decide(agent: Agent) -> None:
    agent.register(tags=["cuda", "nvlink"])
    fleet.queue(agent.tenant, owner=agent.owner, required_tags=("nvlink",))
    assert agent.act("claim", {"tags": ["cuda"]}).status_code == 204
    assert agent.act("claim", {"tags": ["cuda", "nvlink"]}).status_code == 200


@pytest.mark.parametrize(
    "act",
    [
        ("describe", {"machine": fleet.machine().model_dump(mode="json")}),
        ("retire", {"reason": "mine now"}),
        ("presence", {"state": "idle"}),
        ("claim", {}),
        (f"keys/{'0' * 64}/revoke", {"reason": "mine now"}),
    ],
    ids=lambda act: act[0].partition("/")[0],
)
def test_a_runner_obeys_its_owner_only(
    agent: Agent, stranger: Agent, act: tuple[str, dict[str, Any]]
) -> None:
    agent.register()
    before = agent.info()
    stranger.runner_id = agent.runner_id
    assert code(stranger.act(*act)) == (403, "foreign-runner")
    assert agent.info() == before
    assert code(stranger.client.get(f"{API}/runners/{agent.runner_id}")) == (403, "foreign-runner")
    stranger.runner_id = str(uuid.uuid4())
    assert code(stranger.act(*act)) == (404, "not-found")


def _changed(**change: Any) -> Callable[[Agent, Agent], dict[str, Any]]:
    return lambda agent, _: fleet.body(agent.private) | change


def _signed_by_another(agent: Agent, stranger: Agent) -> dict[str, Any]:
    proof = fleet.proof(stranger.private, of=fleet.public_key(agent.private))
    return fleet.body(agent.private) | {"proof": proof.model_dump(mode="json")}


def _somebody_elses_key(_: Agent, stranger: Agent) -> dict[str, Any]:
    stranger.register()
    return fleet.body(stranger.private)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (_signed_by_another, (422, "bad-signature")),
        (_somebody_elses_key, (403, "foreign-runner")),
        (_changed(name=" "), (422, "rule-refused")),
        (_changed(name=""), (422, "invalid-body")),
        (_changed(tags=["UPPER"]), (422, "invalid-body")),
        (_changed(public_key="00"), (422, "invalid-body")),
        (_changed(machine={}), (422, "invalid-body")),
        (_changed(owner="somebody"), (422, "invalid-body")),
    ],
)
def test_registrations_that_are_refused(
    agent: Agent,
    stranger: Agent,
    make: Callable[[Agent, Agent], dict[str, Any]],
    refusal: tuple[int, str],
) -> None:
    assert code(agent.post("runners", make(agent, stranger))) == refusal


def test_a_key_without_the_scope_is_refused(agent: Agent) -> None:
    person = User.objects.get(actor_id=agent.owner)
    key = create_api_key(tenant=agent.tenant, by=person, name="reader", scopes=["read"])
    answer = Client(headers=bearer(key.raw)).post(
        f"{API}/runners", fleet.body(agent.private), content_type="application/json"
    )
    assert code(answer) == (403, "insufficient-scope")
    assert code(Client().get(f"{API}/runners")) == (401, "unauthenticated")
