"""Whether a job speculates on tokens, and how many one pass over the weights may then give."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from arena_runner.contract.manifest import Manifest

MOST_ACCEPTED: Final = 4.0
"""Tokens a pass that speculation is believed to give: EAGLE and MTP report 2.5 to 3.4."""

_COUNT: Final = re.compile(
    r"(?:num_speculative_tokens|speculative[-_]num[-_]draft[-_]tokens|speculative[-_]num[-_]steps"
    r"|spec[-_]draft[-_]n[-_]max|draft[-_]max|draft[-_]n)[\"']?[\s:=]+[\"']?(\d{1,3})",
    re.IGNORECASE,
)
_ANY: Final = re.compile(
    r"speculative|--draft|--spec-|(?:^|\s)-md(?:\s|$)|--model-draft|lookup-cache|prompt_lookup",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Speculation:
    """What the command and the defaults of a job say."""

    is_declared: bool
    is_known: bool
    """False when no command is known, as with an endpoint that runs already."""
    tokens_per_pass: float
    """At most, 1 without speculation."""


def speculation_of(manifest: Manifest) -> Speculation:
    """Return what a manifest says of speculation."""
    text = "\n".join(_texts(manifest))
    counts = [int(found) for found in _COUNT.findall(text)]
    declared = bool(counts) or _ANY.search(text) is not None
    most = MOST_ACCEPTED
    if counts:
        most = min(most, 1.0 + max(counts))
    return Speculation(
        is_declared=declared,
        is_known=bool(manifest.engine_argv),
        tokens_per_pass=most if declared else 1.0,
    )


def _texts(manifest: Manifest) -> Iterator[str]:
    yield " ".join(manifest.engine_argv)
    for name, value in manifest.recipe.defaults.items():
        yield f"{name}={value if isinstance(value, str) else json.dumps(value)}"
