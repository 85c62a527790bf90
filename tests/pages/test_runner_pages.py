"""The fleet as its owner, an administrator and a stranger see it, and what each may change."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from tests.benchmarks import runs as agent
from tests.pages import run_scene as scene
from tests.workers import fleet
from workers import queries
from workers.commands import devices
from workers.commands.runners import approve_runner, note_presence
from workers.state.devices import DeviceRefused
from workers.state.runners import RunnerInfo

AdvanceAll = Callable[[Tenant], None]
SENTINEL: Final = "private-finding-of-the-doctor"


@pytest.fixture
def machine(tenant: Tenant, ann: User, advance_all: AdvanceAll) -> RunnerInfo:
    """Return Ann's machine, not approved, which has just been heard of."""
    info = scene.machine_of(tenant, ann, name="Annas Spark")
    note_presence(
        tenant=tenant,
        runner_id=info.runner_id,
        state="idle",
        runner_version="0.1.0",
        telemetry={"temperature_celsius": 61.0, "power_watts": 42.5, "power_scope": "gpu",
                   "throttle_reasons": []},
        doctor=[{"code": "disk", "level": "warn", "title": "Disk", "found": SENTINEL,
                 "mend": "free some"}, {"nonsense": 1}],
    )  # fmt: skip
    advance_all(tenant)
    return info


def page(machine: RunnerInfo) -> str:
    return f"/runners/{machine.runner_id}/"


def test_the_owner_sees_how_the_machine_feels(machine: RunnerInfo, ann: User) -> None:
    client = scene.browser(ann)

    fleet, own = scene.words(client.get("/runners/")), scene.words(client.get(page(machine)))

    assert "Annas Spark" in fleet
    assert "idle" in fleet
    assert "not approved: measures for its owner only" in fleet
    assert "61" in fleet
    assert "42 gpu" in fleet or "43 gpu" in fleet
    assert SENTINEL in own
    assert "no such sensor" in own


def test_a_machine_that_is_not_approved_is_unknown_to_others(
    tenant: Tenant, machine: RunnerInfo
) -> None:
    other = scene.browser(scene.person(tenant, "bob"))

    assert scene.browser().get(page(machine)).status_code == 404
    assert other.get(page(machine)).status_code == 404
    assert "Annas Spark" not in scene.words(other.get("/runners/"))


def test_of_an_approved_machine_others_see_its_public_facts_only(
    tenant: Tenant, machine: RunnerInfo, advance_all: AdvanceAll
) -> None:
    approve_runner(tenant=tenant, runner_id=machine.runner_id, actor="admin")
    advance_all(tenant)

    shown = scene.words(scene.browser().get(page(machine)))

    assert "GB10" in shown
    assert "Annas Spark" in scene.words(scene.browser().get("/runners/"))
    assert SENTINEL not in shown
    assert "61" not in scene.words(scene.browser().get("/runners/"))
    assert machine.owner not in scene.browser().get(page(machine)).content.decode()


def test_the_page_says_why_a_machine_is_slower_than_its_twin(
    tenant: Tenant, machine: RunnerInfo, ann: User, advance_all: AdvanceAll
) -> None:
    bob = scene.person(tenant, "bob")
    key = signing.new_private_key()
    twin = scene.machine_of(tenant, bob, key=key, name="Bobs box")

    def environment(driver: str) -> dict[str, Any]:
        seen = fleet.machine(driver_version=driver)
        return {"environment": agent.environment().model_copy(update={"machine": seen})}

    fast = scene.completed(tenant, bob, twin, key=key, changes=environment("590.1"))
    scene.published(tenant, fast, bob)
    scene.completed(tenant, ann, machine, changes=environment("580.0"), tokens_per_second=40.0)
    advance_all(tenant)

    shown = scene.words(scene.browser(ann).get(page(machine)))

    assert "\u221220.0 % against the median of 50.0 tok/s" in shown
    assert "faster than 0 % of n = 1 twin" in shown
    assert "Your driver is 580.0; 1 of 1 faster runs have 590.1" in shown


def test_an_administrator_approves_and_suspends(
    tenant: Tenant, machine: RunnerInfo, ann: User
) -> None:
    admin = scene.browser(scene.person(tenant, "root", Role.ADMIN))

    assert "Waiting for approval" in scene.words(admin.get("/runners/"))
    admin.post(f"{page(machine)}approve/")
    approved = queries.runner(tenant=tenant, runner_id=machine.runner_id)
    admin.post(f"{page(machine)}suspend/", {"reason": "too hot"})
    suspended = queries.runner(tenant=tenant, runner_id=machine.runner_id)

    assert approved.status == "approved"
    assert (suspended.status, suspended.status_reason) == ("suspended", "too hot")
    assert scene.browser(ann).post(f"{page(machine)}approve/").status_code == 403


