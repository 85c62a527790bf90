"""What a task is: named, versioned mixes of tokens, kept as data that anybody can check."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FILE: Final = Path(__file__).with_name("mixes.yaml")
DEFAULT: Final = "chat"


class MixError(ValueError):
    """The file holds no mixes; the message says which entry and why."""


class Mix(BaseModel):
    """The tokens of one task, all its calls together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")
    title: str = Field(min_length=1)
    description: str = Field(min_length=1)
    calls: int = Field(ge=1)
    input_tokens: int = Field(ge=0)
    cached_tokens: int = Field(ge=0)
    """Those of the input that were sent before."""
    output_tokens: int = Field(ge=1)
    """Shown; reasoning comes on top."""
    reasoning_tokens: int = Field(ge=0)

    @model_validator(mode="after")
    def _cached_are_input(self) -> "Mix":
        if self.cached_tokens > self.input_tokens:
            raise ValueError("more cached tokens than input tokens")
        return self

    @property
    def written_tokens(self) -> int:
        """Return what the model generates, shown or not."""
        return self.output_tokens + self.reasoning_tokens


class Mixes(BaseModel):
    """All mixes of one version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    noted_on: date
    mixes: tuple[Mix, ...] = Field(min_length=1)

    @property
    def by_key(self) -> Mapping[str, Mix]:
        """Return the mixes by key, in the order of the file."""
        return {mix.key: mix for mix in self.mixes}


@cache
def mixes() -> Mixes:
    """Return the mixes that ship with the site."""
    return read_mixes(FILE.read_text(encoding="utf-8"))


def read_mixes(text: str) -> Mixes:
    """Read mixes; raise MixError, also for one key given twice."""
    try:
        raw: Any = yaml.safe_load(text)
        found = Mixes.model_validate(raw)
    except yaml.YAMLError as error:
        raise MixError(f"no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise MixError(f"{'/'.join(map(str, first['loc']))}: {first['msg']}") from error
    if len(found.by_key) < len(found.mixes):
        raise MixError("one key is there twice")
    return found
