"""A run on the disk of this machine: written after every finished point, read after every crash."""

import contextlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arena_runner.agent import files
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.contract.canonical import sha256
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Canary, Environment, PointReport, SelfTest, StateGate
from arena_runner.contract.signing import Envelope

RunState = Literal["running", "finished", "delivered", "failed", "cancelled"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Attempt(_Data):
    """One go at the run, however it ended; none is ever taken out."""

    attempt: int = Field(ge=1)
    fence: int = Field(ge=1)
    began_at: datetime
    ended_at: datetime | None = None
    code: str | None = Field(default=None, description="Why it ended; None when it finished.")


class Preparation(_Data):
    """What was found out just before the first point of the last attempt."""

    environment: Environment
    self_test: SelfTest | None = None
    canary: Canary | None = None
    state_gate: StateGate | None = None


class StoredPoint(_Data):
    """A measured point, and whether the site has it."""

    report: PointReport
    recorded: bool = False


class Checkpoint(_Data):
    """All that is needed to go on."""

    run_id: UUID
    runner_id: UUID
    offline: bool
    state: RunState = "running"
    manifest: Manifest
    attempts: tuple[Attempt, ...]
    preparation: Preparation | None = None
    points: dict[str, StoredPoint] = Field(default_factory=dict)
    started_at: datetime
    finished_at: datetime | None = None
    verdict: dict[str, Any] | None = Field(default=None, description="The site's, when delivered.")

    @property
    def last(self) -> Attempt:
        """Return the attempt that goes on, or that was the last."""
        return self.attempts[-1]


class RunFolder:
    """The folder of one run: its checkpoint, artifacts, log and signed report."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def begin(cls, runs: Path, checkpoint: Checkpoint) -> Self:
        """Make the folder of a new run."""
        folder = cls(runs / str(checkpoint.run_id))
        folder.save(checkpoint)
        return folder

    @classmethod
    def find(cls, runs: Path, prefix: str) -> Self:
        """Return the run whose id begins so; raise InvalidInput for none and for several."""
        names = [folder.path.name for folder in cls.all(runs)]
        found = [name for name in names if name.startswith(prefix.lower())] if prefix else []
        if len(found) != 1:
            what = "several runs begin" if found else "no run on this machine begins"
            raise InvalidInput(
                "unknown-run", f"{what} with {prefix!r}", remedy="arena-runner list names them"
            )
        return cls(runs / found[0])

    @classmethod
    def all(cls, runs: Path) -> Iterator[Self]:
        """Yield every run of this machine, the newest first."""
        found = [path.parent for path in runs.glob("*/run.json")]
        for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
            yield cls(path)

    @classmethod
    def loaded(cls, runs: Path) -> Iterator[tuple[Self, Checkpoint]]:
        """Yield every run that can be read, the newest first; a damaged one hides no other."""
        for folder in cls.all(runs):
            with contextlib.suppress(AgentError):
                yield folder, folder.load()

    @property
    def exists(self) -> bool:
        """Return whether the run is known here."""
        return (self.path / "run.json").is_file()

    def load(self) -> Checkpoint:
        """Return the last checkpoint; raise AgentError for a damaged one."""
        content = files.read_json(self.path / "run.json")
        try:
            return Checkpoint.model_validate(content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise AgentError(
                "checkpoint-damaged", f"{self.path / 'run.json'}: {where}: {first['msg']}"
            ) from None

    def save(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint; after the return it survives a crash of the machine."""
        files.write_json(self.path / "run.json", checkpoint.model_dump(mode="json"))

    def update(self, **changes: Any) -> Checkpoint:
        """Change fields of the checkpoint and return it."""
        checkpoint = self.load().model_copy(update=changes)
        self.save(checkpoint)
        return checkpoint

    def add_point(self, report: PointReport) -> Checkpoint:
        """Keep a measured point, whose artifacts are kept already."""
        points = {**self.load().points, report.key: StoredPoint(report=report)}
        return self.update(points=points)

    def mark_recorded(self, key: str) -> Checkpoint:
        """Note that the site has a point."""
        points = dict(self.load().points)
        points[key] = points[key].model_copy(update={"recorded": True})
        return self.update(points=points)

    def begin_attempt(self, *, attempt: int, fence: int) -> Checkpoint:
        """Note another go at the run; one that was cut off by a crash ends as `crashed`."""
        now = datetime.now(UTC)
        before = [_ended(item, now, "crashed") for item in self.load().attempts]
        if before and before[-1].fence == fence:
            return self.update(state="running")
        new = Attempt(attempt=attempt, fence=fence, began_at=now)
        return self.update(state="running", attempts=(*before, new))

    def end_attempt(self, *, state: RunState, code: str | None = None) -> Checkpoint:
        """Note how the last attempt ended."""
        *before, last = self.load().attempts
        return self.update(state=state, attempts=(*before, _ended(last, datetime.now(UTC), code)))

    def keep(self, content: bytes) -> str:
        """Store bytes under their SHA-256 and return it."""
        name = sha256(content)
        files.write(self.path / "artifacts" / name, content)
        return name

    def artifact(self, name: str) -> bytes:
        """Return stored bytes; raise AgentError when they are gone or no longer what they were."""
        content = files.read(self.path / "artifacts" / name)
        if content is None or sha256(content) != name:
            raise AgentError(
                "artifact-damaged", f"the artifact {name[:12]} of this run is lost or changed"
            )
        return content

    def keep_report(self, envelope: Envelope) -> None:
        """Store the signed report."""
        files.write_json(self.path / "report.json", envelope.model_dump(mode="json"))

    def report(self) -> Envelope | None:
        """Return the signed report, None before there is one; raise AgentError."""
        content = files.read_json(self.path / "report.json")
        try:
            return None if content is None else Envelope.model_validate(content)
        except ValidationError:
            raise AgentError("report-damaged", f"{self.path / 'report.json'} is damaged") from None

    def log(self, level: str, text: str) -> None:
        """Add a line to the log of the run."""
        at = datetime.now(UTC).isoformat()
        files.append_line(self.path / "log.jsonl", {"at": at, "level": level, "text": text})

    def delete(self) -> None:
        """Remove everything of the run from this machine."""
        shutil.rmtree(self.path)


def _ended(attempt: Attempt, at: datetime, code: str | None) -> Attempt:
    if attempt.ended_at is not None:
        return attempt
    return attempt.model_copy(update={"ended_at": at, "code": code})
