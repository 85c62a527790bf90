"""Which run goes to which runner: by owner, standing, tags and memory, and fairly."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from arena_runner.contract import signing
from benchmarks.queries.runs import JobInfo
from workers.scheduling import Offer, choose, may_take, pairs
from workers.state.runners import KeyInfo, RunnerInfo, RunnerLimits

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
GIB = 2**30


def runner(**changes: Any) -> RunnerInfo:
    key = signing.public_key(signing.new_private_key())
    facts: dict[str, Any] = {
        "runner_id": uuid.uuid4(), "name": "spark", "owner": "me", "origin": "owner",
        "status": "approved", "status_reason": None, "machine_sha256": "0" * 64,
        "hardware": "dgx-spark", "accelerator": "GB10", "accelerator_count": 1,
        "memory_bytes": 128 * GIB, "tags": ("cuda", "nvlink"), "limits": RunnerLimits(),
        "keys": (KeyInfo(key_id=signing.key_id(key), public_key=key.hex(), added_at=NOON),),
        "registered_at": NOON,
    }  # fmt: skip
    return RunnerInfo(**facts | changes)


def job(minute: int = 0, **changes: Any) -> JobInfo:
    facts: dict[str, Any] = {
        "run_id": uuid.uuid4(), "state": "queued", "profile": "nine-v1.1",
        "requested_by": "somebody", "runner_id": None, "required_tags": (), "priority": 0,
        "requested_at": NOON + timedelta(minutes=minute), "leased_to": None, "attempt": 0,
        "fence": 0, "lease_until": None, "cancel_requested": False, "points_total": 9,
        "points_done": (), "progress": {}, "updated_at": NOON,
    }  # fmt: skip
    return JobInfo(**facts | changes)


@pytest.mark.parametrize(
    ("status", "own", "others"),
    [
        ("registered", True, False),
        ("approved", True, True),
        ("suspended", False, False),
        ("retired", False, False),
    ],
)
def test_standing_decides_whose_runs_a_runner_takes(status: str, own: bool, others: bool) -> None:
    offer = Offer(runner=runner(status=status))
    assert may_take(job(requested_by="me"), offer) is own
    assert may_take(job(), offer) is others
    assert may_take(job(runner_id=offer.runner.runner_id), offer) is others


def test_a_runner_without_a_key_gets_nothing() -> None:
    one = runner()
    revoked = replace(one, keys=(replace(one.keys[0], revoked_at=NOON),))
    assert not may_take(job(requested_by="me"), Offer(runner=revoked))


def test_a_run_for_one_runner_goes_to_no_other() -> None:
    meant, other = runner(), runner()
    asked = job(runner_id=meant.runner_id)
    assert may_take(asked, Offer(runner=meant))
    assert not may_take(asked, Offer(runner=other))


@pytest.mark.parametrize(
    ("required", "offered", "fits"),
    [
        ((), (), True),
        (("cuda",), (), True),
        (("cuda", "dgx-spark", "owner"), (), True),
        (("cuda", "rocm"), (), False),
        (("nvlink",), ("cuda",), False),
        (("cuda",), ("cuda", "invented"), True),
        (("invented",), ("cuda", "invented"), False),
        (("memory-gib:128",), (), True),
        (("memory-gib:129",), (), False),
        (("memory-gib:much",), (), False),
    ],
)
def test_a_run_needs_every_tag_that_it_asks_for(
    required: tuple[str, ...], offered: tuple[str, ...], fits: bool
) -> None:
    offer = Offer(runner=runner(), tags=frozenset(offered))
    assert may_take(job(required_tags=required), offer) is fits


def test_machines_of_the_arena_take_short_runs_of_everybody() -> None:
    offer = Offer(runner=runner(origin="platform", owner="platform"))
    assert may_take(job(profile="quick-v1"), offer)
    assert not may_take(job(profile="nine-v1.1"), offer)
    assert may_take(job(profile="nine-v1.1", requested_by="platform"), offer)
    assert may_take(job(profile="nine-v1.1", runner_id=offer.runner.runner_id), offer)


def test_own_runs_first_then_priority_then_age() -> None:
    late, early = job(5), job(1)
    urgent, own = job(9, priority=3), job(10, requested_by="me", priority=-5)
    order = choose([late, urgent, early, own], Offer(runner=runner()))
    assert order == [own, urgent, early, late]


def test_who_queues_a_hundred_holds_up_nobody() -> None:
    many = [job(number, requested_by="busy") for number in range(100)]
    one = job(200, requested_by="patient")
    under_way = [job(requested_by="busy", state="leased")]
    assert choose([*many, one], Offer(runner=runner()), leased=under_way)[0] == one


def test_no_run_goes_to_two_and_none_to_who_may_not_have_it() -> None:
    offers = [
        Offer(runner=runner(tags=("cuda",))),
        Offer(runner=runner(status="suspended")),
        Offer(runner=runner(tags=("rocm",))),
        Offer(runner=runner(tags=("cuda",))),
    ]
    only_rocm = job(0, required_tags=("rocm",), requested_by="a")
    first, second = job(1), job(2, requested_by="b")
    given = pairs([first, second, only_rocm], offers)
    assert given == {
        offers[0].runner.runner_id: first,
        offers[2].runner.runner_id: only_rocm,
        offers[3].runner.runner_id: second,
    }
    assert pairs([], offers) == {}
