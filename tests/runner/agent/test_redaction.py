"""What a line may say once it leaves the machine."""

import pytest

from arena_runner.agent import credentials
from arena_runner.agent.credentials import Credentials
from arena_runner.agent.errors import AgentError
from arena_runner.agent.redaction import public
from arena_runner.agent.session import Session
from arena_runner.cli import exits
from arena_runner.site.client import ArenaClient
from tests.runner.agent.fake_site import FakeSite
from tests.runner.agent.instruments import TestInstruments, manifest
from tests.runner.agent.working import stopped


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cannot read /home/ada/models/x.gguf: gone", "cannot read …: gone"),
        ("~/models/x is missing", "… is missing"),
        ("http://10.0.0.7:8000/v1 answers 500", "… answers 500"),
        ("connect to 192.168.1.20:8000 failed", "connect to … failed"),
        ("key ak_live_abcdefgh of hf_abcd", "key … of …"),
        ("/v1/models answers 404", "… answers 404"),
        ("vllm serve ended with exit code 1", "vllm serve ended with exit code 1"),
        ("12 tok/s and 3/4 points", "12 tok/s and 3/4 points"),
    ],
)
def test_addresses_paths_and_keys_stay_here(text: str, said: str) -> None:
    assert public(text) == said


def test_a_failure_tells_the_site_its_kind_and_no_path(
    session: Session, client: ArenaClient, site: FakeSite
) -> None:
    def fails(key: str) -> None:
        raise AgentError("engine-failed", "/home/ada/bin/vllm at http://10.0.0.7:1 ended")

    site.queue(manifest("a"))
    assert stopped(session, client, TestInstruments(during=fails)) == "engine-failed"
    assert site.failures[-1]["message"] == "… at … ended"
    sent = b"".join(body for _, _, body, _ in site.seen)
    assert b"ada" not in sent
    assert b"10.0.0.7" not in sent


def test_a_key_goes_only_to_the_arena_that_gave_it(session: Session) -> None:
    credentials.store(
        session.paths, Credentials(api_key="ak_live_other___", url="https://other.example")
    )
    with pytest.raises(AgentError) as refused:
        Session(session.paths).client()
    assert refused.value.code == "key-of-another-arena"
    assert exits.of(refused.value) == exits.ExitCode.AUTH
