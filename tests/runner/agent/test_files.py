"""What the agent keeps: readable by its owner only, whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from arena_runner.agent import credentials, files
from arena_runner.agent.checkpoint import RunFolder
from arena_runner.agent.credentials import Credentials
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.keys import KeyStore
from arena_runner.agent.paths import Paths


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_key_and_token_are_for_their_owner_only(paths: Paths) -> None:
    before = os.umask(0)
    try:
        KeyStore(paths).present_or_new()
        credentials.store(paths, Credentials(api_key="ak_live_12345678"))
    finally:
        os.umask(before)
    assert mode(paths.signing_key) == mode(paths.token) == 0o600
    assert mode(paths.config) == 0o700


def test_a_key_that_others_can_read_is_refused(paths: Paths) -> None:
    KeyStore(paths).present_or_new()
    paths.signing_key.chmod(0o644)
    with pytest.raises(AgentError) as refused:
        KeyStore(paths).present()
    assert refused.value.code == "key-readable"


def test_a_token_that_others_can_read_is_refused(paths: Paths) -> None:
    credentials.store(paths, Credentials(api_key="ak_live_12345678"))
    paths.token.chmod(0o640)
    with pytest.raises(AgentError) as refused:
        credentials.load(paths)
    assert refused.value.code == "token-readable"


def test_the_environment_goes_before_the_stored_token(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials.store(paths, Credentials(api_key="ak_live_stored__"))
    monkeypatch.setenv("ARENA_TOKEN", "ak_live_of_the_environment")
    known = credentials.load(paths)
    assert known is not None
    assert known.api_key == "ak_live_of_the_environment"
    assert "environment" not in repr(known)


def test_a_key_stays_the_same_until_it_is_replaced(paths: Paths) -> None:
    keys = KeyStore(paths)
    first = keys.present_or_new()
    assert keys.present_or_new().key_id == first.key_id
    following = keys.next_or_new()
    assert keys.next_or_new().key_id == following.key_id
    keys.adopt_next()
    known = keys.present()
    assert known is not None
    assert known.key_id == following.key_id != first.key_id
    assert not paths.next_signing_key.exists()


@pytest.mark.parametrize("content", [b"", b"zz", b"00", b"\xff\xfe"])
def test_a_damaged_key_is_an_error(paths: Paths, content: bytes) -> None:
    files.write(paths.signing_key, content)
    with pytest.raises(AgentError) as refused:
        KeyStore(paths).present()
    assert refused.value.code == "key-damaged"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.write(path, b"old")
    with pytest.raises(ValueError, match=r"."):
        files.write_json(path, float("nan"))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_relative_home_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_RUNNER_HOME", "here")
    with pytest.raises(InvalidInput):
        Paths.of_this_user()


def test_without_a_home_the_xdg_folders_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ARENA_RUNNER_HOME", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    found = Paths.of_this_user()
    assert found.token.is_relative_to(tmp_path / "c")
    assert found.runs.is_relative_to(tmp_path / "s")


def test_an_unknown_run_is_named(paths: Paths) -> None:
    for prefix in ("", "x", "../.."):
        with pytest.raises(InvalidInput):
            RunFolder.find(paths.runs, prefix)
