"""From a recipe and a profile to a manifest: everything stated, nothing left to look up."""

import re
from collections.abc import Mapping
from typing import Final

from arena_runner.contract import profiles
from arena_runner.contract.command import CommandError, render
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.problem import Problem, ProblemsError
from arena_runner.contract.profile import Profile
from arena_runner.contract.recipe import Recipe, Value
from arena_runner.contract.suggestion import nearest

_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_PORTS: Final = {"vllm": 8000, "sglang": 30000, "llama.cpp": 8080, "trtllm": 8000, "mlx": 8080}
_CACHING_ON: Final = frozenset({"--enable-prefix-caching"})
_CACHING_OFF: Final = frozenset({"--no-enable-prefix-caching", "--disable-radix-cache"})


def resolve(
    recipe: Recipe, profile: Profile, overrides: Mapping[str, Value] | None = None
) -> Manifest:
    """Return the manifest whose identity names the job; raise ProblemsError.

    `overrides` replace defaults of the recipe, and are kept in its place: the manifest has one
    truth. The address of an endpoint stays behind (`base_url` gives it to the agent).
    """
    problems = [*_unknown(recipe, overrides or {}), *_unpinned(recipe, profile)]
    if problems:
        raise ProblemsError(tuple(problems))
    stated = recipe.model_dump(mode="json")
    stated["defaults"] |= dict(overrides or {})
    if stated["endpoint"]:
        stated["endpoint"]["base_url"] = None
    public = Recipe.model_validate(stated)
    try:
        argv = render(public)
    except CommandError as error:
        raise ProblemsError((Problem(0, "/launch/command", str(error)),)) from error
    return Manifest(
        recipe=public,
        profile=profile,
        engine_argv=argv,
        image_digest=public.launch.image_digest if public.launch else None,
    )


def check(manifest: Manifest) -> tuple[Problem, ...]:
    """Return what is wrong with a manifest that somebody sent, before hours are spent on it."""
    problems = list(_unpinned(manifest.recipe, manifest.profile, "/recipe"))
    launch = manifest.recipe.launch
    try:
        if render(manifest.recipe) != manifest.engine_argv:
            message = "is not what the recipe's command renders to; resolve the recipe again"
            problems.append(Problem(0, "/engine_argv", message))
    except CommandError as error:
        problems.append(Problem(0, "/recipe/launch/command", str(error)))
    if manifest.image_digest != (launch.image_digest if launch else None):
        problems.append(Problem(0, "/image_digest", "is not the digest that the recipe states"))
    if _altered(manifest.profile):
        message = "differs from the released profile of this id; name a changed one otherwise"
        problems.append(Problem(0, "/profile", message))
    return tuple(problems)


def warnings(manifest: Manifest) -> tuple[str, ...]:
    """Return what makes a result hard to repeat, for the owner to mend before it runs."""
    recipe, found = manifest.recipe, []
    if recipe.revision is None:
        found.append("revision is missing: the weights may change; pin the commit of the weights")
    elif not _COMMIT.match(recipe.revision):
        found.append(f"revision {recipe.revision} can be moved; pin the commit of the weights")
    if recipe.launch and recipe.launch.image and not recipe.launch.image_digest:
        found.append("image_digest is missing: a tag can be moved; pin the digest of the image")
    if recipe.tokenizer is None:
        found.append("tokenizer is missing: token counts are the server's alone")
    return (*found, *_caching(manifest))


def base_url(recipe: Recipe, argv: tuple[str, ...] = ()) -> str | None:
    """Return where the engine answers, with `/v1`: stated, or on this machine at its own port."""
    if recipe.endpoint is not None:
        return recipe.endpoint.base_url
    port = _port(argv) or recipe.defaults.get("port") or _PORTS.get(recipe.engine, 8000)
    return f"http://127.0.0.1:{port}/v1"


def served_model(recipe: Recipe, argv: tuple[str, ...] = ()) -> str:
    """Return the name by which requests ask for the model."""
    if recipe.endpoint is not None:
        return recipe.endpoint.model
    return _value_of(argv, ("--served-model-name", "--alias", "--model-name")) or recipe.model


def _unknown(recipe: Recipe, overrides: Mapping[str, Value]) -> list[Problem]:
    return [
        Problem(
            0,
            f"/defaults/{key}",
            f"{key} is no default of this recipe{nearest(key, recipe.defaults)}; add it there",
        )
        for key in overrides
        if key not in recipe.defaults
    ]


def _unpinned(recipe: Recipe, profile: Profile, below: str = "") -> list[Problem]:
    return [
        Problem(
            0, f"{below}/{name}", f"is missing; {profile.id} needs it pinned, add `{name}: ...`"
        )
        for name in profile.pinned
        if getattr(recipe, name) is None
    ]


def _altered(profile: Profile) -> bool:
    return profile.id in profiles.names() and profile != profiles.load(profile.id)


def _caching(manifest: Manifest) -> tuple[str, ...]:
    wanted, argv = manifest.profile.prefix_caching, frozenset(manifest.engine_argv)
    if wanted == "off" and argv & _CACHING_ON:
        return (f"{manifest.profile.id} wants prefix caching off, and the command turns it on",)
    if wanted == "on" and argv & _CACHING_OFF:
        return (f"{manifest.profile.id} wants prefix caching on, and the command turns it off",)
    return ()


def _port(argv: tuple[str, ...]) -> str | None:
    value = _value_of(argv, ("--port",))
    return value if value and value.isdigit() else None


def _value_of(argv: tuple[str, ...], flags: tuple[str, ...]) -> str | None:
    for argument, following in zip(argv, (*argv[1:], ""), strict=True):
        flag, _, value = argument.partition("=")
        if flag in flags:
            return value or following or None
    return None
