"""The files of docker/ are valid, safe in what they open, and every variable is documented."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from tests.embedded.servers import REPOSITORY

HANDBOOK = (REPOSITORY / "docs" / "operations.md").read_text()
COMPOSE_TEXT = (REPOSITORY / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (REPOSITORY / ".env.example").read_text()
Completed = subprocess.CompletedProcess[str]
NAME = r"[A-Z][A-Z0-9_]+"
# Read by the tools themselves; nobody sets them for Arena.
AMBIENT = {"HOME", "PATH", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "HOSTNAME", "TZ"}
IMAGE_ONLY = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}

DURATION = {"type": "string", "pattern": r"^\d+(ms|s|m|h)$"}
WORDS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
COMMAND = {"anyOf": [{"type": "string"}, WORDS]}
VARIABLES = {
    "type": "object",
    "propertyNames": {"pattern": f"^{NAME}$"},
    "additionalProperties": {"type": ["string", "null"]},
}
SERVICE = {
    "type": "object",
    "required": ["image", "networks", "healthcheck"],
    "additionalProperties": False,
    "properties": {
        # No registry host: a name, optionally one owner before it, and a tag.
        "image": {"type": "string", "pattern": r"^[a-z0-9-]+(/[a-z0-9-]+)?:[\w.${}:-]+$"},
        "build": {"const": "."},
        "restart": {"enum": ["unless-stopped", "no"]},
        "init": {"const": True},
        "read_only": {"const": True},
        "cap_drop": {"const": ["ALL"]},
        "security_opt": {"const": ["no-new-privileges:true"]},
        "tmpfs": WORDS,
        "shm_size": {"type": "string"},
        "stop_grace_period": DURATION,
        "command": COMMAND,
        "entrypoint": COMMAND,
        "environment": VARIABLES,
        "expose": WORDS,
        "ports": WORDS,
        "volumes": WORDS,
        "networks": {"type": "array", "items": {"enum": ["inside", "outside"]}, "minItems": 1},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {
                    "condition": {"enum": ["service_healthy", "service_completed_successfully"]}
                },
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "test": WORDS,
                "disable": {"const": True},
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer"},
            },
        },
    },
}


def documented() -> set[str]:
    """Return the variables in the first column of the handbook's tables."""
    return set(re.findall(rf"^\| `({NAME})` \|", HANDBOOK, re.MULTILINE))


def read_by_code() -> set[str]:
    """Return every variable that the site's Python reads from its environment."""
    reader = r"(?:\b(?:text|flag|integer|listed|choice)\(|environ(?:\.get\(|\.pop\(|\[))"
    calls = rf'{reader}\s*"({NAME})"'
    found: set[str] = set()
    for folder in ("arena", "benchmarks", "voting", "leaderboards"):
        for file in (REPOSITORY / folder).rglob("*.py"):
            source = file.read_text()
            found |= set(re.findall(calls, source))
            # Names handed over in tuples, such as those of an identity provider.
            found |= set(re.findall(r'"(ARENA_[A-Z0-9_]+|REDIS_BIN|XDG_RUNTIME_DIR)"', source))
    return found


def read_by_containers() -> set[str]:
    """Return every variable of the compose file, the image, the proxy and the scripts."""
    found = set(re.findall(rf"\$\{{({NAME})", COMPOSE_TEXT))
    for service in SERVICES.values():
        found |= set(service.get("environment", {}))
    dockerfile = (REPOSITORY / "Dockerfile").read_text()
    found |= set(re.findall(rf"^(?:ENV|   ) ({NAME})=", dockerfile, re.MULTILINE)) - IMAGE_ONLY
    found |= set(re.findall(rf"\{{\$({NAME})\}}", (REPOSITORY / "docker/Caddyfile").read_text()))
    for script in (REPOSITORY / "docker").glob("*.sh"):
        found |= set(re.findall(rf"\$\{{?({NAME})", script.read_text()))
    found |= set(
        re.findall(rf"\\getenv \w+ ({NAME})", (REPOSITORY / "docker/roles.sql").read_text())
    )
    return found


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    used = (read_by_code() | read_by_containers()) - AMBIENT
    # Read by prometheus_client, Django and OpenBLAS, not by us.
    used |= {"PROMETHEUS_MULTIPROC_DIR", "DJANGO_SETTINGS_MODULE", "OPENBLAS_NUM_THREADS"}
    assert sorted(used - documented()) == []
    assert sorted(documented() - used) == []


def test_example_names_every_variable_that_compose_takes_from_outside() -> None:
    interpolated = set(re.findall(rf"\$\{{({NAME})", COMPOSE_TEXT))
    handed_on = {
        name
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if value is None
    }
    named = set(re.findall(rf"^#?({NAME})=", EXAMPLE, re.MULTILINE))
    assert named == interpolated | handed_on


