"""Files and the line with which anybody measures again what a run has measured."""

import shlex

import yaml

from arena_runner.contract import profiles
from arena_runner.contract.manifest import Manifest


def again(manifest: Manifest, *, urls: tuple[str, str] | None) -> str:
    """Return the line that measures the same thing on another machine.

    `urls` are those of recipe and profile; None where only the browser of the run's owner gets
    them, so that they are downloaded before.
    """
    is_released = manifest.profile.id in profiles.names()
    words = ["arena-runner benchmark recipe.yaml --profile"]
    words.append(manifest.profile.id if is_released else "profile.yaml")
    if manifest.recipe.endpoint is not None:
        words.append("--endpoint http://127.0.0.1:8000/v1")
    files = (urls or ())[: 1 if is_released else 2]
    return " && ".join([*(f"curl -fsSO {shlex.quote(url)}" for url in files), " ".join(words)])


def profile_yaml(manifest: Manifest) -> str:
    """Return the profile as a file that the agent reads."""
    stated = manifest.profile.model_dump(mode="json")
    return str(yaml.safe_dump(stated, sort_keys=False, allow_unicode=True, width=100))


def recipe_yaml(manifest: Manifest) -> str:
    """Return the recipe as its owner would write it; what was left out stays out."""
    stated = manifest.recipe.model_dump(mode="json", exclude_defaults=True)
    return str(
        yaml.safe_dump(
            {"recipe_version": 1, **stated}, sort_keys=False, allow_unicode=True, width=100
        )
    )
