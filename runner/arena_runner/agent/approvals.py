"""Commands that the owner has seen: nothing else is ever started on this machine."""

from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arena_runner.agent import files
from arena_runner.agent.configuration import Limits
from arena_runner.agent.errors import AgentError
from arena_runner.agent.paths import Paths
from arena_runner.contract.canonical import digest
from arena_runner.contract.manifest import Manifest
from arena_runner.engine.container import ImageError, reference

_MAX_WAITING: Final = 100


class Approval(BaseModel):
    """One command, exactly as it is started, and what the owner says of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    argv: tuple[str, ...]
    env: dict[str, str] = Field(default_factory=dict)
    image: str | None = None
    image_digest: str | None = None
    approved_at: datetime | None = Field(default=None, description="None while it waits.")

    @property
    def name(self) -> str:
        """Return the digest of all that decides what is started."""
        return digest(self.model_dump(mode="json", exclude={"approved_at"}))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    commands: tuple[Approval, ...] = Field(default=(), description="The oldest first.")


def wanted(manifest: Manifest) -> Approval | None:
    """Return what a manifest wants to start; None for an endpoint that runs already."""
    launch = manifest.recipe.launch
    if launch is None:
        return None
    return Approval(
        argv=manifest.engine_argv,
        env=dict(manifest.recipe.env),
        image=launch.image,
        image_digest=manifest.image_digest or launch.image_digest,
    )


def is_approved(paths: Paths, command: Approval) -> bool:
    """Return whether the owner has approved exactly this command."""
    known = _known(paths, command.name)
    return known is not None and known.approved_at is not None


def approve(paths: Paths, command: Approval) -> None:
    """Note that the owner has seen the command and wants it."""
    _keep(paths, command.model_copy(update={"approved_at": datetime.now(UTC)}))


def wait_for_owner(paths: Paths, command: Approval) -> None:
    """Note a command that somebody asked for and the owner has not seen; the oldest make room."""
    if _known(paths, command.name) is None:
        _keep(paths, command)


def waiting(paths: Paths) -> list[Approval]:
    """Return the commands that the owner has not seen yet, the oldest first."""
    return [item for item in _load(paths).commands if item.approved_at is None]


def check_image(command: Approval, limits: Limits) -> None:
    """Return when the owner's list lets the image run; raise AgentError otherwise."""
    if command.image is None:
        return
    try:
        reference(command.image, command.image_digest, limits.allowed_images)
    except ImageError as error:
        raise AgentError("image-not-allowed", str(error)) from None


def _known(paths: Paths, name: str) -> Approval | None:
    return next((item for item in _load(paths).commands if item.name == name), None)


def _keep(paths: Paths, command: Approval) -> None:
    others = [item for item in _load(paths).commands if item.name != command.name]
    approved = [item for item in others if item.approved_at is not None]
    waits = [item for item in others if item.approved_at is None]
    kept = _File(commands=(*approved, *waits[-_MAX_WAITING + 1 :], command))
    files.write_json(paths.approvals, kept.model_dump(mode="json"))


def _load(paths: Paths) -> _File:
    content = files.read_json(paths.approvals)
    try:
        return _File() if content is None else _File.model_validate(content)
    except ValidationError:
        raise AgentError(
            "approvals-damaged", f"{paths.approvals} is damaged", remedy="Move it away"
        ) from None
