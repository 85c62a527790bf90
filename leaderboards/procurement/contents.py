"""What a procurement pack says, and its canonical bytes, whose SHA-256 is its id."""

import hashlib
import json
from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT: Final = 1
"""Of the content. Another shape gets another number, and its own way to be shown."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class PackFigure(_Part):
    """A figure with what stands behind it; without a value, `missing` says why."""

    value: float | None
    unit: str
    lower: float | None = Field(None, description="Lower end of the 95 % interval.")
    upper: float | None = None
    sample: int | None = Field(None, description="Observations behind the figure.")
    counted: str = Field("", description="Of what.")
    as_of: str | None = None
    source: str = ""
    source_url: str | None = None
    position: int | None = Field(None, description="Event that states it.")
    note: str = ""
    missing: str = ""


class PackTask(_Part):
    """One task of a mix."""

    mix: str
    title: str
    cost: PackFigure


class PackStanding(_Part):
    """Level and score of sovereignty for the profile of the pack, on its day."""

    level: str
    level_high: str
    score: float
    score_high: float
    coverage_percent: float
    known: int


class PackFact(_Part):
    """One criterion about one candidate: a reviewed fact, or a gap with the question to ask."""

    criterion: str
    title: str
    weight: float
    points: float | None = Field(description="Null for a gap.")
    full_points: float
    answer: str = ""
    evidence: str = Field("E0", description="Class of evidence on the day of the pack.")
    evidence_stated: str = Field("", description="The class when the fact was accepted.")
    source_url: str | None = None
    source_sha256: str | None = Field(None, description="Of the archived copy.")
    note: str = ""
    stated_on: date | None = None
    expires_on: date | None = None
    reviewed_by: str = Field("", description="Pseudonym, known in this arena only.")
    submitted_position: int | None = None
    reviewed_position: int | None = None
    reason: str = Field("", description="Why it is a gap, or counts for less.")
    question: str = Field("", description="For the vendor; empty where nothing is to be asked.")

    @property
    def is_gap(self) -> bool:
        """Return whether the criterion is unknown."""
        return self.points is None


class PackReply(_Part):
    """What the operator says to the facts about its deployments."""

    operator: str
    text: str
    stated_on: date
    source_url: str | None
    position: int


class PackCandidate(_Part):
    """One candidate of the shortlist; `model` and `deployment` are null for an offer typed in."""

    number: int
    name: str
    label: str
    model: str | None
    deployment: str | None
    operator: str | None
    developer: str | None
    licence: str | None
    weights_open: bool | None
    is_own: bool
    elo: PackFigure
    speed: PackFigure
    a_month: PackFigure
    per_million: float | None
    tasks: tuple[PackTask, ...]
    standing: PackStanding | None
    facts: tuple[PackFact, ...]

    @property
    def gaps(self) -> tuple[PackFact, ...]:
        """Return the criteria that are unknown."""
        return tuple(fact for fact in self.facts if fact.is_gap)

    @property
    def known(self) -> tuple[PackFact, ...]:
        """Return the criteria that are known."""
        return tuple(fact for fact in self.facts if not fact.is_gap)


class PackLeftOut(_Part):
    """A deployment that is not on the shortlist."""

    name: str
    label: str
    model: str
    deployment: str
    reasons: tuple[str, ...]


class PackVersion(_Part):
    """Which version of a rule or a data file the pack rests on."""

    name: str
    version: str


class Pack(_Part):
    """A shortlist as it was at one position of the log."""

    format: Literal[1] = 1
    site: str = Field(description="Address of the arena's pages, without a slash at its end.")
    arena: str
    arena_name: str
    position: int = Field(description="Every event up to here is taken into account.")
    position_sha256: str | None = Field(description="Chain hash of the event there.")
    as_of: datetime | None = Field(description="When that event was recorded.")
    on: date = Field(description="Day on which facts and prices are held to be in force, UTC.")
    query: str = Field(description="What was asked, as the query of the calculator.")
    asked: dict[str, str]
    currency: str
    board: str | None
    board_name: str
    board_question: str
    board_licence: str
    board_position: int = Field(description="Position that the ratings were computed at.")
    vote_count: int
    profile: str
    profile_name: str
    profile_note: str
    versions: tuple[PackVersion, ...]
    machine: tuple[PackFigure, ...] = Field(description="Of the reader's own machine.")
    machine_a_month: PackFigure
    candidates: tuple[PackCandidate, ...]
    replies: tuple[PackReply, ...] = Field(description="Of the operators, the newest of each.")
    left_out: tuple[PackLeftOut, ...]
    left_out_unlisted: int = Field(description="Left out beyond those listed.")

    @property
    def made_at(self) -> datetime:
        """Return the time that files bear: that of the position, else the day itself."""
        return self.as_of or datetime.fromisoformat(f"{self.on}T00:00:00+00:00")

    @property
    def questions(self) -> list[tuple[PackFact, list[int]]]:
        """Return every question once, with the numbers of the candidates it is for."""
        found: dict[str, tuple[PackFact, list[int]]] = {}
        for candidate in self.candidates:
            for gap in candidate.gaps:
                found.setdefault(gap.criterion, (gap, []))[1].append(candidate.number)
        return [found[criterion] for criterion in sorted(found)]


def to_bytes(pack: Pack) -> bytes:
    """Return the canonical JSON: keys sorted, no spaces, UTF-8."""
    return json.dumps(
        pack.model_dump(mode="json"),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    ).encode()


def from_bytes(content: bytes) -> Pack:
    """Read a pack from its canonical JSON; raise pydantic.ValidationError."""
    return Pack.model_validate_json(content)


def id_of(content: bytes) -> str:
    """Return the id of a pack: the SHA-256 of its bytes, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()
