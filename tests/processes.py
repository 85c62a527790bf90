"""Run this project's code in processes of their own, on the database of the test at hand."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg.conninfo
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def environment(**extra: str) -> dict[str, str]:
    """Return the environment of a child process that shares this test's database and Redis."""
    database = str(connection.settings_dict["NAME"])
    urls = {
        name: psycopg.conninfo.make_conninfo(os.environ[name], dbname=database)
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return {
        **os.environ,
        **urls,
        "REDIS_URL": settings.REDIS_URL,
        "ARENA_DB_ROLE": "app",
        "DJANGO_SETTINGS_MODULE": "arena.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        **extra,
    }


def python(
    *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with the arguments and return its exit code and output."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=dict(env or environment()),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
