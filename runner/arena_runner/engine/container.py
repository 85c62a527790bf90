"""Runs a recipe's command inside its image. Only images of allowed registries, by digest.

The recipe decides neither mounts nor rights: weights lie in a named volume (or a folder of the
owner's, read-only at /models), no capability is gained, and the only way in is one port of the
loopback address. So the engine inside must listen on 0.0.0.0.
"""

import asyncio
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_RUNTIMES: Final = ("docker", "podman")
_VOLUME: Final = "arena-runner-models"
_CACHE: Final = "/root/.cache"
_SHARED_MEMORY: Final = "16g"
_ASK_TIMEOUT_S: Final = 30.0
_IMAGE: Final = re.compile(r"[a-z0-9][\w.:/@-]{0,299}", re.IGNORECASE)


class ImageError(Exception):
    """The image may not or cannot be used; the message says why and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container to be: its name is the agent's, so that it can be removed for certain."""

    runtime: str
    name: str
    image: str
    """With the digest, where the recipe pins one."""
    port: int
    gpus: bool
    models: Path | None = None

    def argv(self, command: Sequence[str], env: Mapping[str, str]) -> tuple[str, ...]:
        """Return the arguments that start the command inside.

        Variables go by name alone: their values come from the environment of the runtime's
        client, and no list of processes shows them.
        """
        return (
            self.runtime, "run", "--rm", "--name", self.name,
            "--security-opt", "no-new-privileges",
            "--shm-size", _SHARED_MEMORY,
            "--publish", f"127.0.0.1:{self.port}:{self.port}",
            "--volume", f"{_VOLUME}:{_CACHE}",
            *(("--volume", f"{self.models}:/models:ro") if self.models else ()),
            *self._gpus(),
            *(word for name in sorted(env) for word in ("--env", name)),
            "--entrypoint", command[0], self.image, *command[1:],
        )  # fmt: skip

    async def inspect(self) -> tuple[tuple[str, ...], int | None]:
        """Return the arguments of the process inside, and its pid as this machine counts."""
        found = await _asked(self.runtime, "container", "inspect", self.name)
        if found is None:
            return (), None
        argv = (str(found.get("Path", "")), *map(str, found.get("Args") or ()))
        state = found.get("State")
        pid = state.get("Pid") if isinstance(state, dict) else None
        return argv, pid if isinstance(pid, int) and pid > 0 else None

    async def digest(self) -> str | None:
        """Return the registry's digest of the image that runs; None for one built here."""
        found = await _asked(self.runtime, "image", "inspect", self.image)
        named = (found or {}).get("RepoDigests") or ()
        digests = [str(entry).partition("@")[2] for entry in named]
        pinned = self.image.partition("@")[2]
        return pinned if pinned in digests else next(iter(digests), None)

    async def remove(self) -> None:
        """Stop and remove it; killing the client alone would leave it running."""
        await _run(self.runtime, "rm", "--force", self.name)

    def _gpus(self) -> tuple[str, ...]:
        if not self.gpus:
            return ()
        return ("--gpus", "all") if self.runtime == "docker" else ("--device", "nvidia.com/gpu=all")


def reference(image: str, digest: str | None, allowed: Iterable[str]) -> str:
    """Return the image by its digest where one is pinned; raise ImageError.

    `allowed` are prefixes that end at a boundary: `vllm/vllm-openai` allows that image in every
    version, not `vllm/vllm-openai-other`; `ghcr.io/someone/` allows all of one owner.
    """
    if not _IMAGE.fullmatch(image):
        raise ImageError(f"launch.image: {image[:80]!r} is no name of an image")
    if not any(_begins(image, prefix) for prefix in allowed):
        raise ImageError(
            f"launch.image: {image} is not allowed on this machine; its owner allows it with"
            f" `arena-runner config allow-image {image.partition('@')[0].partition(':')[0]}`"
        )
    if digest is None:
        return image
    bare, _, given = image.partition("@")
    if given and given != digest:
        raise ImageError("launch.image and launch.image_digest name two different digests")
    path, colon, tag = bare.rpartition(":")
    return f"{path if colon and '/' not in tag else bare}@{digest}"


def runtime() -> str:
    """Return the container program of this machine; raise ImageError where there is none."""
    for name in _RUNTIMES:
        if shutil.which(name):
            return name
    raise ImageError("the recipe wants an image, and neither docker nor podman is installed")


def _begins(image: str, prefix: str) -> bool:
    if not prefix or not image.startswith(prefix):
        return False
    rest = image[len(prefix) :]
    return not rest or prefix.endswith("/") or rest[0] in "/:@"


async def _asked(*argv: str) -> dict[str, Any] | None:
    code, output = await _run(*argv)
    if code != 0:
        return None
    try:
        found = json.loads(output)
    except ValueError:
        return None
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, dict) else None


async def _run(*argv: str) -> tuple[int, bytes]:
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _ASK_TIMEOUT_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return 124, b""
    return process.returncode or 0, output
