"""Requests to the site: what is sent again, what never is, and what nobody gets to read."""

import json
import time

import pytest

from arena_runner.site.client import ArenaClient
from arena_runner.site.errors import ArenaError
from arena_runner.site.transport import Transport
from tests.runner.agent.fake_site import TOKEN, Answer, FakeSite, problem


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(site: FakeSite, client: ArenaClient, status: int) -> None:
    site.faults["whoami"] = [Answer(status), Answer(status)]
    assert client.whoami()["owner"] == "o"
    assert len(site.calls("whoami")) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 422])
def test_a_refusal_is_never_tried_again(site: FakeSite, client: ArenaClient, status: int) -> None:
    site.faults["whoami"] = [problem(status, "rule-refused", "because")]
    with pytest.raises(ArenaError) as refused:
        client.whoami()
    assert (refused.value.code, refused.value.detail) == ("rule-refused", "because")
    assert len(site.calls("whoami")) == 1


def test_the_site_says_how_long_to_wait(site: FakeSite, client: ArenaClient) -> None:
    site.faults["whoami"] = [Answer(429, headers={"Retry-After": "0.3"})]
    began = time.monotonic()
    client.whoami()
    assert time.monotonic() - began >= 0.3


def test_a_fault_that_stays_is_told_after_the_last_try(site: FakeSite, client: ArenaClient) -> None:
    site.faults["whoami"] = [Answer(503) for _ in range(9)]
    with pytest.raises(ArenaError) as failed:
        client.whoami()
    assert failed.value.is_temporary
    assert len(site.calls("whoami")) == 3


def test_nobody_there_is_an_error_with_a_remedy(site: FakeSite) -> None:
    nobody = ArenaClient(Transport("http://127.0.0.1:9", attempts=2, first_wait_s=0.001))
    with pytest.raises(ArenaError) as failed:
        nobody.whoami()
    assert failed.value.code == "unreachable"
    assert failed.value.remedy


def test_the_faults_of_a_body_keep_their_places(site: FakeSite, client: ArenaClient) -> None:
    faults = [{"pointer": "#/manifest/recipe", "detail": "wrong"}]
    site.faults["whoami"] = [problem(422, "invalid-body", errors=faults)]
    with pytest.raises(ArenaError) as refused:
        client.whoami()
    assert refused.value.pointer == "#/manifest/recipe"
    assert refused.value.problems == (("#/manifest/recipe", "wrong"),)


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"[" * 100_000, b'"x"', b"\xff"])
def test_an_answer_that_is_none_is_an_error(
    site: FakeSite, client: ArenaClient, body: bytes
) -> None:
    site.faults["whoami"] = [Answer(200, body)]
    with pytest.raises(ArenaError) as failed:
        client.whoami()
    assert failed.value.code == "bad-answer"


def test_no_text_of_an_error_holds_the_key(site: FakeSite, client: ArenaClient) -> None:
    site.faults["whoami"] = [problem(403, "forbidden")]
    with pytest.raises(ArenaError) as refused:
        client.whoami()
    assert TOKEN not in f"{refused.value!r} {refused.value} {vars(refused.value)}"
    assert TOKEN not in repr(client.transport)


def test_a_redirect_is_not_followed_with_the_key(site: FakeSite, client: ArenaClient) -> None:
    site.faults["whoami"] = [Answer(302, headers={"Location": f"{site.url}/elsewhere"})]
    with pytest.raises(ArenaError) as refused:
        client.whoami()
    assert refused.value.code == "redirected"
    assert not site.calls("elsewhere")


@pytest.mark.parametrize(
    "url", ["ftp://x", "nonsense", "", "https://", "https://a:b@host", "http://arena.example"]
)
def test_an_address_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(ArenaError):
        Transport(url, token=TOKEN)


@pytest.mark.parametrize(
    "url", ["https://arena.example/", "http://127.0.0.1:1", "http://192.168.1.2", "http://box"]
)
def test_a_key_goes_encrypted_or_stays_in_the_house(url: str) -> None:
    Transport(url, token=TOKEN).close()


def test_bodies_are_canonical(site: FakeSite, client: ArenaClient) -> None:
    client.begin_device("b")
    client.transport.json("POST", "device", {"b": 1.0, "a": "ü"})
    sent = site.calls("device")
    assert sent[1] == '{"a":"ü","b":1}'.encode()
    assert json.loads(sent[0]) == {"client_name": "b"}
