"""Weights of the composite score: presets, which are data, and own ones from an address."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from math import fsum, isfinite
from pathlib import Path
from typing import Final, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FILE: Final = Path(__file__).with_name("presets.yaml")
DEFAULT: Final = "aggregate"
LETTERS: Final[Mapping[str, str]] = {"q": "quality", "g": "speed", "e": "efficiency"}
"""How an address and a formula call the three dimensions."""
_TOTAL: Final = 100.0
_LARGEST: Final = 1_000_000.0


class PresetsError(ValueError):
    """The file holds no presets; the message says why."""


class WeightsError(ValueError):
    """The text names no weights; the message says what is wanted."""


class Weights(NamedTuple):
    """What each dimension counts for, in per cent; together 100."""

    quality: float
    speed: float
    efficiency: float


class Preset(BaseModel):
    """One set of weights, in per cent; `bench` names the load its author measured speed with."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    name: str = Field(min_length=1, max_length=40)
    quality: float = Field(ge=0, le=_TOTAL)
    speed: float = Field(ge=0, le=_TOTAL)
    efficiency: float = Field(ge=0, le=_TOTAL)
    bench: str = Field(min_length=1, max_length=80)

    @model_validator(mode="after")
    def _together_a_hundred(self) -> "Preset":
        total = fsum(self.weights)
        if total != _TOTAL:
            raise ValueError(f"the weights of {self.slug} sum to {total:g}, want 100")
        return self

    @property
    def weights(self) -> Weights:
        """Return the weights as the score takes them."""
        return Weights(self.quality, self.speed, self.efficiency)


class Presets(BaseModel):
    """Every preset, with the version that a page names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    source_name: str = Field(min_length=1)
    noted_on: date
    presets: tuple[Preset, ...] = Field(min_length=1)

    @property
    def by_slug(self) -> Mapping[str, Preset]:
        """Return the presets in their order."""
        return {preset.slug: preset for preset in self.presets}


@cache
def presets() -> Presets:
    """Return the presets that ship with the site."""
    return read_presets(FILE.read_text(encoding="utf-8"))


def read_presets(text: str) -> Presets:
    """Read a file of presets; raise PresetsError, also for one slug given twice."""
    try:
        found = Presets.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise PresetsError(f"no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise PresetsError(f"{where}: {first['msg']}") from error
    if len(found.by_slug) < len(found.presets):
        raise PresetsError("a slug is there twice")
    return found


def read_weights(text: str) -> Weights:
    """Return the weights that `q:60,g:30,e:10` names, scaled to sum to 100; raise WeightsError.

    A dimension that is not named weighs nothing.
    """
    given: dict[str, float] = {}
    for part in text.split(","):
        letter, colon, number = (piece.strip() for piece in part.partition(":"))
        if not colon or letter not in LETTERS or letter in given:
            raise WeightsError("want each of q, g and e at most once, such as q:60,g:30,e:10")
        given[letter] = _weight(letter, number)
    total = fsum(given.values())
    if total <= 0:
        raise WeightsError("want at least one weight above zero, such as q:60,g:30,e:10")
    return Weights(*(_TOTAL * given.get(letter, 0.0) / total for letter in LETTERS))


def _weight(letter: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not isfinite(value) or not 0 <= value <= _LARGEST:
        raise WeightsError(f"the weight of {letter} is no number from 0 to {_LARGEST:.0f}")
    return value
