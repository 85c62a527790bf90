"""What a run rests on, read from its artifacts: manifest, environment, signed report."""

from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError

from arena.tenancy.models import Tenant
from arena_runner.contract.command import CommandError, render, shell_line
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Environment, Report
from arena_runner.contract.signing import BadSignatureError, Envelope, verify
from benchmarks.queries import runs
from benchmarks.queries.runs import RunInfo
from workers import queries

_M = TypeVar("_M", bound=BaseModel)
log = structlog.get_logger(__name__)
SignatureState = Literal["valid", "rotated", "revoked", "invalid", "unsigned", "withheld"]
_MEANING: dict[SignatureState, str] = {
    "valid": "signed by the current key of this runner, checked just now on this server",
    "rotated": "signed by a key of this runner that a newer one has replaced since; still good",
    "revoked": "the signature fits, but its key was revoked: do not trust this report",
    "invalid": "the signature is not that of this report",
    "unsigned": "no runner signed this: it is the output of another tool, or not finished",
    "withheld": "the report names its runner, and the run was published anonymously",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """What the check of a report's signature found."""

    state: SignatureState
    key_id: str | None = None
    payload_sha256: str | None = None

    @property
    def meaning(self) -> str:
        """Return what the state means."""
        return _MEANING[self.state]


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """How the engine was started, and whether the recipe gives those very bytes again."""

    line: str
    """Empty for an endpoint that was running already."""
    is_same: bool
    rendered: str
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """All that the page of a run shows of its artifacts; None for what is not there or withheld."""

    manifest: Manifest
    environment: Environment | None
    report: Report | None
    signature: Signature
    commands: Commands


def evidence(*, tenant: Tenant, info: RunInfo) -> Evidence:
    """Return what a run rests on; `info` is what the viewer may see of it.

    Raises UnknownArtifact when the arena has lost the manifest.
    """
    manifest = manifest_of(tenant, info)
    envelope = _read(tenant, info.report_sha256, Envelope)
    report = None
    if envelope is not None:
        report = _valid(Report, envelope.payload)
    return Evidence(
        manifest=manifest,
        environment=_read(tenant, info.environment_sha256, Environment),
        report=report,
        signature=_signature(tenant, info, envelope),
        commands=commands(manifest),
    )


def manifest_of(tenant: Tenant, info: RunInfo) -> Manifest:
    """Return the manifest of a run; raise UnknownArtifact when the arena has lost it."""
    content = runs.artifact(tenant=tenant, sha256=info.manifest_sha256).content
    return Manifest.model_validate_json(content)


def report_of(tenant: Tenant, info: RunInfo) -> Report | None:
    """Return the report of a run, without a look at its signature; None where there is none."""
    envelope = _read(tenant, info.report_sha256, Envelope)
    return None if envelope is None else _valid(Report, envelope.payload)


def commands(manifest: Manifest) -> Commands:
    """Return the stored command and the one that the recipe renders to now."""
    line = shell_line(manifest.engine_argv) if manifest.engine_argv else ""
    try:
        argv = render(manifest.recipe)
    except CommandError as error:
        return Commands(line=line, is_same=False, rendered="", problem=str(error))
    rendered = shell_line(argv) if argv else ""
    return Commands(line=line, is_same=rendered.encode() == line.encode(), rendered=rendered)


def _signature(tenant: Tenant, info: RunInfo, envelope: Envelope | None) -> Signature:
    if envelope is None:
        is_hidden = info.visibility != "private" and info.status == "completed"
        is_hidden = is_hidden and info.source != "tool" and info.key_id is None
        return Signature(state="withheld" if is_hidden else "unsigned")
    owner = queries.key_of(tenant=tenant, key_id=envelope.key_id)
    state: SignatureState = "invalid"
    if owner is not None and owner.runner_id == info.runner_id and _fits(envelope, info.run_id):
        try:
            verify(envelope, owner.public_key)
        except BadSignatureError:
            state = "invalid"
        else:
            state = "valid" if owner.is_current else "rotated"
            state = "revoked" if owner.is_revoked else state
    return Signature(state=state, key_id=envelope.key_id, payload_sha256=envelope.payload_sha256)


def _fits(envelope: Envelope, run_id: UUID) -> bool:
    """Tell whether the report is of this run: a good signature of another one proves nothing."""
    return envelope.payload.get("run_id") == str(run_id)


def _read(tenant: Tenant, sha256: str | None, model: type[_M]) -> _M | None:
    if sha256 is None:
        return None
    try:
        content = runs.artifact(tenant=tenant, sha256=sha256).content
        return model.model_validate_json(content)
    except runs.UnknownArtifact:
        log.error("artifact_of_run_lost", sha256=sha256)
    except ValidationError:
        # Of an older contract, most likely: the page says what it can without it.
        log.warning("artifact_of_run_unreadable", sha256=sha256, kind=model.__name__)
    return None


def _valid(model: type[_M], payload: dict[str, Any]) -> _M | None:
    try:
        return model.model_validate(payload, strict=False)
    except ValidationError:
        log.warning("artifact_of_run_unreadable", kind=model.__name__)
        return None
