"""Starts the engine of a recipe, waits until it serves, and ends it and all it has started."""

import asyncio
import contextlib
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import psutil

from arena_runner.contract.canonical import digest
from arena_runner.contract.speculation import faked_acceptance
from arena_runner.engine import container, endpoint, group
from arena_runner.engine.container import Container
from arena_runner.engine.endpoint import EndpointError, Target
from arena_runner.engine.environment import engine_environment
from arena_runner.engine.output import Output

_FIRST_POLL_S: Final = 0.1
_LONGEST_POLL_S: Final = 2.0
_PAGE_TIMEOUT_S: Final = 5.0
_CONNECT_TIMEOUT_S: Final = 1.0
_OUTPUT_ENDS_WITHIN_S: Final = 2.0


class LaunchError(Exception):
    """The engine cannot be started or does not come up; the message says why.

    `last_lines` is what it wrote at the end. It stays on this machine: an engine writes paths.
    """

    def __init__(self, message: str, last_lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.last_lines = last_lines


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """What the owner of this machine allows an engine."""

    images: tuple[str, ...] = ()
    """Prefixes of images, as of `container.reference`."""
    variables: tuple[str, ...] = ()
    """Names that go from the agent's environment to the engine besides the usual ones."""
    models: Path | None = None
    """Folder of weights, read-only at /models in a container."""
    gpus: bool = False
    """Whether a container gets the GPUs of this machine."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is started: the resolved arguments of the manifest, and how long they may take."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    image: str | None = None
    image_digest: str | None = None
    ready_timeout_s: float = 1_800.0
    stop_timeout_s: float = 20.0


class Engine:
    """An engine between `async with` and its end.

        async with Engine(command, target=target, permissions=..., log=path) as engine:
            engine.argv_sha256, engine.pids, engine.image_digest

    Raises LaunchError, also for an image that is not allowed or a flag that fakes speculation.
    """

    def __init__(
        self,
        command: Command,
        *,
        target: Target,
        permissions: Permissions | None = None,
        log: Path | None = None,
    ) -> None:
        self.argv: tuple[str, ...] = ()
        """Of the process that serves, as the kernel has them; a script's interpreter included."""
        self.image_digest: str | None = None
        self._command = command
        self._target = target
        self._permissions = permissions or Permissions()
        self._folder = tempfile.TemporaryDirectory(prefix="arena-engine-")
        self._output = Output(log or Path(self._folder.name) / "engine.log")
        self._group: group.Group | None = None
        self._container: Container | None = None
        self._pump: asyncio.Task[None] | None = None
        self._inner_pid: int | None = None

    @property
    def argv_sha256(self) -> str:
        """Return the digest of the canonical JSON of `argv`."""
        return digest(list(self.argv))

    @property
    def pids(self) -> tuple[int, ...]:
        """Return the processes of the engine, for the recorder and the state gate."""
        own = tuple(process.pid for process in self._group.members()) if self._group else ()
        return own if self._inner_pid is None else (*own, self._inner_pid)

    def last_lines(self, count: int = 20) -> tuple[str, ...]:
        """Return the newest lines of what the engine wrote."""
        return self._output.last_lines(count)

    async def __aenter__(self) -> Self:
        """Start it and wait until it serves."""
        try:
            await self._start()
            async with asyncio.timeout(self._command.ready_timeout_s):
                await self._wait_ready()
            await self._look()
        except TimeoutError as error:
            lines = self.last_lines()
            await self._stop()
            raise LaunchError(
                f"the engine does not serve after {self._command.ready_timeout_s:.0f} s;"
                " raise launch.ready_timeout_s when it only loads slowly",
                lines,
            ) from error
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        await self._stop()

    async def _start(self) -> None:
        command = self._command
        _refuse_faked(command.argv, command.env)
        await self._refuse_taken_port()
        argv = self._wrapped() if command.image else command.argv
        env = engine_environment(command.env, passed=self._permissions.variables)
        try:
            self._group, reader = await group.start(argv, env=env, folder=Path(self._folder.name))
        except OSError as error:
            raise LaunchError(
                f"{argv[0]} cannot be started ({error.strerror}): is it installed and on PATH?"
            ) from error
        self._pump = asyncio.create_task(self._output.pump(reader))

    def _wrapped(self) -> tuple[str, ...]:
        command, permissions = self._command, self._permissions
        try:
            image = container.reference(
                command.image or "", command.image_digest, permissions.images
            )
            self._container = Container(
                runtime=container.runtime(),
                name=f"arena-engine-{secrets.token_hex(6)}",
                image=image,
                port=_port(self._target),
                gpus=permissions.gpus,
                models=permissions.models,
            )
        except container.ImageError as error:
            raise LaunchError(str(error)) from error
        names = {**command.env, **dict.fromkeys(permissions.variables, "")}
        return self._container.argv(command.argv, names)

    async def _refuse_taken_port(self) -> None:
        """Another server at the address would be measured in place of this one."""
        host = urlsplit(self._target.base_url).hostname or ""
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                _, writer = await asyncio.open_connection(host, _port(self._target))
        except (OSError, TimeoutError):
            return
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        raise LaunchError(
            f"something listens on port {_port(self._target)} already: stop it, or measure it as"
            " an endpoint that runs"
        )

    async def _wait_ready(self) -> None:
        pause_s = _FIRST_POLL_S
        async with endpoint.connected(self._target, timeout_s=_PAGE_TIMEOUT_S) as connection:
            while not await _serves(connection):
                self._refuse_ended()
                await asyncio.sleep(pause_s)
                pause_s = min(_LONGEST_POLL_S, pause_s * 1.5)
        self._refuse_ended()

    def _refuse_ended(self) -> None:
        code = self._group.process.returncode if self._group else None
        if code is not None:
            raise LaunchError(
                f"the engine ended with exit code {code} before it served", self.last_lines()
            )

    async def _look(self) -> None:
        """Note what runs. A script may have added what its command does not say."""
        if self._container:
            self.argv, self._inner_pid = await self._container.inspect()
            self.image_digest = await self._container.digest()
        members = self._group.members() if self._group else ()
        if not self._container and self._group:
            self.argv = next(
                (_argv(process) for process in members if process.pid == self._group.pid), ()
            )
        for process in (*members, *group.family(self._inner_pid)):
            _refuse_faked(_argv(process), {})
        if not self.argv:
            raise LaunchError("the engine's arguments cannot be read", self.last_lines())

    async def _stop(self) -> None:
        """End all; a second call does nothing."""
        running, self._group = self._group, None
        try:
            if running:
                await running.stop(within_s=self._command.stop_timeout_s)
            if self._container:
                await self._container.remove()
            if self._pump:
                await asyncio.wait([self._pump], timeout=_OUTPUT_ENDS_WITHIN_S)
                self._pump.cancel()
        finally:
            self._output.close()
            self._folder.cleanup()


async def _serves(connection: endpoint.Connection) -> bool:
    """Tell whether the list of models is there: with /health alone some still load weights."""
    try:
        listed = await connection.models()
        return isinstance(listed, dict) and await connection.healthy()
    except EndpointError:
        return False


def _refuse_faked(argv: Sequence[str], env: Mapping[str, str]) -> None:
    if faked := faked_acceptance(argv, env):
        raise LaunchError(f"{faked} fakes the acceptance of speculated tokens: not measured")


def _argv(process: psutil.Process) -> tuple[str, ...]:
    try:
        return tuple(process.cmdline())
    except psutil.Error:
        return ()


def _port(target: Target) -> int:
    parts = urlsplit(target.base_url)
    return parts.port or (443 if parts.scheme == "https" else 80)
