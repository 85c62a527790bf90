"""Signing in by a code, registering, and replacing the signing key."""

import pytest

from arena_runner.agent import registration
from arena_runner.agent.errors import AgentError
from arena_runner.agent.session import Session
from arena_runner.agent.sign_in import sign_in
from arena_runner.site.answers import DeviceCode
from arena_runner.site.client import ArenaClient
from arena_runner.site.errors import ArenaError
from tests.runner.agent.fake_site import TOKEN, Answer, FakeSite, problem
from tests.runner.agent.instruments import TestInstruments


def test_the_code_is_shown_once_and_the_key_comes_when_it_is_confirmed(
    site: FakeSite, client: ArenaClient
) -> None:
    shown: list[DeviceCode] = []
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        site.device_confirmed = len(waits) == 3

    known = sign_in(client, client_name="box", show=shown.append, sleep=sleep)
    assert known.api_key == TOKEN
    assert [code.user_code for code in shown] == ["ABCD-EFGH"]
    assert len(waits) == 3


def test_who_asks_too_often_waits_longer(site: FakeSite, client: ArenaClient) -> None:
    site.faults["device/token"] = [problem(400, "slow-down")]
    site.device_confirmed = True
    waits: list[float] = []
    sign_in(client, client_name="box", show=lambda code: None, sleep=waits.append)
    assert waits[1] == pytest.approx(waits[0] + 5)


@pytest.mark.parametrize("code", ["device-code-refused", "device-code-expired"])
def test_a_refused_or_expired_code_ends_it(site: FakeSite, client: ArenaClient, code: str) -> None:
    site.faults["device/token"] = [problem(403, code)]
    with pytest.raises(ArenaError) as refused:
        sign_in(client, client_name="box", show=lambda code: None, sleep=lambda seconds: None)
    assert refused.value.code == code


def test_nobody_confirms(site: FakeSite, client: ArenaClient) -> None:
    times = iter([0.0, 1.0, 6.0])
    with pytest.raises(AgentError) as refused:
        sign_in(
            client,
            client_name="box",
            show=lambda code: None,
            sleep=lambda seconds: None,
            clock=lambda: next(times),
        )
    assert refused.value.code == "device-code-expired"


def test_a_machine_proves_that_the_key_is_its_own(
    session: Session, site: FakeSite, client: ArenaClient
) -> None:
    machine = TestInstruments().machine()
    found = registration.register(session, client, name="box", machine=machine, tags=["gpu"])
    assert found == site.runner_id == session.configuration.runner_id
    assert session.configuration.tags == ("gpu",)


def test_a_rotation_whose_answer_got_lost_is_finished(
    session: Session, site: FakeSite, client: ArenaClient
) -> None:
    old, new = session.keys.present_or_new(), session.keys.next_or_new()
    known = {"keys": [{"key_id": new.key_id, "is_current": True}]}
    site.faults[f"runners/{site.runner_id}"] = [problem(409, "conflict"), Answer(200, known)]
    assert registration.rotate(session, client).key_id == new.key_id
    present = session.keys.present()
    assert present is not None
    assert present.key_id == new.key_id != old.key_id


def test_a_refused_rotation_keeps_the_old_key(
    session: Session, site: FakeSite, client: ArenaClient
) -> None:
    old = session.keys.present_or_new()
    site.faults[f"runners/{site.runner_id}"] = [
        problem(403, "key-revoked"),
        Answer(200, {"keys": []}),
    ]
    with pytest.raises(ArenaError):
        registration.rotate(session, client)
    present = session.keys.present()
    assert present is not None
    assert present.key_id == old.key_id
