"""A board's table with the costs that a reader has chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.quality import Suite, suites
from leaderboards.cost import facts, reckoned
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.mixes import Mix, mixes
from leaderboards.cost.parameters import CURRENCIES, UNITS, Parameters
from leaderboards.queries import BoardTable


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What can be chosen by name."""

    mixes: tuple[Mix, ...]
    version: int
    currencies: tuple[str, ...]
    units: Mapping[str, str]
    suites: tuple[Suite, ...]
    """On which a point of quality may be scored."""


def choices() -> Choices:
    """Return what a form offers."""
    found = mixes()
    return Choices(
        mixes=found.mixes,
        version=found.version,
        currencies=CURRENCIES,
        units=UNITS,
        suites=suites().with_column,
    )


def with_costs(
    table: BoardTable,
    *,
    tenant: Tenant,
    chosen: Parameters,
    known: Mapping[str, CostFacts] | None = None,
) -> BoardTable:
    """Return the table as stored, or with its costs reckoned anew for other parameters.

    `known` is what was on record for a table of the past; None reads what is on record today.
    """
    if chosen.is_default:
        return table
    if known is None:
        known = facts.read(tenant=tenant, speeds=benchmarks.queries.measured_speeds(tenant=tenant))
    rows, columns = reckoned.reckoned(table.rows, table.columns, known, chosen)
    return replace(table, rows=rows, columns=columns)
