"""The service and the image: no root, no open port, the agent's own folder."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from arena_runner.cli.exits import ExitCode
from tests.processes import ROOT

UNIT = ROOT / "runner" / "arena-runner.service"
IMAGE = ROOT / "runner" / "Dockerfile"


@pytest.fixture
def service() -> dict[str, str]:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    return dict(unit["Service"])


def test_the_service_runs_as_its_own_user_without_rights(service: dict[str, str]) -> None:
    assert service["User"] == "arena-runner"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    assert service["UMask"] == "0077"
    assert service["ExecStart"].endswith("arena-runner run")
    assert "ListenStream" not in UNIT.read_text()


def test_what_does_not_mend_itself_is_not_tried_again(service: dict[str, str]) -> None:
    codes = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert codes == {ExitCode.USAGE, ExitCode.VALIDATION, ExitCode.AUTH, ExitCode.DOCTOR}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    # The program and the user are not installed here; all else is as shipped.
    text = re.sub(r"^(User|Group)=.*$", "", UNIT.read_text(), flags=re.MULTILINE)
    unit = tmp_path / "arena-runner.service"
    unit.write_text(re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert unit.name not in done.stderr, done.stderr


def test_the_image_has_no_root_and_no_port() -> None:
    lines = IMAGE.read_text().splitlines()
    last_user = [line for line in lines if line.startswith("USER ")][-1]
    assert last_user == "USER arena-runner"
    assert not [line for line in lines if line.startswith("EXPOSE")]
    assert 'CMD ["run"]' in lines


def test_the_image_copies_what_there_is() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", IMAGE.read_text(), flags=re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert names
    assert not [name for name in names if not (ROOT / "runner" / name).exists()]
