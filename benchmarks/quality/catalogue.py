"""The suites of tasks that are known by name, as the data file beside this module states them."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from benchmarks.events import Measures, ScoreUnit

FILE: Final = Path(__file__).with_name("suites.yaml")
LmEvalMetric = Annotated[str, Field(pattern=r"^[\w@]+,[\w-]+$")]


class CatalogueError(ValueError):
    """The file is no catalogue of suites; the message says where and why."""


class Suite(BaseModel):
    """One suite: what its scores measure, and in which unit they are stated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    name: str = Field(min_length=1)
    about: str = Field(min_length=1)
    measures: Measures
    unit: ScoreUnit
    tasks: int | None = Field(default=None, ge=1)
    column: bool = False
    url: str = Field(pattern=r"^https://")
    lm_eval: Mapping[str, LmEvalMetric] = Field(default_factory=dict)
    """Task of lm-evaluation-harness -> `metric,filter` of the figure that is the score."""


class Suites(BaseModel):
    """All suites of one version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    noted_on: date
    judge: str
    """The suite of the judge's column."""
    suites: tuple[Suite, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> "Suites":
        if len(self.by_slug) < len(self.suites):
            raise ValueError("one slug is there twice")
        if self.judge not in self.by_slug or self.by_slug[self.judge].measures != "judge":
            raise ValueError(f"judge: {self.judge!r} is no suite that a judge scores")
        if any(suite.column and suite.unit != "tasks" for suite in self.suites):
            raise ValueError("column: only suites with tasks to count have one")
        return self

    @property
    def by_slug(self) -> Mapping[str, Suite]:
        """Return the suites by slug, in the order of the file."""
        return {suite.slug: suite for suite in self.suites}

    @property
    def with_column(self) -> tuple[Suite, ...]:
        """Return the suites that boards have a column for."""
        return tuple(suite for suite in self.suites if suite.column)

    @property
    def corpora(self) -> tuple[Suite, ...]:
        """Return the texts on which perplexities are measured, the first one first."""
        return tuple(suite for suite in self.suites if suite.unit == "perplexity")

    @property
    def of_lm_eval(self) -> Mapping[str, Suite]:
        """Return the suite of each task of lm-evaluation-harness that is one."""
        return {task: suite for suite in self.suites for task in suite.lm_eval}


@cache
def suites() -> Suites:
    """Return the suites that ship with the site."""
    return read_suites(FILE.read_text(encoding="utf-8"))


def read_suites(text: str) -> Suites:
    """Read a catalogue; raise CatalogueError."""
    try:
        raw: Any = yaml.safe_load(text)
        return Suites.model_validate(raw)
    except yaml.YAMLError as error:
        raise CatalogueError(f"no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise CatalogueError(f"{'/'.join(map(str, first['loc']))}: {first['msg']}") from error
