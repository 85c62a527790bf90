"""The real instruments: this machine, its engine and the load generator."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from arena_runner import load, machine
from arena_runner.agent.configuration import Configuration
from arena_runner.agent.errors import AgentError
from arena_runner.agent.instruments import Facts, Measured, OnProgress, Others, Recording
from arena_runner.agent.target import Target
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import Point, Profile
from arena_runner.contract.report import Canary, Machine, SelfTest, StateGate
from arena_runner.engine import canary, facts
from arena_runner.engine.endpoint import EndpointError
from arena_runner.engine.launch import Command, Engine, LaunchError, Permissions
from arena_runner.load import selftest
from arena_runner.machine import gates, telemetry

ENGINE_FAILED: Final = "engine-failed"
ENDPOINT_FAILED: Final = "endpoint-failed"
SELF_TEST_FAILED: Final = "self-test-failed"
DATASET_MISSING: Final = "dataset-missing"


class StandardInstruments:
    """What measures a run on this machine. One object a run: it knows the engine's processes."""

    def __init__(self, configuration: Configuration, *, engine_log: Path | None = None) -> None:
        self._configuration = configuration
        self._engine_log = engine_log
        self._own_pids: tuple[int, ...] | None = None

    def machine(self) -> Machine:
        """Describe the hardware."""
        return machine.describe()

    @asynccontextmanager
    async def serving(
        self, manifest: Manifest, target: Target
    ) -> AsyncIterator[tuple[str, ...] | None]:
        """Start what the manifest launches, if anything; the argv of the process where known."""
        launch = manifest.recipe.launch
        if launch is None:
            # On this machine the engine is some process whose number nobody has told.
            self._own_pids = None if _is_here(target.base_url) else ()
            yield None
            return
        command = Command(
            argv=manifest.engine_argv,
            env=manifest.recipe.env,
            image=launch.image,
            image_digest=manifest.image_digest,
            ready_timeout_s=launch.ready_timeout_s,
        )
        try:
            async with Engine(
                command, target=target, permissions=self._permissions(), log=self._engine_log
            ) as engine:
                self._own_pids = engine.pids
                yield engine.argv
        except LaunchError as error:
            raise AgentError(
                ENGINE_FAILED, str(error), remedy="\n".join(error.last_lines) or None
            ) from error

    async def facts(self, target: Target) -> Facts:
        """Ask the server what it is; raise AgentError when it does not answer."""
        try:
            found = await facts.ask(target)
        except EndpointError as error:
            raise AgentError(ENDPOINT_FAILED, str(error)) from error
        if found.served_model is None and found.served_models:
            raise AgentError(
                ENDPOINT_FAILED,
                f"the server does not list {target.model}; it lists"
                f" {', '.join(found.served_models[:5])}",
                remedy="--model NAME",
            )
        return Facts(
            engine=found.engine,
            engine_version=found.engine_version,
            served_model=found.served_model,
        )

    async def self_test(self) -> SelfTest:
        """Measure a server of known speed."""
        try:
            return await selftest.run()
        except (selftest.SelfTestError, load.TargetUnreachableError) as error:
            raise AgentError(SELF_TEST_FAILED, str(error)) from error

    async def canary(self, target: Target) -> Canary:
        """Ask something whose answer is known."""
        try:
            return await canary.ask(target)
        except EndpointError as error:
            raise AgentError(ENDPOINT_FAILED, str(error)) from error

    async def state_gate(self) -> StateGate:
        """Look whether the machine is fit to be measured."""
        return await gates.state_gate(own_pids=self._own_pids)

    async def others(self) -> Others:
        """Look for a second, between points, what else the machine does."""
        reading = (await gates.look(own_pids=self._own_pids)).reading
        return Others(gpu_share=reading.gpu_share, cpu_share=reading.other_load)

    def recorder(self) -> AbstractAsyncContextManager[Recording]:
        """Record telemetry for the block."""
        return telemetry.Recorder(own_pids=self._own_pids)

    async def measure(
        self,
        point: Point,
        *,
        target: Target,
        profile: Profile,
        on_progress: OnProgress,
        cancelled: asyncio.Event,
    ) -> Measured:
        """Measure one point of a profile; raise AgentError when the server cannot be asked."""
        data = {name: Path(path) for name, path in self._configuration.datasets.items()}
        try:
            result = await load.run_point(
                point,
                target=load.Target(target.base_url, target.model, target.api_key),
                seed=profile.seed,
                on_progress=lambda told: on_progress(told.requests_done, told.requests_total),
                cancelled=cancelled,
                prefix_caching=profile.prefix_caching,
                datasets=data,
            )
        except load.DatasetError as error:
            raise AgentError(
                DATASET_MISSING,
                str(error),
                remedy="arena-runner config datasets.<name> /path/to/the/file",
            ) from error
        except (load.TargetUnreachableError, load.TargetRefusedError) as error:
            raise AgentError(ENDPOINT_FAILED, str(error)) from error
        return Measured(
            samples=result.samples,
            send_lag_p99_ms=result.send_lag_p99_ms,
            client_cpu_seconds=result.client_cpu_seconds,
            voided=result.voided,
            notes=result.notes,
        )

    def _permissions(self) -> Permissions:
        folder = self._configuration.models_folder
        return Permissions(
            images=self._configuration.limits.allowed_images,
            variables=self._configuration.pass_variables,
            models=None if folder is None else Path(folder),
            gpus=bool(machine.describe().accelerators),
        )


def _is_here(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