def test_limits_are_saved_and_a_wrong_one_is_named(
    tenant: Tenant, machine: RunnerInfo, ann: User
) -> None:
    client = scene.browser(ann)

    wrong = client.post(f"{page(machine)}limits/", {"hours_utc": "at night"})
    client.post(
        f"{page(machine)}limits/",
        {"hours_utc": "22:00-06:00\n", "max_temperature_celsius": "80", "only_when_idle": "on"},
    )
    limits = queries.runner(tenant=tenant, runner_id=machine.runner_id).limits

    assert wrong.status_code == 400
    assert "22:00-06:00" in scene.words(wrong)
    assert limits.hours_utc == ("22:00-06:00",)
    assert (limits.max_temperature_celsius, limits.only_when_idle) == (80, True)
    stranger = scene.browser(scene.person(tenant, "bob"))
    assert stranger.post(f"{page(machine)}limits/", {}).status_code == 404


def test_a_key_is_revoked_with_a_reason(tenant: Tenant, machine: RunnerInfo, ann: User) -> None:
    client = scene.browser(ann)
    key_id = machine.keys[0].key_id

    without = client.post(f"{page(machine)}keys/{key_id}/revoke/", {"reason": ""})
    client.post(f"{page(machine)}keys/{key_id}/revoke/", {"reason": "the disk was stolen"})

    assert without.status_code == 400
    assert "Not revoked" in scene.words(without)
    assert queries.runner(tenant=tenant, runner_id=machine.runner_id).current_key is None
    assert "the disk was stolen" in scene.words(client.get(page(machine)))


def test_a_retired_machine_leaves_the_fleet(
    tenant: Tenant, machine: RunnerInfo, ann: User, advance_all: AdvanceAll
) -> None:
    client = scene.browser(ann)

    client.post(f"{page(machine)}retire/", {"reason": "sold"})
    advance_all(tenant)

    assert "Annas Spark" not in scene.words(client.get("/runners/mine/"))
    assert "sold" in scene.words(client.get(page(machine)))


def test_a_machine_appears_on_the_page_that_adds_it(
    tenant: Tenant, ann: User, advance_all: AdvanceAll
) -> None:
    client = scene.browser(ann)
    before = scene.words(client.get("/runners/mine/"))
    scene.machine_of(tenant, ann, name="brand new")
    advance_all(tenant)

    assert "None yet" in before
    assert "brand new" in scene.words(client.get("/runners/mine/"))
    assert "pipx install arena-runner" in scene.words(client.get("/runners/new/"))


def test_a_code_is_confirmed_by_who_is_signed_in(tenant: Tenant, ann: User) -> None:
    login = devices.begin(tenant=tenant, client_name="arena-runner on a Spark")
    client = scene.browser(ann)

    anonymous = scene.browser().get("/device/", {"code": login.user_code})
    shown = scene.words(client.get("/device/", {"code": login.user_code.lower()}))
    answer = client.post("/device/", {"code": login.user_code, "decision": "confirm"})

    assert anonymous.status_code == 302
    assert "/accounts/login/" in anonymous["Location"]
    assert "arena-runner on a Spark" in shown
    assert login.user_code in shown
    assert answer.status_code == 302
    assert devices.redeem(tenant=tenant, device_code=login.device_code) is not None


def test_a_code_is_refused(tenant: Tenant, ann: User) -> None:
    login = devices.begin(tenant=tenant, client_name="somebody")

    scene.browser(ann).post("/device/", {"code": login.user_code, "decision": "refuse"})

    with pytest.raises(DeviceRefused, match="refused in the browser"):
        devices.redeem(tenant=tenant, device_code=login.device_code)


def test_a_code_that_nobody_waits_for_and_a_role_without_runners_are_refused(
    tenant: Tenant, ann: User
) -> None:
    login = devices.begin(tenant=tenant, client_name="somebody")
    member = scene.browser(scene.person(tenant, "eve", Role.MEMBER))

    unknown = scene.browser(ann).get("/device/", {"code": "BCDF-GHJK"})
    forbidden = member.post("/device/", {"code": login.user_code, "decision": "confirm"})

    assert unknown.status_code == 404
    assert "Nothing waits for this code" in scene.words(unknown)
    assert forbidden.status_code == 400
    assert "ask an administrator" in scene.words(forbidden)


def test_codes_are_not_looked_through(tenant: Tenant, ann: User) -> None:
    client = scene.browser(ann)

    answers = [client.get("/device/", {"code": "BCDF-GHJK"}) for _ in range(11)]

    assert answers[9].status_code == 404
    assert "Too many codes tried" in scene.words(answers[10])
