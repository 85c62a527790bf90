"""The rows of a board in their table, read and written whole.

The cells of a thousand rows are ten megabytes of JSON. As arrays of parameters every quote in them
would be escaped in Python, and Django's field would parse them by the slower of the two parsers
that are here anyway.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final, cast

from django.db import connection
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from pydantic_core import from_json, to_json

from arena.tenancy.models import Tenant
from leaderboards.models import LeaderboardRow
from leaderboards.rows import Row

_OWN: Final = ("key", "order", "section", "tier", "rank_best", "rank_worst")
_FIELDS: Final = (*_OWN, "model_slug", "model_name", "deployment_label")
_UPSERT: Final = """
    INSERT INTO leaderboards_leaderboardrow (
        tenant_id, board, key, "order", section, tier, rank_best, rank_worst,
        model_slug, model_name, deployment_label, cells
    )
    SELECT
        %s, %s, key, "order", section, tier, rank_best, rank_worst,
        model ->> 'slug', model ->> 'name', deployment, cells
    FROM jsonb_to_recordset(%s::jsonb) AS new (
        key text, "order" int, section text, tier int, rank_best int, rank_worst int,
        model jsonb, deployment text, cells jsonb
    )
    ON CONFLICT (tenant_id, board, key) DO UPDATE SET
        "order" = EXCLUDED."order", section = EXCLUDED.section, tier = EXCLUDED.tier,
        rank_best = EXCLUDED.rank_best, rank_worst = EXCLUDED.rank_worst,
        model_slug = EXCLUDED.model_slug, model_name = EXCLUDED.model_name,
        deployment_label = EXCLUDED.deployment_label, cells = EXCLUDED.cells
"""


def read(
    *, tenant: Tenant, board: str, where: Q | None = None, limit: int | None = None
) -> list[Row]:
    """Return the rows of a board in order, those that meet the condition, so many at most."""
    found = (
        LeaderboardRow.objects.filter(where or Q(), tenant=tenant, board=board)
        .order_by("order", "key")
        .annotate(text=Cast("cells", TextField()))
        .values_list(*_FIELDS, "text")[:limit]
    )
    return [_row(values) for values in found]


def write(
    *, tenant: Tenant, board: str, rows: Iterable[Row], removed: Collection[str] = ()
) -> None:
    """Put rows in place of those of the same key, and delete the removed ones."""
    text = to_json(list(rows)).decode()
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [tenant.pk, board, text])
    if removed:
        LeaderboardRow.objects.filter(tenant=tenant, board=board, key__in=removed).delete()


def _row(values: tuple[Any, ...]) -> Row:
    *own, model_slug, model_name, deployment, text = values
    row = {
        **dict(zip(_OWN, own, strict=True)),
        "model": {"slug": model_slug, "name": model_name},
        "deployment": deployment,
        "cells": from_json(text),
    }
    return cast("Row", row)
