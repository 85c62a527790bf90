"""What is vendored is, byte for byte, what VENDORED.md says."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
ROW = re.compile(r"^\| (?P<file>[\w.-]+) \|.*\| (?P<digest>[0-9a-f]{64}) \|$", re.MULTILINE)


def test_every_vendored_file_has_the_digest_that_is_written_down() -> None:
    written = dict(ROW.findall((VENDOR / "VENDORED.md").read_text(encoding="utf-8")))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.suffix in {".css", ".js"}
    }

    assert found
    assert found == written
