"""Read settings from environment variables, each with one clear error when it is wrong."""

import os

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the default; raise ImproperlyConfigured when neither exists."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. `make run` and ./manage.py set it for the embedded servers; "
            "elsewhere set it in the environment (docs/operations.md)."
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return the variable as a boolean; raise ImproperlyConfigured for anything unclear."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false; use 1 or 0.")


def integer(name: str, default: int) -> int:
    """Return the variable as an integer; raise ImproperlyConfigured when it is not one."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None


def listed(name: str, *, default: list[str]) -> list[str]:
    """Return the comma-separated variable as a list without empty items."""
    value = os.environ.get(name)
    if value is None:
        return default
    return [item.strip() for item in value.split(",") if item.strip()]


def choice(name: str, choices: list[str]) -> str:
    """Return the variable, by default the first choice; raise ImproperlyConfigured for others."""
    value = os.environ.get(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is none of: {', '.join(choices)}.")
    return value
