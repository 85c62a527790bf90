"""One thing that a rule of the gate found."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Why a run is quarantined: a stable code, where, and the formula with its numbers."""

    code: str
    message: str
    point_key: str | None = None
