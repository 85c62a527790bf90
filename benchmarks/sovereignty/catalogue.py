"""Criteria, levels and profiles of the sovereignty score, as the data files here state them."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

CRITERIA_FILE: Final = Path(__file__).with_name("criteria.yaml")
PROFILES_FILE: Final = Path(__file__).with_name("profiles.yaml")
NOT_APPLICABLE: Final = "not_applicable"
TOTAL_WEIGHT: Final = 100
Level = Literal["S0", "S1", "S2", "S3", "S4"]
Id = Annotated[str, Field(pattern=r"^[A-Z][1-9]$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
ShapeT = TypeVar("ShapeT", bound=BaseModel)


class CatalogueError(ValueError):
    """A file is no catalogue; the message says where and why."""


class UnknownProfile(LookupError):
    """No profile has this slug; the message names those there are."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class PointsByPlace(_Data):
    """Points by where the countries of a fact are, seen from a profile."""

    inside: float = Field(ge=0)
    adequate: float = Field(default=0, ge=0)
    elsewhere: float = Field(ge=0)


class Option(_Data):
    """One possible answer to a criterion."""

    label: str = Field(min_length=1)
    points: float | PointsByPlace

    @property
    def asks_for_countries(self) -> bool:
        """Return whether the answer is worth something only together with countries."""
        return isinstance(self.points, PointsByPlace)

    @property
    def best(self) -> float:
        """Return the most points that the answer can be worth."""
        return self.points.inside if isinstance(self.points, PointsByPlace) else self.points


class Criterion(_Data):
    """One question about a deployment."""

    id: Id
    title: str = Field(min_length=1)
    question: str = Field(min_length=1)
    """What a vendor is asked while the answer is not known."""
    not_applicable: str | None = None
    """When it may be answered so; None where it always applies."""
    options: Mapping[str, Option] = Field(min_length=2)

    @property
    def full(self) -> float:
        """Return the points of the best answer."""
        return max(option.best for option in self.options.values())

    @property
    def values(self) -> tuple[str, ...]:
        """Return every value that a fact may state."""
        return (*self.options, NOT_APPLICABLE) if self.not_applicable else tuple(self.options)

    def label(self, value: str) -> str:
        """Return what a value says, in words."""
        if value == NOT_APPLICABLE:
            return f"not applicable: {self.not_applicable}"
        return self.options[value].label


class LevelGates(_Data):
    """The points of criteria below which a deployment is not of a level."""

    level: Level
    gates: Mapping[Id, float] = Field(min_length=1)


class Condition(_Data):
    """A criterion answered in one way."""

    criterion: Id
    value: str


class Criteria(_Data):
    """Everything that is asked, and the gates of the levels, lowest level first."""

    version: Version
    noted_on: date
    policy_days: int = Field(ge=1)
    """How long a fact stands that states no end of its own."""
    not_applicable_when: Condition
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    levels: tuple[LevelGates, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _refers_to_itself(self) -> "Criteria":
        full = {criterion.id: criterion.full for criterion in self.criteria}
        if len(full) != len(self.criteria):
            raise ValueError("a criterion is there twice")
        for level in self.levels:
            for name, points in level.gates.items():
                if points > full.get(name, 0):
                    raise ValueError(f"{level.level}: {name} cannot reach {points} points")
        condition = self.not_applicable_when
        if condition.value not in self.criterion(condition.criterion).options:
            raise ValueError(f"{condition.criterion} has no value {condition.value}")
        return self

    def criterion(self, name: str) -> Criterion:
        """Return a criterion; raise ValueError naming those there are."""
        for criterion in self.criteria:
            if criterion.id == name:
                return criterion
        known = ", ".join(criterion.id for criterion in self.criteria)
        raise ValueError(f"no criterion is called {name!r}; there are {known}")


class Profile(_Data):
    """Whose sovereignty is asked for: weights that sum to 100, and places."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    name: str = Field(min_length=1)
    note: str
    territory: frozenset[Country]
    adequate: frozenset[Country]
    gates_without: frozenset[Id] = frozenset()
    """Criteria that set no gate for this profile."""
    weights: Mapping[Id, Annotated[float, Field(ge=0)]]

    def points(self, option: Option, countries: Sequence[str]) -> float:
        """Return what an answer is worth here; the worst of its countries decides."""
        if not isinstance(option.points, PointsByPlace):
            return option.points
        places = set(countries)
        if places and places <= self.territory:
            return option.points.inside
        if places and places <= self.territory | self.adequate:
            return option.points.adequate
        return option.points.elsewhere


class Profiles(_Data):
    """Every profile; the first is the default."""

    version: Version
    noted_on: date
    profiles: tuple[Profile, ...] = Field(min_length=1)


def read_criteria(text: str) -> Criteria:
    """Read a file of criteria; raise CatalogueError."""
    return _read(text, Criteria)


def read_profiles(text: str, *, criteria: Criteria) -> Profiles:
    """Read a file of profiles for these criteria; raise CatalogueError."""
    found = _read(text, Profiles)
    wanted = {criterion.id for criterion in criteria.criteria}
    slugs = [profile.slug for profile in found.profiles]
    if len(set(slugs)) != len(slugs):
        raise CatalogueError("a profile is there twice")
    for profile in found.profiles:
        if profile.weights.keys() != wanted or not profile.gates_without <= wanted:
            raise CatalogueError(f"{profile.slug}: weights are wanted for exactly {sorted(wanted)}")
        total = sum(profile.weights.values())
        if total != TOTAL_WEIGHT:
            raise CatalogueError(f"{profile.slug}: the weights sum to {total:g}, want 100")
    return found


@cache
def criteria() -> Criteria:
    """Return the criteria that ship with the site."""
    return read_criteria(CRITERIA_FILE.read_text(encoding="utf-8"))


@cache
def profiles() -> Profiles:
    """Return the profiles that ship with the site."""
    return read_profiles(PROFILES_FILE.read_text(encoding="utf-8"), criteria=criteria())


def default_profile() -> Profile:
    """Return the profile of a reader who names none."""
    return profiles().profiles[0]


def profile_called(slug: str | None) -> Profile:
    """Return a profile, the default for None; raise UnknownProfile naming those there are."""
    if slug is None:
        return default_profile()
    for profile in profiles().profiles:
        if profile.slug == slug:
            return profile
    known = ", ".join(profile.slug for profile in profiles().profiles)
    raise UnknownProfile(f"profile={slug[:40]}: no such profile. Profiles: {known}.")


def _read(text: str, shape: type[ShapeT]) -> ShapeT:
    try:
        raw: Any = yaml.safe_load(text)
        return shape.model_validate(raw)
    except yaml.YAMLError as error:
        raise CatalogueError(f"no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise CatalogueError(f"{where or 'the file'}: {first['msg']}") from error
