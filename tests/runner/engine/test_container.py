"""Containers: only allowed images, by digest, with no more rights than needed, and removed.

No container service runs here, so a program named `docker` stands in for it: it starts the
command of `run` as it is and answers `inspect` and `rm` in docker's words.
"""

import asyncio
import json
import os
import socket
import sys
from pathlib import Path

import pytest

from arena_runner.engine import container
from arena_runner.engine.container import Container, ImageError, reference
from arena_runner.engine.launch import Command, Engine, LaunchError, Permissions
from tests.runner.engine.test_launch import SERVE, Target

DIGEST = "sha256:" + "ab" * 32
ALLOWED = ("vllm/vllm-openai", "ghcr.io/someone/")
DOCKER = """#!{python}
import json, os, sys
home, argv = {home!r}, sys.argv[1:]
with open(home + "/asked", "a") as asked:
    asked.write(json.dumps([argv, sorted(os.environ)]) + "\\n")
if argv[0] == "run":
    place = argv.index("--entrypoint")
    program, image, *rest = argv[place + 1 :]
    with open(home + "/run", "w") as note:
        json.dump({{"Path": program, "Args": rest, "State": {{"Pid": os.getpid()}}}}, note)
    os.execv(program, [program, *rest])
if argv[:2] == ["container", "inspect"]:
    print("[" + open(home + "/run").read() + "]")
if argv[:2] == ["image", "inspect"]:
    print(json.dumps([{{"RepoDigests": ["vllm/vllm-openai@{digest}"]}}]))
"""


@pytest.mark.parametrize(
    ("image", "digest", "named"),
    [
        ("vllm/vllm-openai:v0.19.1", DIGEST, f"vllm/vllm-openai@{DIGEST}"),
        ("vllm/vllm-openai:v0.19.1", None, "vllm/vllm-openai:v0.19.1"),
        (f"vllm/vllm-openai@{DIGEST}", DIGEST, f"vllm/vllm-openai@{DIGEST}"),
        ("ghcr.io/someone/engine:1", DIGEST, f"ghcr.io/someone/engine@{DIGEST}"),
        ("localhost:5000/engine", DIGEST, f"localhost:5000/engine@{DIGEST}"),
    ],
)
def test_an_image_goes_by_its_digest(image: str, digest: str | None, named: str) -> None:
    assert reference(image, digest, (*ALLOWED, "localhost:5000/")) == named


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("vllm/vllm-openai-evil:1", "not allowed on this machine"),
        ("evil/vllm/vllm-openai", "not allowed on this machine"),
        ("ghcr.io/someoneelse/x", "not allowed on this machine"),
        ("--privileged", "no name of an image"),
        ("vllm/vllm-openai --privileged", "no name of an image"),
        ("", "no name of an image"),
        (f"vllm/vllm-openai@sha256:{'cd' * 32}", "two different digests"),
    ],
)
def test_other_images_are_refused(image: str, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        reference(image, DIGEST, ALLOWED)


def test_no_image_is_allowed_until_the_owner_says_so() -> None:
    with pytest.raises(ImageError, match="arena-runner config allow-image vllm/vllm-openai"):
        reference("vllm/vllm-openai:latest", None, ())


def test_a_container_gets_no_rights_and_one_port_of_this_machine() -> None:
    box = Container(runtime="docker", name="n", image="i", port=8000, gpus=True)
    argv = box.argv(("vllm", "serve", "m"), {"HF_TOKEN": "secret", "A": "1"})
    line = " ".join(argv)
    assert "--publish 127.0.0.1:8000:8000" in line
    assert "no-new-privileges" in line
    assert "--privileged" not in line
    assert "secret" not in line
    assert "--env A --env HF_TOKEN" in line
    assert argv[-5:] == ("--entrypoint", "vllm", "i", "serve", "m")


def test_podman_takes_gpus_in_its_own_way() -> None:
    box = Container(runtime="podman", name="n", image="i", port=1, gpus=True, models=Path("/w"))
    line = " ".join(box.argv(("x",), {}))
    assert "--device nvidia.com/gpu=all" in line
    assert "--volume /w:/models:ro" in line


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "docker"
    program.write_text(DOCKER.format(python=sys.executable, home=str(tmp_path), digest=DIGEST))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_a_recipe_with_an_image_runs_inside_it_and_is_removed(
    docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARENA_TOKEN", "canary-secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    target = Target(f"http://127.0.0.1:{port}/v1")
    inner = (sys.executable, "-c", SERVE, str(port))
    command = Command(argv=inner, image="vllm/vllm-openai:v1", image_digest=DIGEST)

    async def run() -> None:
        permissions = Permissions(images=ALLOWED)
        async with Engine(command, target=target, permissions=permissions) as engine:
            assert engine.argv == inner
            assert engine.image_digest == DIGEST

    asyncio.run(run())
    asked = [json.loads(line) for line in (docker / "asked").read_text().splitlines()]
    (started, environ), *_, (removed, _) = asked
    assert started[0] == "run"
    assert f"vllm/vllm-openai@{DIGEST}" in started
    name = started[started.index("--name") + 1]
    assert removed == ["rm", "--force", name]
    assert "ARENA_TOKEN" not in environ


def test_an_image_that_is_not_allowed_starts_nothing(docker: Path) -> None:
    command = Command(argv=("x",), image="evil/engine:1")

    async def run() -> None:
        async with Engine(command, target=Target("http://127.0.0.1:9/v1")):
            raise AssertionError("it must not start")

    with pytest.raises(LaunchError, match="not allowed"):
        asyncio.run(run())
    assert not (docker / "asked").exists()


def test_a_machine_without_containers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ImageError, match="neither docker nor podman"):
        container.runtime()
