"""The profiles that ship with the agent: versioned data beside this module, loaded and checked."""

import functools
from importlib import resources
from typing import Final

import yaml

from arena_runner.contract.canonical import digest
from arena_runner.contract.profile import Profile
from arena_runner.contract.suggestion import nearest

_FOLDER: Final = resources.files("arena_runner.contract") / "profiles"


class UnknownProfile(LookupError):
    """There is no profile of this name or version; the message says which there are."""


def names() -> tuple[str, ...]:
    """Return the ids of all profiles, such as `nine-v1.1`, by name and rising version."""
    return tuple(sorted(_released(), key=_order))


@functools.cache
def load(name_or_id: str) -> Profile:
    """Return a profile by its id, or the newest version by its name; raise UnknownProfile."""
    known = _released()
    if name_or_id in known:
        return known[name_or_id]
    versions = [each for each in names() if known[each].name == name_or_id]
    if not versions:
        hint = nearest(name_or_id, [*known, *(each.name for each in known.values())])
        raise UnknownProfile(
            f"no profile {name_or_id[:80]!r}{hint}; there are {', '.join(names())}"
        )
    return known[versions[-1]]


def digest_of(profile: Profile) -> str:
    """Return the digest of a profile's content: what a released version keeps for ever."""
    return digest(profile.model_dump(mode="json"))


@functools.cache
def _released() -> dict[str, Profile]:
    found = {}
    for file in _FOLDER.iterdir():
        if file.name.endswith(".yaml"):
            profile = Profile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
            if file.name != f"{profile.id}.yaml":
                raise ValueError(f"{file.name} holds {profile.id}; name the file by its content")
            found[profile.id] = profile
    return found


def _order(profile_id: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    profile = _released()[profile_id]
    parts = profile.version.split(".")
    return profile.name, tuple((int(part) if part.isdigit() else 0, part) for part in parts)
