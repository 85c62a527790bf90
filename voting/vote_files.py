"""Pure: one row of a vote file, in the field's usual columns, as a checked vote."""

import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from arena.imports.errors import BadRow, UnusableFile
from arena.imports.rows import Record
from benchmarks.naming import check_name
from voting import languages
from voting.events import Winner

_WINNER_WORDS: Final[Mapping[Winner, tuple[str, ...]]] = {
    "model_a": (
        "model_a", "model a", "a", "left", "leftvote", "model_left", "model_x", "model_1",
    ),
    "model_b": (
        "model_b", "model b", "b", "right", "rightvote", "model_right", "model_y", "model_2",
    ),
    "tie": (
        "tie", "tievote", "draw", "tie (bothgood)", "tie (both good)", "bothgood", "both_good",
    ),
    "both_bad": (
        "tie (bothbad)", "tie (both bad)", "bothbad", "both_bad", "both bad", "bothbadvote",
        "bothbad_vote",
    ),
}  # fmt: skip
WINNERS: Final[Mapping[str, Winner]] = {
    word: winner for winner, words in _WINNER_WORDS.items() for word in words
}
"""Every word that says who won. Any other word refuses its row: it is never taken for a tie."""

MODEL_COLUMNS: Final = (
    ("model_a", "model_b"),
    # Before model_x and model_y: files that have both keep the displayed names here, ids there.
    ("left", "right"),
    ("model_left", "model_right"),
    ("model_x", "model_y"),
    ("model_1", "model_2"),
)
OTHER_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "winner": ("winner", "vote", "outcome"),
    "voter": (
        "judge", "judge_hash", "judge_id", "voter", "voter_id", "worker", "worker_id", "user",
        "user_id", "annotator", "annotator_id",
    ),
    "voted_at": ("tstamp", "timestamp", "voted_at", "created_at"),
    "language": ("language", "lang"),
    "category": ("category",),
    "turn": ("turn",),
    "anonymous": ("anony", "anonymous"),
    "row_id": ("vote_id", "question_id", "battle_id"),
}  # fmt: skip
ALL_COLUMNS: Final = frozenset(
    name for group in (*MODEL_COLUMNS, *OTHER_COLUMNS.values()) for name in group
)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_MAX_TEXT = 200
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class FileVote(NamedTuple):
    """A checked row: models still by name, the voter still as the file calls them."""

    line: int
    model_a: str
    model_b: str
    winner: Winner
    voter: str | None
    voted_at: datetime | None
    language: str | None
    category: str | None
    turn: int | None
    anonymous: bool
    row_id: str | None


class Columns(NamedTuple):
    """Which column of a file holds what; None where the file has no such column."""

    model_a: str
    model_b: str
    winner: str
    voter: str | None
    voted_at: str | None
    language: str | None
    category: str | None
    turn: str | None
    anonymous: str | None
    row_id: str | None


def find_columns(names: Collection[str], *, row_id: str | None = None) -> Columns:
    """Return the columns to read among the names of a file; case does not matter.

    Raises UnusableFile when the models or the winner are not among them.
    """
    present = {name.strip().lower(): name for name in names}
    pair = next((pair for pair in MODEL_COLUMNS if present.keys() >= set(pair)), None)
    if pair is None:
        raise UnusableFile(
            "no columns for the two models: want model_a and model_b"
            f" (or left and right, model_x and model_y), found {_listed(names)}"
        )
    found = {
        field: next((present[alias] for alias in aliases if alias in present), None)
        for field, aliases in OTHER_COLUMNS.items()
    }
    winner = found.pop("winner")
    if winner is None:
        raise UnusableFile(f"no column for the winner: want winner, found {_listed(names)}")
    if row_id is not None:
        found["row_id"] = present.get(row_id.lower())
    return Columns(present[pair[0]], present[pair[1]], winner, **found)


def parse(line: int, record: Record, columns: Columns, *, latest: datetime) -> FileVote:
    """Check one row; raise BadRow with the reason. No vote may be cast after `latest`."""
    try:
        model_a = _model(record[columns.model_a])
        model_b = _model(record[columns.model_b])
        winner = _winner(record[columns.winner])
    except KeyError as error:
        raise BadRow(f"column {error.args[0]} is missing") from None
    if model_a == model_b:
        raise BadRow("both models are the same")
    get = record.get
    return FileVote(
        line,
        model_a,
        model_b,
        winner,
        _identifier(get(columns.voter), "voter"),
        _time(get(columns.voted_at), latest),
        _language(get(columns.language)),
        _category(get(columns.category)),
        _turn(get(columns.turn)),
        _anonymous(get(columns.anonymous)),
        _identifier(get(columns.row_id), "row id"),
    )


@lru_cache(maxsize=8_192)
def _model(value: Any) -> str:
    if not isinstance(value, str):
        raise BadRow(f"a model name is {type(value).__name__}, want text")
    try:
        return check_name(value)
    except ValueError as error:
        raise BadRow(f"model: {error}") from None


def _winner(value: Any) -> Winner:
    if isinstance(value, str):
        known = WINNERS.get(value) or WINNERS.get(value.strip().casefold())
        if known is not None:
            return known
    if value is None or value == "":
        raise BadRow("the winner is missing")
    raise BadRow(f"winner {_short(value)} is not one of {', '.join(sorted(WINNERS))}")


def _identifier(value: Any, what: str) -> str | None:
    """Return an id as text. Never quoted: it may be a name or an address."""
    if value is None or value == "" or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadRow(f"the {what} is {type(value).__name__}, want text or a whole number")
    text = str(value).strip()
    if len(text) > _MAX_TEXT or not text.isprintable():
        raise BadRow(f"the {what} is longer than {_MAX_TEXT} characters or cannot be printed")
    return text or None


def _time(value: Any, latest: datetime) -> datetime | None:
    if value is None or value == "":
        return None
    time = _as_time(value)
    if not _EARLIEST <= time <= latest:
        raise BadRow(f"time {time:%Y-%m-%d} is before 2000 or in the future")
    return time


def _as_time(value: Any) -> datetime:
    try:
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                value = datetime.fromisoformat(value.strip())
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise BadRow(f"time {_short(value)} is neither seconds since 1970 nor ISO 8601")


def _language(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadRow(f"the language is {type(value).__name__}, want text")
    return languages.tag(value)


def _category(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not value.isprintable():
        raise BadRow(f"the category is not one line of at most {_MAX_TEXT} characters")
    return value.strip() or None


def _turn(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        turn = float(value)
    except (TypeError, ValueError):
        turn = 0.0
    if math.isnan(turn) and not isinstance(value, str):
        return None
    if isinstance(value, bool) or not turn.is_integer() or not 1 <= turn <= 10_000:
        raise BadRow(f"turn {_short(value)} is not a whole number from 1")
    return int(turn)


def _anonymous(value: Any) -> bool:
    if value is None or value == "" or value is True:
        return True
    flag = _FLAGS.get(str(value).strip().casefold())
    if flag is None:
        raise BadRow(f"anony {_short(value)} is neither true nor false")
    return flag


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(map(_short, names))[:30]) or "none"
