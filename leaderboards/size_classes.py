"""Classes of models by their parameters, and which model leads a class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from benchmarks.queries import ModelInfo
from leaderboards.cells import of_model
from leaderboards.rows import Row

FILE: Final = Path(__file__).with_name("size_classes.yaml")
_FEWEST: Final = 2
"""Rated models of a class below which nobody leads it: alone is not first."""


class SizeClassesError(ValueError):
    """The file holds no classes; the message says why."""


class SizeClass(BaseModel):
    """Models with fewer parameters than `below`, and no fewer than the class before ends at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    title: str = Field(min_length=1, max_length=40)
    below: int | None = Field(ge=1)


class SizeClasses(BaseModel):
    """Every class, the smallest first, with the version that a page names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    noted_on: date
    classes: tuple[SizeClass, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _grows(self) -> "SizeClasses":
        bounds = [item.below for item in self.classes]
        stated = [bound for bound in bounds[:-1] if bound is not None]
        if bounds[-1] is not None or len(stated) < len(bounds) - 1:
            raise ValueError("the last class, and no other, has no upper bound")
        if sorted(set(stated)) != stated:
            raise ValueError("the bounds do not grow")
        return self


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """A model's place at the head of its class on one board."""

    size_class: SizeClass
    model_slug: str
    shared_with: int
    """How many of the others reach its interval with theirs; none where it leads alone."""
    rivals: int
    """Rated models of the class, itself aside."""


@cache
def size_classes() -> SizeClasses:
    """Return the classes that ship with the site."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> SizeClasses:
    """Read a file of classes; raise SizeClassesError."""
    try:
        return SizeClasses.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise SizeClassesError(f"no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise SizeClassesError(f"{where}: {first['msg']}") from error


def class_of(total_parameters: int | None) -> SizeClass | None:
    """Return the class of a model; None where nobody states its parameters."""
    if total_parameters is None:
        return None
    return next(
        item
        for item in size_classes().classes
        if item.below is None or total_parameters < item.below
    )


def leads(rows: Sequence[Row], models: Mapping[str, ModelInfo]) -> dict[str, Lead]:
    """Return the first of each class among the rated models of one board, by model.

    The rule of tiers inside the class: the highest rated is first, and shares the lead with every
    model whose interval reaches its lower bound. A class with one rated model has no leader, and a
    model whose parameters nobody states has no class.
    """
    of_class: dict[str, list[Row]] = {}
    for row in {row["model"]["slug"]: row for row in rows if row["tier"] is not None}.values():
        found = class_of(_parameters(models, row))
        if found is not None:
            of_class.setdefault(found.slug, []).append(row)
    return {
        lead.model_slug: lead
        for slug, members in of_class.items()
        if len(members) >= _FEWEST
        for lead in (_lead(slug, members),)
    }


def _lead(slug: str, members: Sequence[Row]) -> Lead:
    first = max(members, key=lambda row: _figure(row, "value"))
    floor = _figure(first, "lower")
    return Lead(
        size_class=next(item for item in size_classes().classes if item.slug == slug),
        model_slug=first["model"]["slug"],
        shared_with=sum(_figure(row, "upper") >= floor for row in members) - 1,
        rivals=len(members) - 1,
    )


def _figure(row: Row, end: str) -> float:
    value = of_model(row["cells"]["rating"])[end]  # type: ignore[literal-required]  # value, lower, upper
    assert value is not None  # noqa: S101  a row with a tier has a rating and its interval
    return float(value)


def _parameters(models: Mapping[str, ModelInfo], row: Row) -> int | None:
    model = models.get(row["model"]["slug"])
    return None if model is None else model.total_parameters
