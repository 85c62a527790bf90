"""The router that every module of runs adds its operations to: one address, one router."""

from typing import Any, Final

from ninja import Router

from arena.api.openapi import SCOPE

router = Router(tags=["runs"])
RUNS: Final[dict[str, Any]] = {SCOPE: "runner"}
MODERATES: Final[dict[str, Any]] = {SCOPE: "moderate"}
