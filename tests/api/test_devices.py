"""An agent signs in from end to end: API on one side, the browser of its owner on the other."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from tests.api.conftest import bearer
from tests.workers import fleet
from workers.models import DeviceLogin

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def owner(tenant: Tenant) -> User:
    person = User.objects.create_user("ada@example.org")
    add_member(tenant=tenant, user=person, role=Role.RUNNER_OWNER, by=None)
    return person


@pytest.fixture
def browser(owner: User) -> Client:
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(path: str, body: dict[str, Any], **headers: str) -> Any:
    return Client(headers=headers).post(f"{API}/{path}", body, content_type="application/json")


def begin() -> dict[str, Any]:
    answer = post("device", {"client_name": "arena-runner 0.1"})
    assert answer.status_code == 201
    begun: dict[str, Any] = answer.json()
    return begun


def redeem(begun: dict[str, Any]) -> Any:
    return post("device/token", {"device_code": begun["device_code"]})


def wait() -> None:
    """Let five seconds pass since the last poll."""
    DeviceLogin.objects.update(polled_at=timezone.now() - timedelta(seconds=5))


def decide(browser: Client, begun: dict[str, Any], decision: str) -> None:
    """Do as a person does: open the address, type the code, press the button."""
    address = begun["verification_url"].removeprefix("http://testserver")
    page = browser.get(address, {"code": begun["user_code"]})
    assert "arena-runner 0.1" in page.content.decode()
    answer = browser.post(address, {"code": begun["user_code"], "decision": decision})
    assert answer.status_code == 302


def test_from_a_code_to_a_registered_machine(browser: Client, owner: User) -> None:
    begun = begin()
    assert (begun["interval_s"], begun["expires_in_s"]) == (5, 900)
    pending = redeem(begun)
    assert (pending.status_code, pending.json()) == (202, {"status": "pending"})
    decide(browser, begun, "confirm")
    wait()
    redeemed = redeem(begun)
    assert redeemed.status_code == 200
    key = redeemed.json()
    assert key["tenant"] == "public"
    me = Client(headers=bearer(key["api_key"])).get(f"{API}/whoami").json()
    assert (me["key_id"], me["owner"]) == (key["key_id"], str(owner.actor_id))
    registered = post("runners", fleet.body(signing.new_private_key()), **bearer(key["api_key"]))
    assert (registered.status_code, registered.json()["owner"]) == (201, str(owner.actor_id))


def _used(browser: Client, begun: dict[str, Any]) -> None:
    decide(browser, begun, "confirm")
    assert redeem(begun).status_code == 200
    wait()


def _expired(browser: Client, begun: dict[str, Any]) -> None:
    DeviceLogin.objects.update(expires_at=timezone.now())


def _refused(browser: Client, begun: dict[str, Any]) -> None:
    decide(browser, begun, "refuse")


def _hasty(browser: Client, begun: dict[str, Any]) -> None:
    redeem(begun)


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        (_used, (410, "device-code-expired")),
        (_expired, (410, "device-code-expired")),
        (_refused, (403, "device-code-refused")),
        (_hasty, (429, "slow-down")),
    ],
)
def test_codes_that_get_no_key(browser: Client, before: Any, refusal: tuple[int, str]) -> None:
    begun = begin()
    before(browser, begun)
    answer = redeem(begun)
    assert (answer.status_code, answer.json()["code"]) == refusal
    if refusal[0] == 429:
        assert answer["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("device", {"client_name": ""}, (422, "invalid-body")),
        ("device", {"client_name": "a\nb"}, (422, "invalid-body")),
        ("device", {"client_name": "x" * 61}, (422, "invalid-body")),
        ("device/token", {"device_code": "guess"}, (422, "invalid-body")),
        ("device/token", {"device_code": "0" * 43}, (410, "device-code-expired")),
    ],
)
def test_what_is_no_code_and_no_name(
    tenant: Tenant, path: str, body: dict[str, Any], refusal: tuple[int, str]
) -> None:
    answer = post(path, body)
    assert (answer.status_code, answer.json()["code"]) == refusal


def test_one_address_begins_ten_logins_a_minute(tenant: Tenant) -> None:
    for _ in range(10):
        begin()
    answer = post("device", {"client_name": "agent"})
    assert (answer.status_code, answer.json()["code"]) == (429, "rate-limited")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_a_private_arena_is_hidden_from_an_agent_without_a_key(other_tenant: Tenant) -> None:
    answer = Client().post(
        f"/t/{other_tenant.slug}{API}/device", {"client_name": "agent"},
        content_type="application/json",
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
