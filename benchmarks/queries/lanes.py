"""Read lanes: a board for each version of each bench, and nothing that joins two of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from arena.tenancy.models import Tenant
from benchmarks.lane_identity import NOT_STATED
from benchmarks.models import BenchLane
from benchmarks.queries.badges import BadgeInfo, held_badges

_NO_QUALITY: Final = "the source gives no quality"
_NO_SPEED: Final = "the source gives no throughput"
_NO_SCORE: Final = "no score yet"


class UnknownBench(LookupError):
    """No lane stands on that version of that bench."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneInfo:
    """One lane on its board; `rank` None with the reason in `unranked`."""

    lane: str
    variant: str
    bench: str
    version: str
    article: str | None
    title: str
    deployment_slug: str | None
    is_claim: bool
    rank: int | None
    unranked: str
    stated_rank: int | None
    quality: float | None
    quality_unit: str
    tokens_per_second: float | None
    runs: int | None
    source_name: str
    source_url: str | None
    stated_on: date | None
    position: int
    badges: tuple[BadgeInfo, ...]

    @property
    def missing_quality(self) -> str:
        """Return why there is no quality."""
        return _NO_SCORE if self.runs is None else _NO_QUALITY

    @property
    def missing_throughput(self) -> str:
        """Return why there is no throughput."""
        return _NO_SCORE if self.runs is None else _NO_SPEED


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchInfo:
    """One version of one bench with its lanes: those measured here in rank, then the others."""

    bench: str
    version: str
    lanes: tuple[LaneInfo, ...] = field(default=())

    @property
    def claims(self) -> int:
        """Return how many of the lanes are claims of others."""
        return sum(lane.is_claim for lane in self.lanes)


def benches(*, tenant: Tenant) -> list[BenchInfo]:
    """Return every version of every bench, by name and version."""
    boards: dict[tuple[str, str], list[BenchLane]] = {}
    for row in BenchLane.objects.filter(tenant=tenant).order_by("bench", "version", "variant"):
        boards.setdefault((row.bench, row.version), []).append(row)
    badges = held_badges(tenant=tenant)
    return [
        BenchInfo(
            bench=bench,
            version=version,
            lanes=_board(
                rows, {row.lane: tuple(badges.get(("lane", row.lane), ())) for row in rows}
            ),
        )
        for (bench, version), rows in boards.items()
    ]


def bench(*, tenant: Tenant, bench: str, version: str) -> BenchInfo:
    """Return one board; raise UnknownBench."""
    for info in benches(tenant=tenant):
        if (info.bench, info.version) == (bench, version):
            return info
    raise UnknownBench(f"no lane stands on {bench} {version}")


def _board(
    rows: Iterable[BenchLane], badges: dict[str, tuple[BadgeInfo, ...]]
) -> tuple[LaneInfo, ...]:
    """Rank what was measured here by quality, equal ones alike; claims keep their stated order."""
    rows = list(rows)
    measured = [row for row in rows if row.kind == "measured" and row.quality is not None]
    units = {row.quality_unit for row in measured}
    infos = [_info(row, measured, units, badges[row.lane]) for row in rows]
    last = len(infos)
    return tuple(
        sorted(
            infos,
            key=lambda info: (
                info.is_claim, info.rank or last + 1, info.stated_rank or last + 1, info.variant
            ),
        )
    )  # fmt: skip


def _info(
    row: BenchLane, measured: list[BenchLane], units: set[str], badges: tuple[BadgeInfo, ...]
) -> LaneInfo:
    rank, unranked = _rank(row, measured, units)
    return LaneInfo(
        lane=row.lane,
        variant=row.variant,
        bench=row.bench,
        version=row.version,
        article=None if row.article == NOT_STATED else row.article,
        title=row.title,
        deployment_slug=row.deployment_slug,
        is_claim=row.kind == "claim",
        rank=rank,
        unranked=unranked,
        stated_rank=row.stated_rank,
        quality=row.quality,
        quality_unit=row.quality_unit,
        tokens_per_second=row.tokens_per_second,
        runs=row.runs,
        source_name=row.source_name,
        source_url=row.source_url,
        stated_on=row.stated_on,
        position=row.position,
        badges=badges,
    )


def _rank(row: BenchLane, measured: list[BenchLane], units: set[str]) -> tuple[int | None, str]:
    if row.kind is None:
        return None, _NO_SCORE
    if row.kind == "claim":
        return None, "a claim is not ranked here"
    if row.quality is None:
        return None, "no quality was measured"
    if len(units) > 1:
        return None, f"the qualities are in different units: {', '.join(sorted(units))}"
    better = (other.quality for other in measured if other.quality is not None)
    return 1 + sum(quality > row.quality for quality in better), ""
