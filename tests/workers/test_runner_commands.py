"""Runners join with a key they hold, and rise and fall by what others decide about them."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from arena.eventstore import reader
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from arena_runner.contract.report import Accelerator
from tests.workers import fleet
from workers import queries
from workers.commands import runners as commands
from workers.events import runner_stream
from workers.models import RunnerPresence
from workers.state.runners import RunnerInfo, RunnerLimits, RunnerRefused, UnknownRunner

pytestmark = pytest.mark.django_db
Advance = Callable[[Tenant], None]


def types(tenant: Tenant, runner: RunnerInfo) -> list[str]:
    stream = reader.read_stream(tenant_id=tenant.pk, stream=runner_stream(runner.runner_id))
    return [stored.type for stored in stream]


def test_a_machine_joins_with_its_key_and_what_it_is(tenant: Tenant) -> None:
    private = signing.new_private_key()
    runner = fleet.runner(tenant, owner="somebody", private=private, tags=["cuda", "gb10"])
    assert (runner.status, runner.owner, runner.origin) == ("registered", "somebody", "owner")
    assert (runner.accelerator, runner.accelerator_count) == ("GB10", 1)
    assert runner.memory_bytes == 128 * fleet.GIB
    assert runner.current_key is not None
    assert runner.current_key.public_key == fleet.public_key(private)
    assert queries.runner(tenant=tenant, runner_id=runner.runner_id) == runner


def test_the_same_key_again_is_the_same_runner(tenant: Tenant) -> None:
    private = signing.new_private_key()
    first = fleet.runner(tenant, owner="somebody", private=private)
    second = fleet.runner(tenant, owner="somebody", private=private, name="another name")
    assert second == first
    assert types(tenant, first) == ["RunnerRegistered"]


@pytest.mark.parametrize("case", ["other key", "other purpose", "other payload", "bent"])
def test_nobody_registers_a_key_that_they_do_not_hold(tenant: Tenant, case: str) -> None:
    private, other = signing.new_private_key(), signing.new_private_key()
    proof = {
        "other key": fleet.proof(other, of=fleet.public_key(private)),
        "other purpose": fleet.proof(private, purpose="rotate"),
        "other payload": fleet.proof(private, of=fleet.public_key(other)),
        "bent": fleet.proof(private).model_copy(update={"signature": "AAAA"}),
    }[case]
    with pytest.raises(RunnerRefused) as refusal:
        commands.register_runner(
            tenant=tenant, owner="somebody", name="spark", public_key=fleet.public_key(private),
            machine=fleet.machine(), tags=(), proof=proof, actor="test",
        )  # fmt: skip
    assert refusal.value.code == "bad-signature"


def test_a_key_belongs_to_one_owner(tenant: Tenant) -> None:
    private = signing.new_private_key()
    fleet.runner(tenant, owner="somebody", private=private)
    with pytest.raises(RunnerRefused) as refusal:
        fleet.runner(tenant, owner="somebody else", private=private)
    assert refusal.value.code == "foreign-runner"


def test_arenas_have_runners_of_their_own(tenant: Tenant, other_tenant: Tenant) -> None:
    private = signing.new_private_key()
    here = fleet.runner(tenant, private=private)
    there = fleet.runner(other_tenant, private=private)
    assert here.runner_id != there.runner_id
    with pytest.raises(UnknownRunner):
        queries.runner(tenant=tenant, runner_id=there.runner_id)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "a\nb"}),
        ("tags", {"tags": ["Upper case"]}),
        ("tags", {"tags": [f"tag{number}" for number in range(51)]}),
        ("public_key", {"public_key": "00"}),
        ("public_key", {"public_key": "nothing"}),
        ("machine", {"machine": fleet.machine(accelerators=(Accelerator(name="a\x00b"),))}),
        ("machine", {"machine": fleet.machine(memory_bytes=2**60)}),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    tenant: Tenant, what: str, change: dict[str, object]
) -> None:
    private = signing.new_private_key()
    facts: dict[str, object] = {
        "name": "spark", "public_key": fleet.public_key(private), "machine": fleet.machine(),
        "tags": (), "proof": fleet.proof(private),
    }  # fmt: skip
    with pytest.raises(DomainError, match=what):
        commands.register_runner(tenant=tenant, owner="me", actor="test", **facts | change)  # type: ignore[arg-type]


def test_a_description_is_recorded_when_something_has_changed(tenant: Tenant) -> None:
    runner = fleet.runner(tenant, tags=["cuda"])
    for machine, tags in (
        (fleet.machine(), ["cuda"]),
        (fleet.machine(driver_version="600.1"), ["cuda"]),
        (fleet.machine(driver_version="600.1"), ["cuda", "nvlink"]),
        (fleet.machine(driver_version="600.1"), ["nvlink", "cuda"]),
    ):
        described = commands.describe_runner(
            tenant=tenant, runner_id=runner.runner_id, machine=machine, tags=tags, actor="test"
        )
    assert described.tags == ("cuda", "nvlink")
    assert types(tenant, runner) == ["RunnerRegistered", "RunnerDescribed", "RunnerDescribed"]


def test_approval_suspension_and_retirement(tenant: Tenant) -> None:
    runner = fleet.runner(tenant, approved=True)
    again = commands.approve_runner(tenant=tenant, runner_id=runner.runner_id, actor="admin")
    assert again.status == "approved"
    suspended = commands.suspend_runner(
        tenant=tenant, runner_id=runner.runner_id, reason="odd figures", actor="admin"
    )
    assert (suspended.status, suspended.status_reason) == ("suspended", "odd figures")
    back = commands.approve_runner(tenant=tenant, runner_id=runner.runner_id, actor="admin")
    assert (back.status, back.status_reason) == ("approved", None)
    for _ in range(2):
        gone = commands.retire_runner(
            tenant=tenant, runner_id=runner.runner_id, reason="sold", actor="owner"
        )
    assert gone.status == "retired"
    assert types(tenant, runner) == [
        "RunnerRegistered", "RunnerApproved", "RunnerSuspended", "RunnerApproved", "RunnerRetired",
    ]  # fmt: skip
    with pytest.raises(RunnerRefused) as refusal:
        commands.approve_runner(tenant=tenant, runner_id=runner.runner_id, actor="admin")
    assert refusal.value.code == "runner-retired"


def test_the_retired_do_not_come_back_with_their_key(tenant: Tenant) -> None:
    private = signing.new_private_key()
    runner = fleet.runner(tenant, owner="me", private=private)
    commands.retire_runner(tenant=tenant, runner_id=runner.runner_id, reason="sold", actor="me")
    with pytest.raises(RunnerRefused) as refusal:
        fleet.runner(tenant, owner="me", private=private)
    assert refusal.value.code == "runner-retired"


def test_rotation_keeps_old_signatures_valid_and_revocation_does_not(tenant: Tenant) -> None:
    old, new = signing.new_private_key(), signing.new_private_key()
    runner = fleet.runner(tenant, private=old)
    signed = signing.sign({"value": 1}, old)
    for _ in range(2):
        commands.rotate_key(
            tenant=tenant, runner_id=runner.runner_id, public_key=fleet.public_key(new),
            proof=fleet.proof(old, of=fleet.public_key(new), purpose="rotate"), actor="test",
        )  # fmt: skip
    owner = queries.key_of(tenant=tenant, key_id=signed.key_id)
    assert owner is not None
    assert (owner.runner_id, owner.is_revoked, owner.is_current) == (runner.runner_id, False, False)
    signing.verify(signed, owner.public_key)
    current = queries.key_of(tenant=tenant, key_id=signing.key_id(signing.public_key(new)))
    assert current is not None
    assert (current.runner_id, current.is_current) == (runner.runner_id, True)

    for _ in range(2):
        commands.revoke_key(
            tenant=tenant, runner_id=runner.runner_id, key_id=signed.key_id, reason="lost",
            actor="test",
        )  # fmt: skip
    owner = queries.key_of(tenant=tenant, key_id=signed.key_id)
    assert owner is not None
    assert owner.is_revoked
    assert types(tenant, runner) == ["RunnerRegistered", "RunnerKeyRotated", "RunnerKeyRevoked"]


def test_only_the_present_key_vouches_for_another(tenant: Tenant) -> None:
    old, new, thief = (signing.new_private_key() for _ in range(3))
    runner = fleet.runner(tenant, private=old)

    def rotate(to: bytes, *, signed_by: bytes) -> RunnerInfo:
        return commands.rotate_key(
            tenant=tenant, runner_id=runner.runner_id, public_key=fleet.public_key(to),
            proof=fleet.proof(signed_by, of=fleet.public_key(to), purpose="rotate"), actor="test",
        )  # fmt: skip

    with pytest.raises(RunnerRefused, match="proof"):
        rotate(thief, signed_by=thief)
    rotate(new, signed_by=old)
    with pytest.raises(RunnerRefused, match="proof"):
        rotate(thief, signed_by=old)
    with pytest.raises(DomainError, match="used before"):
        rotate(old, signed_by=new)
    state = queries.runner(tenant=tenant, runner_id=runner.runner_id)
    assert state.current_key is not None
    commands.revoke_key(
        tenant=tenant, runner_id=runner.runner_id, key_id=state.current_key.key_id, reason="lost",
        actor="test",
    )  # fmt: skip
    with pytest.raises(RunnerRefused) as refusal:
        rotate(thief, signed_by=new)
    assert refusal.value.code == "key-revoked"


def test_a_key_of_one_runner_is_no_key_for_another(tenant: Tenant) -> None:
    mine, theirs = signing.new_private_key(), signing.new_private_key()
    runner = fleet.runner(tenant, private=mine)
    fleet.runner(tenant, private=theirs)
    with pytest.raises(DomainError, match="used before"):
        commands.rotate_key(
            tenant=tenant, runner_id=runner.runner_id, public_key=fleet.public_key(theirs),
            proof=fleet.proof(mine, of=fleet.public_key(theirs), purpose="rotate"), actor="test",
        )  # fmt: skip
    with pytest.raises(DomainError, match="no such key"):
        commands.revoke_key(
            tenant=tenant, runner_id=runner.runner_id, reason="lost", actor="test",
            key_id=signing.key_id(signing.public_key(theirs)),
        )  # fmt: skip
    assert queries.key_of(tenant=tenant, key_id="0" * 64) is None


def test_limits(tenant: Tenant) -> None:
    runner = fleet.runner(tenant)
    limits = RunnerLimits(
        hours_utc=("22:00-06:00",), max_power_watts=180, only_when_idle=True,
        allowed_images=("registry.example.org/vllm",),
    )  # fmt: skip
    for _ in range(2):
        after = commands.set_limits(
            tenant=tenant, runner_id=runner.runner_id, limits=limits, actor="test"
        )
    assert after.limits == limits
    assert types(tenant, runner) == ["RunnerRegistered", "RunnerLimitsSet"]
    for wrong in (
        RunnerLimits(hours_utc=("25:00-06:00",)),
        RunnerLimits(max_power_watts=0),
        RunnerLimits(max_temperature_celsius=151),
        RunnerLimits(allowed_images=("",)),
    ):
        with pytest.raises(DomainError):
            commands.set_limits(
                tenant=tenant, runner_id=runner.runner_id, limits=wrong, actor="test"
            )


def test_the_read_table_says_what_the_streams_say(tenant: Tenant, advance_all: Advance) -> None:
    old, new = signing.new_private_key(), signing.new_private_key()
    one = fleet.runner(tenant, owner="me", private=old, approved=True, tags=["cuda"])
    two = fleet.runner(tenant, owner="somebody else")
    advance_all(tenant)
    commands.rotate_key(
        tenant=tenant, runner_id=one.runner_id, public_key=fleet.public_key(new),
        proof=fleet.proof(old, of=fleet.public_key(new), purpose="rotate"), actor="test",
    )  # fmt: skip
    commands.set_limits(
        tenant=tenant, runner_id=one.runner_id, limits=RunnerLimits(hours_utc=("00:00-06:00",)),
        actor="test",
    )  # fmt: skip
    advance_all(tenant)
    now = [
        queries.runner(tenant=tenant, runner_id=runner_id)
        for runner_id in (two.runner_id, one.runner_id)
    ]
    assert queries.runners(tenant=tenant) == now
    assert queries.runners(tenant=tenant, owner="me") == now[1:]


def test_presence_is_kept_beside_the_log_and_written_when_it_says_something(
    tenant: Tenant,
) -> None:
    runner = fleet.runner(tenant)
    where: dict[str, Any] = {"tenant": tenant, "runner_id": runner.runner_id}
    commands.note_presence(**where, state="idle", runner_version="0.1", telemetry={"watts": 40})
    first = RunnerPresence.objects.get(**where)
    commands.note_presence(**where, state="idle")
    assert RunnerPresence.objects.get(**where).last_seen_at == first.last_seen_at
    commands.note_presence(**where, state="busy")
    seen = queries.presence(tenant=tenant)[runner.runner_id]
    assert (seen.state, seen.telemetry, seen.runner_version) == ("busy", {"watts": 40}, "0.1")
    assert seen.last_seen_at > first.last_seen_at
    assert seen.is_online
    assert types(tenant, runner) == ["RunnerRegistered"]
    odd: list[dict[str, Any]] = [{"telemetry": {"a": "x" * 40_000}}, {"doctor": ["\x00"]}]
    for wrong in odd:
        with pytest.raises(DomainError):
            commands.note_presence(**where, **wrong)
    assert queries.presence(tenant=tenant, runner_ids=[uuid.uuid4()]) == {}
