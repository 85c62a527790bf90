"""Cursor pages: a cursor is the sort key of the last item seen, opaque to the client."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from ninja import Query
from pydantic import BaseModel, Field

from arena.api.problems import FieldError, ProblemError

LIMIT_MAX = 200
LIMIT_DEFAULT = 50
BIGINT_MAX = 2**63 - 1

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Most items on the page.")]
Cursor = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9_-]{1,400}$",
        description="`next` of the page before; none for the first.",
    ),
]
Key = tuple[int | str, ...]
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A part of a list, in a fixed order."""

    items: list[Item]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")
    has_more: bool = Field(description="Whether items follow this page.")


def encode(key: Key) -> str:
    """Return the cursor of a sort key."""
    raw = json.dumps(key, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(cursor: str, *, kinds: tuple[type[int] | type[str], ...]) -> Key:
    """Return the sort key of a cursor; raise ProblemError unless it has exactly these types."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = tuple(json.loads(raw))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise invalid_cursor() from None
    if tuple(map(type, key)) != kinds or any(not _is_storable(part) for part in key):
        raise invalid_cursor()
    return key


def page_of(
    items: Sequence[Item],
    *,
    sort_key: Callable[[Item], Key],
    kinds: tuple[type[int] | type[str], ...],
    cursor: str | None,
    limit: int,
) -> tuple[list[Item], str | None]:
    """Return the page after the cursor, and the cursor of the next one or None.

    `items` are sorted by `sort_key`. Items that come or go between two pages shift nothing: the
    page starts after the key, whether or not its item is still there.
    """
    if cursor is not None:
        last_seen = decode(cursor, kinds=kinds)
        items = [item for item in items if sort_key(item) > last_seen]
    page = list(items[:limit])
    return page, encode(sort_key(page[-1])) if len(items) > limit else None


def _is_storable(part: int | str) -> bool:
    return abs(part) <= BIGINT_MAX if isinstance(part, int) else "\x00" not in part


def invalid_cursor() -> ProblemError:
    """Return the problem of a cursor that no list gave out."""
    detail = "The cursor is not one that this list gave out."
    return ProblemError(
        "invalid-cursor", detail, errors=[FieldError(detail=detail, parameter="cursor")]
    )
