"""Reads fields of foreign JSON: of the right kind, finite, not negative, or refused with place."""

import json
import math
from typing import Any, Final

from arena_runner.contract.tools.output import ToolOutputError

MAX_VALUES: Final = 1_000_000
_MAX_NUMBER: Final = 1e15


def parse(text: str) -> Any:
    """Return the JSON value; raise ToolOutputError for NaN, infinity, a double key, nonsense."""
    try:
        return json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_unique
        )
    except RecursionError as error:
        raise ToolOutputError("", "nested too deeply; this is no result of a known tool") from error
    except ToolOutputError:
        raise
    except ValueError as error:
        raise ToolOutputError(
            "", f"not JSON: {str(error)[:160]}; send the file as written"
        ) from error


def mapping(data: Any, key: str, at: str = "") -> dict[str, Any]:
    """Return an object below a key."""
    value = _of(data, key, at)
    if not isinstance(value, dict):
        raise ToolOutputError(f"{at}/{key}", "must be an object; is this file complete?")
    return value


def rows(data: Any, key: str, at: str = "", most: int = 1_000) -> list[Any]:
    """Return a list below a key, of at least one and at most so many entries."""
    value = _of(data, key, at)
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise ToolOutputError(f"{at}/{key}", f"must be a list of 1 to {most} entries")
    return value


def number(data: Any, key: str, at: str = "") -> float:
    """Return a number that is not negative."""
    return _number(_of(data, key, at), f"{at}/{key}")


def whole(data: Any, key: str, at: str = "") -> int:
    """Return a whole number that is not negative."""
    value = number(data, key, at)
    if value != int(value):
        raise ToolOutputError(f"{at}/{key}", "must be a whole number")
    return int(value)


def optional_number(data: Any, key: str, at: str = "") -> float | None:
    """Return a number, or None for null or a missing key."""
    return None if _get(data, key) is None else number(data, key, at)


def numbers(data: Any, key: str, at: str = "") -> list[float]:
    """Return a list of numbers."""
    found = rows(data, key, at, most=MAX_VALUES)
    return [_number(value, f"{at}/{key}/{index}") for index, value in enumerate(found)]


def words(data: Any, key: str) -> str | None:
    """Return a short text, or None for anything else: it is shown, never trusted."""
    value = _get(data, key)
    return value[:200] if isinstance(value, str) and value else None


def model_name(data: Any, key: str) -> str | None:
    """Return the name of a model or tokenizer; of a path on somebody's machine the last part."""
    value = words(data, key)
    if value is None or not value.startswith(("/", ".", "~")):
        return value
    return value.rstrip("/").rpartition("/")[2] or None


def _get(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _of(data: Any, key: str, at: str) -> Any:
    if not isinstance(data, dict) or key not in data:
        raise ToolOutputError(f"{at}/{key}", "is missing; is this file complete?")
    return data[key]


def _number(value: Any, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ToolOutputError(at, "must be a number")
    if not 0 <= value <= _MAX_NUMBER:
        raise ToolOutputError(at, f"{value:.6g} cannot have been measured; check the file")
    return float(value)


def _no_constant(name: str) -> Any:
    raise ToolOutputError("", f"{name} is not a number; a test that measured nothing has none")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ToolOutputError("", f"{text[:40]} is not a finite number")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ToolOutputError("", f"the key {twice[:60]!r} stands twice in one object")
    return result
