"""Rows for another profile of sovereignty than the one they are stored for."""

from collections.abc import Mapping, Sequence
from datetime import date

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.queries.sovereignty import FactInfo
from benchmarks.sovereignty import Assessment, Profile, default_profile
from leaderboards.rows import Row
from leaderboards.sovereignty import COLUMN, cell_of


def for_profile(
    rows: Sequence[Row],
    *,
    tenant: Tenant,
    profile: Profile,
    on: date,
    facts: Sequence[FactInfo] | None = None,
) -> list[Row]:
    """Return the rows with score and level for a profile; those of the default are stored so.

    Rows without a reviewed fact keep their cell: a claim, or the reason why there is none.
    `facts` are those in force for rows of the past; None reads those of today.
    """
    if profile == default_profile():
        return list(rows)
    if facts is None:
        found = benchmarks.queries.sovereignty.assessments(tenant=tenant, profile=profile, on=on)
    else:
        found = benchmarks.queries.sovereignty.assessed(facts, profile=profile, on=on)
    return [_with(row, found) for row in rows]


def _with(row: Row, found: Mapping[str, Assessment]) -> Row:
    _, _, slug = row["key"].partition("deployment:")
    if slug not in found:
        return row
    return {**row, "cells": {**row["cells"], COLUMN: cell_of(found[slug])}}
