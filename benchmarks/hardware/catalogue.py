"""The catalogue of hardware: what each is rated for, by whom, and how drivers call it.

The file beside this module is data that anybody can check and extend. A machine that is not in it
is measured and shown like any other; only the rules that need its ratings are not asked.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from benchmarks.hardware.names import plain

FILE: Final = Path(__file__).with_name("catalogue.yaml")


class CatalogueError(ValueError):
    """The file is no catalogue; the message says which entry and why."""


class Hardware(BaseModel):
    """One GPU, processor or system on a chip as its vendor rates it; None for what is not stated.

    Ratings are peaks: no measured memory reaches its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,79}$")
    name: str = Field(min_length=1, max_length=120)
    kind: Literal["gpu", "cpu", "unified"]
    """A card; a socket with its memory channels filled; GPU and processor on one memory."""
    memory_bandwidth_bytes_per_second: int = Field(ge=10**9, le=10**14)
    memory_bytes: int | None = Field(default=None, ge=10**9, le=10**14)
    """As sold; None where modules are plugged in."""
    tdp_watts: float | None = Field(default=None, gt=0, le=5_000)
    """Rated board, package or module power."""
    peak_operations_per_second: float | None = Field(default=None, ge=10**12, le=10**17)
    """Dense, at the lowest precision that its matrix units have."""
    cores: int | None = Field(default=None, ge=1, le=1_024)
    """Of one socket."""
    aliases: tuple[str, ...] = Field(min_length=1)
    """As drivers and operating systems report it."""
    source_name: str = Field(min_length=1)
    source_url: str = Field(pattern=r"^https://")
    noted_on: date
    """When the figures were taken down; a vendor may have moved the page since."""
    note: str = ""

    @model_validator(mode="after")
    def _cores_of_sockets(self) -> "Hardware":
        if self.kind == "cpu" and self.cores is None:
            raise ValueError("a cpu needs its cores, so that sockets can be counted")
        return self


@cache
def catalogue() -> Mapping[str, Hardware]:
    """Return the catalogue that ships with the site, by slug."""
    return read_catalogue(FILE.read_text(encoding="utf-8"))


def read_catalogue(text: str) -> Mapping[str, Hardware]:
    """Read a catalogue; raise CatalogueError, also for one slug or one alias given twice."""
    try:
        raw: Any = yaml.safe_load(text)
        entries = TypeAdapter(tuple[Hardware, ...]).validate_python(raw)
    except yaml.YAMLError as error:
        raise CatalogueError(f"no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise CatalogueError(f"entry {where}: {first['msg']}") from error
    found: dict[str, Hardware] = {}
    for entry in entries:
        if entry.slug in found:
            raise CatalogueError(f"{entry.slug} is there twice")
        found[entry.slug] = entry
    _by_alias(found)
    return found


def hardware_named(name: str) -> Hardware | None:
    """Return the entry that a driver or an operating system means by a name, or None."""
    return _aliases().get(plain(name))


@cache
def _aliases() -> Mapping[str, Hardware]:
    return _by_alias(catalogue())


def _by_alias(entries: Mapping[str, Hardware]) -> Mapping[str, Hardware]:
    found: dict[str, Hardware] = {}
    for entry in entries.values():
        for alias in entry.aliases:
            other = found.setdefault(plain(alias), entry)
            if other is not entry:
                raise CatalogueError(f"{alias!r} means both {other.slug} and {entry.slug}")
    return found