def test_required_variables_stand_uncommented_in_the_example() -> None:
    required = set(re.findall(rf"\$\{{({NAME}):\?\}}", COMPOSE_TEXT))
    assert required <= set(re.findall(rf"^({NAME})=", EXAMPLE, re.MULTILINE))
    assert {"ARENA_SECRET_KEY", "ARENA_PSEUDONYM_KEY", "ARENA_APP_PASSWORD"} <= required


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_has_the_structure_of_a_compose_file(name: str) -> None:
    jsonschema.validate(SERVICES[name], SERVICE)
    for needed in SERVICES[name].get("depends_on", {}):
        assert needed in SERVICES
    for volume in SERVICES[name].get("volumes", []):
        source = volume.partition(":")[0]
        if source.startswith("."):
            assert (REPOSITORY / source).exists()
        else:
            assert source in COMPOSE["volumes"]


def test_only_the_proxy_is_open_and_the_servers_have_no_way_out() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "backup"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_only_migrations_and_backups_know_the_owner() -> None:
    knowing = {
        name
        for name, service in SERVICES.items()
        if "ARENA_OWNER_PASSWORD" in str(service.get("environment"))
    }
    assert knowing == {"postgres", "migrate", "backup"}


def test_site_waits_for_migrations_and_long_enough_for_its_tasks() -> None:
    for name in ("web", "worker", "beat"):
        condition = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"
    assert "/var/lib/postgresql" in SERVICES["postgres"]["volumes"][0].split(":")
    assert SERVICES["worker"]["stop_grace_period"] == "60s"


def test_beat_runs_the_app_that_has_the_schedule_and_the_worker_the_one_with_the_tasks() -> None:
    def app_of(service: str) -> Any:
        [option] = [word for word in SERVICES[service]["command"] if word.startswith("--app=")]
        app: Any = import_module(option.removeprefix("--app=")).app
        app.loader.import_default_modules()
        return app

    scheduled = {entry["task"] for entry in app_of("beat").conf.beat_schedule.values()}
    assert "arena.heartbeat" in scheduled
    assert scheduled <= set(app_of("worker").tasks)


def test_image_installs_by_hash_and_runs_as_nobody_special() -> None:
    text = (REPOSITORY / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in text
    assert text.index("collectstatic") < text.index("USER arena") < text.index("CMD [")
    assert "HEALTHCHECK" in text
    for source in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        assert (REPOSITORY / source).exists()
        assert f"!{source}" in (REPOSITORY / ".dockerignore").read_text().splitlines()


@pytest.fixture
def compose(tmp_path: Path) -> Callable[[str], Completed]:
    """Return a function that runs `docker compose config` on our file with the given .env."""
    if _runs("docker", "compose", "version"):
        program, text = ["docker", "compose"], COMPOSE_TEXT
    elif _runs("docker-compose", "version"):
        # Version 1, as Debian packages it, knows all of the file but the project's name.
        program, text = ["docker-compose"], COMPOSE_TEXT.replace("name: arena\n", "", 1)
    else:
        pytest.skip("NO docker compose HERE: the file was checked against our schema only")
    (tmp_path / "docker-compose.yml").write_text(text)

    def run(variables: str) -> Completed:
        (tmp_path / ".env").write_text(variables)
        return subprocess.run(
            [*program, "config"], cwd=tmp_path, capture_output=True, text=True, env=_environment()
        )

    return run


def test_compose_itself_accepts_the_file(compose: Callable[[str], Completed]) -> None:
    done = compose(re.sub(rf"^({NAME})=$", r"\1=secret", EXAMPLE, flags=re.MULTILINE))
    assert done.returncode == 0, done.stderr
    web = yaml.safe_load(done.stdout)["services"]["web"]
    assert web["environment"]["ARENA_ALLOWED_HOSTS"] == "localhost,web,arena.example.org"


def test_compose_refuses_to_start_without_secrets(compose: Callable[[str], Completed]) -> None:
    done = compose(EXAMPLE)
    assert done.returncode != 0
    assert "ARENA_" in done.stderr


def test_caddy_accepts_its_file_and_hides_the_metrics() -> None:
    text = (REPOSITORY / "docker" / "Caddyfile").read_text()
    assert "respond /metrics 404" in text
    if shutil.which("caddy") is None:
        pytest.skip("CADDY IS NOT HERE: its file was read, not validated")
    variables = {"ARENA_SITE_ADDRESS": "a.example, b.example", "ARENA_ACME_EMAIL": "o@a.example"}
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", "docker/Caddyfile"],
        cwd=REPOSITORY,
        env=_environment() | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "script", sorted((REPOSITORY / "docker").glob("*.sh")), ids=lambda p: p.name
)
def test_script_is_posix_shell(script: Path) -> None:
    assert script.read_text().startswith("#!/bin/sh\n")
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", script], check=True)
    if shutil.which("shellcheck"):
        done = subprocess.run(["shellcheck", script], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def _runs(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True).returncode == 0


def _environment() -> dict[str, str]:
    """Return our variables without those that would fill gaps of the files under test."""
    return {name: text for name, text in os.environ.items() if not name.startswith("ARENA_")}
