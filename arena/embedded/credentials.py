"""Secrets of this installation, made once and kept in `secrets.json` (mode 0600)."""

import json
import os
import secrets

from arena.embedded.datadir import DataDir

ADMIN_EMAIL = "admin@localhost.localdomain"


def load_or_create(data: DataDir) -> dict[str, str]:
    """ARENA_SECRET_KEY, ARENA_PSEUDONYM_KEY, ARENA_ADMIN_EMAIL and ARENA_ADMIN_PASSWORD."""
    if not data.secrets.exists():
        _create(data)
    found: dict[str, str] = json.loads(data.secrets.read_text())
    return found


def _create(data: DataDir) -> None:
    made = {
        "ARENA_SECRET_KEY": secrets.token_urlsafe(50),
        "ARENA_PSEUDONYM_KEY": secrets.token_urlsafe(32),
        "ARENA_ADMIN_EMAIL": ADMIN_EMAIL,
        "ARENA_ADMIN_PASSWORD": secrets.token_urlsafe(12),
    }
    draft = data.root / f"secrets.{os.getpid()}.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(made, file, indent=1)
        file.flush()
        os.fsync(descriptor)
    try:
        # A link, unlike a rename, never replaces the file of a process that was faster.
        os.link(draft, data.secrets)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
