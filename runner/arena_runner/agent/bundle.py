"""A finished run as one signed file: made on a machine without network, handed in elsewhere."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from arena_runner.agent import archive, files
from arena_runner.agent.checkpoint import RunFolder
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.contract import samples, signing
from arena_runner.contract.canonical import canonical, sha256
from arena_runner.contract.report import PointReport, Report
from arena_runner.contract.samples import BadSamplesError
from arena_runner.contract.signing import BadSignatureError, Envelope
from arena_runner.site.answers import Judged
from arena_runner.site.client import ArenaClient


@dataclass(frozen=True)
class Bundle:
    """A signed report with everything that it names. Only `read` and `of_run` make one."""

    envelope: Envelope
    report: Report
    public_key: bytes
    artifacts: dict[str, bytes]

    def packed(self) -> bytes:
        """Return the file; the same run always gives the same bytes."""
        named = sorted(self.artifacts.items())
        return archive.packed(
            [
                (archive.REPORT, canonical(self.envelope.model_dump(mode="json"))),
                (archive.PUBLIC_KEY, self.public_key.hex().encode() + b"\n"),
                *((archive.artifact_name(name), content) for name, content in named),
            ]
        )


def of_run(folder: RunFolder, public_key: bytes) -> Bundle:
    """Return the bundle of a run that is finished here; raise AgentError."""
    envelope = folder.report()
    if envelope is None:
        raise AgentError(
            "not-finished",
            "the run has no signed report yet",
            remedy=f"arena-runner resume {folder.path.name[:8]}",
        )
    report = _report(envelope)
    names = [name for point in report.points for name in _names(point)]
    artifacts = {name: folder.artifact(name) for name in names}
    return _checked(Bundle(envelope, report, public_key, artifacts))


def read(path: Path) -> Bundle:
    """Return a bundle with its signature and every digest checked; raise InvalidInput."""
    data = files.read(path, max_bytes=archive.MAX_PACKED_BYTES)
    if data is None:
        raise InvalidInput("no-file", f"there is no file {path}")
    members = archive.unpacked(data)
    for name in (archive.REPORT, archive.PUBLIC_KEY):
        if name not in members:
            raise InvalidInput("bad-bundle", f"the bundle has no {name}")
    try:
        envelope = Envelope.model_validate_json(members.pop(archive.REPORT))
        public_key = bytes.fromhex(members.pop(archive.PUBLIC_KEY).decode("ascii").strip())
    except (ValidationError, ValueError):
        raise InvalidInput("bad-bundle", "report or public key of the bundle are damaged") from None
    artifacts = {}
    for name, content in members.items():
        digest = name.rpartition("/")[2]
        if sha256(content) != digest:
            raise InvalidInput("bad-bundle", f"the artifact {digest[:12]} was changed")
        artifacts[digest] = content
    return _checked(Bundle(envelope, _report(envelope), public_key, artifacts))


def hand_in(bundle: Bundle, client: ArenaClient) -> Judged:
    """Upload the artifacts and the report; raise ArenaError."""
    for point in bundle.report.points:
        client.put_artifact(bundle.artifacts[point.samples_sha256], kind="samples")
        if point.telemetry_sha256 is not None:
            client.put_artifact(bundle.artifacts[point.telemetry_sha256], kind="telemetry")
    return client.import_run({"report": bundle.envelope.model_dump(mode="json")})


def _checked(bundle: Bundle) -> Bundle:
    """Return the bundle when signature, artifacts and their contents belong together."""
    try:
        signing.verify(bundle.envelope, bundle.public_key)
    except BadSignatureError as error:
        raise InvalidInput("bad-signature", f"the report was changed: {error}") from None
    wanted: set[str] = set()
    for point in bundle.report.points:
        wanted.update(_names(point))
        _check_samples(point, bundle.artifacts.get(point.samples_sha256))
    missing = wanted - bundle.artifacts.keys()
    surplus = bundle.artifacts.keys() - wanted
    if missing or surplus:
        name = min(missing or surplus)
        what = "is missing" if missing else "belongs to nothing in the report"
        raise InvalidInput("bad-bundle", f"the artifact {name[:12]} {what}")
    return bundle


def _check_samples(point: PointReport, content: bytes | None) -> None:
    if content is None:
        raise InvalidInput("bad-bundle", f"the samples of {point.key} are missing")
    try:
        rows = samples.unpack(content)
    except BadSamplesError as error:
        raise InvalidInput("bad-bundle", f"the samples of {point.key}: {error}") from None
    if len(rows) != point.sample_count:
        raise InvalidInput(
            "bad-bundle",
            f"{point.key} has {len(rows)} samples, and its report says {point.sample_count}",
        )


def _names(point: PointReport) -> tuple[str, ...]:
    telemetry = point.telemetry_sha256
    return (point.samples_sha256,) if telemetry is None else (point.samples_sha256, telemetry)


def _report(envelope: Envelope) -> Report:
    try:
        return Report.model_validate(envelope.payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidInput("invalid-report", f"the report: {where}: {first['msg']}") from None
