"""All operations of runs: importing this module adds them to their router."""

from arena.api import (
    artifacts,
    profiles,
    run_imports,
    run_publishing,
    run_requests,
    run_work,
    runs,
)
from arena.api.run_router import router

MODULES = (profiles, artifacts, run_requests, run_imports, run_work, run_publishing, runs)

__all__ = ["MODULES", "router"]
