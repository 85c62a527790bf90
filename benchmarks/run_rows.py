"""Rows of runs and the facts they hold, each made from the other; for projection and queries."""

from dataclasses import fields
from typing import Any, Final

from arena.tenancy.models import Tenant
from benchmarks.models import Run
from benchmarks.state.run import RunInfo

FIELDS: Final = tuple(field.name for field in fields(RunInfo))


def run_info(row: Run) -> RunInfo:
    """Return what a row says."""
    values: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(row, name)
        values[name] = tuple(value) if isinstance(value, list) else value
    return RunInfo(**values)


def run_row(tenant: Tenant, info: RunInfo) -> Run:
    """Return the row that says so, not saved."""
    values: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(info, name)
        values[name] = list(value) if isinstance(value, tuple) else value
    return Run(tenant=tenant, **values)
