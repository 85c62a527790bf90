"""From what an owner writes to the manifest of a run: recipe, profile, overrides, sweeps."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from arena_runner.agent import files
from arena_runner.agent.errors import InvalidInput
from arena_runner.contract import profiles
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.problem import ProblemsError
from arena_runner.contract.profile import Profile
from arena_runner.contract.recipe import Recipe, Served, Value
from arena_runner.contract.recipe_yaml import load_recipe
from arena_runner.contract.resolve import resolve
from arena_runner.contract.sparkrun import load_sparkrun
from arena_runner.load.plan import with_neighbours

_MAX_RECIPE_BYTES: Final = 1_048_576
MAX_COMBINATIONS: Final = 200
_FOREIGN_KEYS: Final = frozenset({"runtime", "container", "mods", "min_nodes", "executor_config"})


@dataclass(frozen=True)
class Plan:
    """One run that could be begun; `base_url` is its endpoint's address, for this machine only."""

    manifest: Manifest
    base_url: str | None
    settings: Mapping[str, Value]
    """What a sweep has set for this one."""


def read_recipe(path: Path) -> tuple[Recipe, tuple[str, ...]]:
    """Return the recipe in a file, ours or sparkrun's, and what of the latter it does not hold.

    Raises InvalidInput with the line of each fault.
    """
    content = files.read(path, max_bytes=_MAX_RECIPE_BYTES)
    if content is None:
        raise InvalidInput("no-recipe", f"there is no file {path}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput("invalid-recipe", f"{path} is not UTF-8: byte {error.start}") from None
    try:
        if _is_sparkrun(text):
            imported = load_sparkrun(text, path.name)
            return imported.recipe, imported.warnings
        return load_recipe(text, path.name), ()
    except ProblemsError as error:
        raise _refused("invalid-recipe", error) from None


def endpoint_recipe(model: str, *, engine: str = "other") -> Recipe:
    """Return the recipe of a server about which nothing is known but the name of its model."""
    try:
        return Recipe.model_validate(
            {"model": model, "engine": engine, "endpoint": {"model": model}}
        )
    except ValidationError as error:
        raise InvalidInput("invalid-recipe", _first(error)) from None


def with_endpoint(recipe: Recipe, *, base_url: str | None, model: str | None) -> Recipe:
    """Return the recipe for a server that runs already, at an address or under a name given."""
    if base_url is None and model is None:
        return recipe
    known = recipe.endpoint
    served = model or (known.model if known else None) or recipe.model
    address = base_url or (known.base_url if known else None)
    try:
        endpoint = Served(base_url=address, model=served)
    except ValidationError as error:
        raise InvalidInput("bad-endpoint", _first(error)) from None
    return _rebuilt(recipe, {"endpoint": endpoint.model_dump(), "launch": None})


def read_profile(name: str) -> Profile:
    """Return a profile by name or id, or from a YAML file; raise InvalidInput."""
    if name.endswith((".yaml", ".yml", ".json")):
        return _profile_file(Path(name))
    try:
        return profiles.load(name)
    except profiles.UnknownProfile as error:
        raise InvalidInput("unknown-profile", str(error)) from None


def plan(recipe: Recipe, profile: Profile, settings: Mapping[str, Value] | None = None) -> Plan:
    """Return the resolved run; `settings` replace defaults of the recipe. Raises InvalidInput."""
    address = recipe.endpoint.base_url if recipe.endpoint else None
    points = jittered(profile) if profile.jitter_concurrency else profile
    try:
        manifest = resolve(recipe, points, settings)
    except ProblemsError as error:
        raise _refused("invalid-recipe", error) from None
    return Plan(manifest=manifest, base_url=address, settings=settings or {})


def overrides_of(pairs: Sequence[str]) -> dict[str, Value]:
    """Return the values of `key=value` pairs, typed as YAML types them; raise InvalidInput."""
    return {name: _value(text) for name, text in map(_pair, pairs)}


def grid(pairs: Sequence[str]) -> Iterator[dict[str, Value]]:
    """Yield each combination of `key=v1,v2,...` pairs, the last key fastest; raise InvalidInput."""
    axes = {
        name: tuple(_value(part) for part in text.split(",")) for name, text in map(_pair, pairs)
    }
    if not axes:
        raise InvalidInput(
            "empty-sweep", "a sweep needs something to vary", remedy="--vary parallel=1,2,4,8"
        )
    count = math.prod(map(len, axes.values()))
    if count > MAX_COMBINATIONS:
        raise InvalidInput(
            "sweep-too-large", f"{count} runs; at most {MAX_COMBINATIONS} are one sweep"
        )
    for chosen in itertools.product(*axes.values()):
        yield dict(zip(axes, chosen, strict=True))


def jittered(profile: Profile) -> Profile:
    """Return the profile with a level beside each of its own, under a name of its own.

    An engine can be tuned to exactly the levels of a published test; nobody can tune for these.
    """
    points = with_neighbours(profile.points, seed=profile.seed)
    content = profile.model_dump(mode="json") | {
        "name": f"{profile.name}-jittered"[:80],
        "points": [point.model_dump(mode="json") for point in points],
        "jitter_concurrency": False,
    }
    return Profile.model_validate(content)


def with_concurrency(profile: Profile, levels: Sequence[int]) -> Profile:
    """Return the profile with only the closed and lockstep points of these levels.

    Levels that the profile lacks are made from its first such point. Raises InvalidInput.
    """
    made = [
        point.model_copy(
            update={
                "key": f"{point.key}.c{level}",
                "title": f"{point.title}, concurrency {level}"[:120],
                "load": point.load.model_copy(update={"concurrency": level}),
            }
        )
        for point in profile.points[:1]
        for level in levels
        if hasattr(point.load, "concurrency")
    ]
    if not made:
        raise InvalidInput(
            "no-concurrency", f"the first point of {profile.id} has no concurrency to vary"
        )
    content = profile.model_dump(mode="json") | {
        "name": f"{profile.name}-concurrency"[:80],
        "points": [point.model_dump(mode="json") for point in made],
    }
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        raise InvalidInput("bad-concurrency", _first(error)) from None


def _profile_file(path: Path) -> Profile:
    content = files.read(path, max_bytes=_MAX_RECIPE_BYTES)
    if content is None:
        raise InvalidInput("unknown-profile", f"there is no file {path}")
    try:
        return Profile.model_validate(yaml.safe_load(content))
    except ValidationError as error:
        raise InvalidInput("invalid-profile", f"{path}: {_first(error)}") from None
    except (yaml.YAMLError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f"line {where.line + 1}: " if where else ""
        raise InvalidInput("invalid-profile", f"{path}: {line}not YAML") from None


def _rebuilt(recipe: Recipe, changes: Mapping[str, Any]) -> Recipe:
    try:
        return Recipe.model_validate(recipe.model_dump(mode="json") | dict(changes))
    except ValidationError as error:
        raise InvalidInput("invalid-recipe", _first(error)) from None


def _is_sparkrun(text: str) -> bool:
    """Return whether keys at the start of lines are those that only sparkrun has."""
    heads = {line.partition(":")[0] for line in text.splitlines() if ":" in line}
    return bool(_FOREIGN_KEYS & heads) and "engine" not in heads


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value:
        raise InvalidInput("bad-override", f"{text!r} is not of the form key=value")
    return name.strip(), value


def _value(text: str) -> Value:
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError):
        return text
    return value if isinstance(value, bool | int | float | str) else text


def _refused(code: str, error: ProblemsError) -> InvalidInput:
    problems = tuple(
        (f"line {item.line}" if item.line else item.pointer, item.message)
        for item in error.problems
    )
    return InvalidInput(code, str(error).splitlines()[0], problems=problems)


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, fault["loc"]))
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])
