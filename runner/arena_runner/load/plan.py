"""The points of a profile in the order in which they are measured, and points made from others."""

import random
from collections.abc import Mapping, Sequence

from arena_runner.contract.profile import ClosedLoad, LockstepLoad, OpenLoad, Point, Profile

_KEY_CHARACTERS = 80
_TITLE_CHARACTERS = 120


def plan(profile: Profile, *, seed: int | None = None) -> tuple[Point, ...]:
    """Return what is to be measured: jittered and shuffled as the profile says.

    A pure function of profile and seed; the profile's own seed unless another is given. Shuffling
    keeps a machine that warms up from being taken for a load that is slow.
    """
    seed = profile.seed if seed is None else seed
    points = with_neighbours(profile.points, seed=seed) if profile.jitter_concurrency else None
    ordered = list(points or profile.points)
    if profile.shuffle:
        random.Random(f"{seed}/order").shuffle(ordered)
    return tuple(ordered)


def with_neighbours(points: Sequence[Point], *, seed: int) -> tuple[Point, ...]:
    """Return the points, each closed or lockstep one followed by one at a level beside its own.

    Engines can be tuned to exactly the levels of a test (CUDA graphs for 1, 5 and 10 requests); a
    level that nobody could know beforehand shows it. Up to an eighth away, at least one, and none
    that the same test has anyway.
    """
    taken = {_family(point) for point in points}
    found: list[Point] = []
    for point in points:
        found.append(point)
        load = point.load
        if not isinstance(load, ClosedLoad | LockstepLoad):
            continue
        level = _neighbour(point, load.concurrency, taken, seed)
        if level is not None:
            found.append(_at_level(point, load, level))
            taken.add(_family(found[-1]))
    return tuple(found)


def sweep(point: Point, rates_per_second: Sequence[float], *, seconds: float) -> tuple[Point, ...]:
    """Return a point at each rate, rising, that share a sweep; each about so many seconds long.

    Raises ValueError for a point that is no open load, and for rates that are not above 0.
    """
    if not isinstance(point.load, OpenLoad):
        raise ValueError(f"{point.key}: only an open load can be swept over rates")
    found = []
    for rate in sorted(set(rates_per_second)):
        requests = max(1, round(rate * seconds))
        load = point.load.model_dump() | {"rate_per_second": rate, "requests": requests}
        changed = {
            "key": _key(point.key, f"r{rate:g}".replace("+", "")),
            "title": _title(point.title, f"{rate:g}/s"),
            "load": load,
            "sweep": point.sweep or point.key,
        }
        found.append(Point.model_validate(point.model_dump() | changed))
    return tuple(found)


def sweeps(points: Sequence[Point]) -> Mapping[str, tuple[Point, ...]]:
    """Return the points of each sweep by its name, in order of rising rate or concurrency."""
    found: dict[str, list[Point]] = {}
    for point in points:
        if point.sweep is not None:
            found.setdefault(point.sweep, []).append(point)
    return {name: tuple(sorted(group, key=_level)) for name, group in found.items()}


def _neighbour(
    point: Point, concurrency: int, taken: set[tuple[str, int]], seed: int
) -> int | None:
    reach = max(1, concurrency // 8)
    levels = [
        level
        for level in range(max(1, concurrency - reach), concurrency + reach + 1)
        if (_family(point)[0], level) not in taken
    ]
    return random.Random(f"{seed}/{point.key}/neighbour").choice(levels) if levels else None


def _at_level(point: Point, load: ClosedLoad | LockstepLoad, level: int) -> Point:
    return point.model_copy(
        update={
            "key": _key(point.key, f"beside{level}"),
            "title": _title(point.title, f"beside: {level}"),
            "load": load.model_copy(update={"concurrency": level}),
            "tool": None,
            "tool_arguments": (),
        }
    )


def _family(point: Point) -> tuple[str, int]:
    """What makes two points the same test but for the level, and the level."""
    load = point.load
    level = load.concurrency if isinstance(load, ClosedLoad | LockstepLoad) else 0
    return f"{load.kind} {point.prompt!r}", level


def _level(point: Point) -> float:
    load = point.load
    return load.rate_per_second if isinstance(load, OpenLoad) else load.concurrency


def _key(key: str, suffix: str) -> str:
    return f"{key[: _KEY_CHARACTERS - len(suffix) - 1]}.{suffix}"


def _title(title: str, suffix: str) -> str:
    return f"{title[: _TITLE_CHARACTERS - len(suffix) - 3]} ({suffix})"
