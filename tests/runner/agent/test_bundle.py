"""Bundles: the same bytes for the same run, and nothing that was changed or smuggled in."""

import gzip
import io
import tarfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from arena_runner.agent import archive, bundle
from arena_runner.agent.bundle import Bundle
from arena_runner.agent.checkpoint import RunFolder
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.execution import adopt
from arena_runner.agent.plan import Plan
from arena_runner.agent.runs import Desk, begin_offline, go_on_offline
from arena_runner.agent.session import Session
from arena_runner.agent.stopping import StopSign
from arena_runner.contract import signing
from arena_runner.contract.canonical import sha256
from arena_runner.site.client import ArenaClient
from tests.runner.agent.fake_site import FakeSite, problem
from tests.runner.agent.instruments import TestInstruments, manifest


@pytest.fixture
def folder(session: Session) -> RunFolder:
    folder = begin_offline(session, Plan(manifest("a", "b"), "http://127.0.0.1:9", {}))
    tools = TestInstruments()
    desk = Desk(session=session, sign=StopSign(), instruments=lambda session, folder: tools)
    go_on_offline(desk, folder)
    return folder


@pytest.fixture
def made(session: Session, folder: RunFolder) -> Bundle:
    return bundle.of_run(folder, session.keys.present_or_new().public)


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "bundle.tar.gz"
    path.write_bytes(data)
    return path


def test_a_bundle_comes_back_as_it_was(tmp_path: Path, made: Bundle) -> None:
    read = bundle.read(written(tmp_path, made.packed()))
    assert read == made
    assert read.packed() == made.packed()


def test_a_bundle_opens_with_tar_and_names_nobody(made: Bundle) -> None:
    with tarfile.open(fileobj=io.BytesIO(made.packed())) as tar:
        members = tar.getmembers()
    assert {member.name.partition("/")[0] for member in members} == {
        "report.json",
        "public-key.txt",
        "artifacts",
    }
    assert all((member.uname, member.uid, member.mtime) == ("", 0, 0) for member in members)


def test_the_network_side_sends_samples_and_report(
    made: Bundle, client: ArenaClient, site: FakeSite
) -> None:
    site.faults["runs/import"] = [problem(422, "invalid-report")]
    with pytest.raises(Exception, match="no"):
        bundle.hand_in(made, client)
    assert made.artifacts.keys() <= site.artifacts.keys()


def changed_member(name: str, change: Callable[[bytes], bytes]) -> Callable[[Bundle], bytes]:
    def tamper(made: Bundle) -> bytes:
        members = archive.unpacked(made.packed())
        found = next(known for known in members if known.startswith(name))
        members[found] = change(members[found])
        return archive.packed(members.items())

    return tamper


def renamed_artifact(made: Bundle) -> bytes:
    """An artifact whose name fits its new content: only the signature can tell."""
    members = archive.unpacked(made.packed())
    found = next(name for name in members if name.startswith("artifacts/"))
    content = gzip.compress(b'{"run":0}')
    del members[found]
    members[archive.artifact_name(sha256(content))] = content
    return archive.packed(members.items())


def resigned(made: Bundle) -> bytes:
    """Signed by a stranger's key under the name of the old one."""
    forged = signing.sign(made.envelope.payload, signing.new_private_key())
    members = archive.unpacked(made.packed())
    members[archive.REPORT] = (
        forged.model_copy(update={"key_id": made.envelope.key_id}).model_dump_json().encode()
    )
    return archive.packed(members.items())


def without(name: str) -> Callable[[Bundle], bytes]:
    def drop(made: Bundle) -> bytes:
        members = archive.unpacked(made.packed())
        return archive.packed(
            [(known, content) for known, content in members.items() if not known.startswith(name)]
        )

    return drop


@pytest.mark.parametrize(
    "tamper",
    [
        changed_member("report.json", lambda data: data.replace(b'"fence":1', b'"fence":2')),
        changed_member("report.json", lambda data: data.replace(b'"tiny"', b'"huge"')),
        changed_member("report.json", lambda data: data[:-5]),
        changed_member("public-key.txt", lambda data: b"00" * 32 + b"\n"),
        changed_member("public-key.txt", lambda data: b"zz"),
        changed_member("artifacts/", lambda data: data + b"\0"),
        renamed_artifact,
        resigned,
        without("artifacts/"),
        without("report.json"),
        without("public-key.txt"),
        lambda made: made.packed()[:-20],
        lambda made: made.packed() + b"more",
        lambda made: b"no gzip",
        lambda made: b"",
        lambda made: gzip.compress(b"no tar" * 1000),
    ],
)
def test_a_changed_bundle_is_refused(
    tmp_path: Path, made: Bundle, tamper: Callable[[Bundle], bytes]
) -> None:
    with pytest.raises(InvalidInput):
        bundle.read(written(tmp_path, tamper(made)))


def smuggled(member: tarfile.TarInfo, content: bytes = b"x") -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        member.size = len(content) if member.isreg() else 0
        tar.addfile(member, io.BytesIO(content))
    return target.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../../evil",
        "/etc/passwd",
        "artifacts/../../evil",
        "artifacts/" + "0" * 64 + "/x",
        "report.json/../x",
        "C:\\evil",
        "artifacts/" + "A" * 64,
        "x" * 300,
    ],
)
def test_a_path_out_of_the_bundle_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput):
        bundle.read(written(tmp_path, smuggled(tarfile.TarInfo(name))))
    assert list(tmp_path.iterdir()) == [tmp_path / "bundle.tar.gz"]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_a_link_or_device_in_a_bundle_is_refused(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("report.json")
    member.type, member.linkname = kind, "/etc/passwd"
    with pytest.raises(InvalidInput):
        bundle.read(written(tmp_path, smuggled(member)))


def bomb() -> bytes:
    """100 MB of zeros in 100 kB."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=9) as zipped:
        for _ in range(100):
            zipped.write(bytes(1_048_576))
    return target.getvalue()


def giant_member() -> bytes:
    header = tarfile.TarInfo("report.json")
    header.size = 10**12
    return gzip.compress(header.tobuf(tarfile.GNU_FORMAT))


@pytest.mark.parametrize("make", [bomb, giant_member])
def test_a_bomb_costs_little(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = written(tmp_path, make())
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(InvalidInput):
        bundle.read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - began < 1
    assert peak < 4 * 1_048_576


def test_a_file_twice_in_a_bundle_is_refused(tmp_path: Path, made: Bundle) -> None:
    members = list(archive.unpacked(made.packed()).items())
    with pytest.raises(InvalidInput):
        bundle.read(written(tmp_path, archive.packed([*members, members[0]])))


def test_an_artifact_that_was_changed_on_the_disk_is_not_exported(
    session: Session, folder: RunFolder
) -> None:
    name = next(iter(folder.load().points.values())).report.samples_sha256
    (folder.path / "artifacts" / name).write_bytes(b"other")
    with pytest.raises(AgentError) as refused:
        bundle.of_run(folder, session.keys.present_or_new().public)
    assert refused.value.code == "artifact-damaged"


def test_a_run_before_the_registration_is_signed_anew_under_its_id(
    session: Session, folder: RunFolder
) -> None:
    key = session.keys.present_or_new()
    folder.update(runner_id=folder.load().run_id)
    adopt(session.runner_id, folder, key)
    assert bundle.of_run(folder, key.public).report.runner_id == session.runner_id
