"""A resolved manifest has one identity, which anything that can change a number changes."""

import pytest

from arena_runner.contract import profiles
from arena_runner.contract.canonical import canonical
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.problem import ProblemsError
from arena_runner.contract.recipe import Recipe
from arena_runner.contract.resolve import base_url, check, resolve, served_model, warnings

QUICK = profiles.load("quick")
LAUNCHED = Recipe.model_validate(
    {
        "model": "org/m",
        "engine": "vllm",
        "launch": {"command": "vllm serve {model} --port {port} -u {share}", "image": "org/image"},
        "defaults": {"port": 8000, "share": 1.0},
    }
)
SERVED = Recipe.model_validate(
    {
        "model": "org/m",
        "engine": "other",
        "endpoint": {"base_url": "http://10.0.0.7:9/v1", "model": "served"},
    }
)


def test_the_same_recipe_has_the_same_identity_also_after_it_was_sent() -> None:
    manifest = resolve(LAUNCHED, QUICK)
    sent = Manifest.model_validate_json(canonical(manifest.model_dump(mode="json")))
    assert sent.identity_sha256 == manifest.identity_sha256
    assert check(sent) == ()
    assert manifest.engine_argv == ("vllm", "serve", "org/m", "--port", "8000", "-u", "1")


def test_one_engine_argument_is_another_identity() -> None:
    changed = resolve(LAUNCHED, QUICK, {"share": 0.9})
    assert changed.identity_sha256 != resolve(LAUNCHED, QUICK).identity_sha256
    assert changed.recipe.defaults["share"] == 0.9
    assert check(changed) == ()


def test_so_are_another_environment_image_revision_profile_and_suite() -> None:
    base = resolve(LAUNCHED, QUICK)
    launch = LAUNCHED.model_dump()["launch"] | {"image_digest": f"sha256:{'a' * 64}"}
    identities = {
        base.identity_sha256,
        resolve(_with(env={"A": "1"}), QUICK).identity_sha256,
        resolve(_with(revision="main"), QUICK).identity_sha256,
        resolve(_with(launch=launch), QUICK).identity_sha256,
        resolve(LAUNCHED, profiles.load("headline")).identity_sha256,
        base.model_copy(update={"suite_version": "2027.1"}).identity_sha256,
    }
    assert len(identities) == 6


def test_the_address_of_an_endpoint_stays_behind() -> None:
    manifest = resolve(SERVED, QUICK)
    assert "10.0.0.7" not in manifest.model_dump_json()
    assert base_url(SERVED) == "http://10.0.0.7:9/v1"
    assert served_model(SERVED) == "served"


def test_a_launched_engine_is_asked_at_its_own_port_by_its_own_name() -> None:
    argv = resolve(LAUNCHED, QUICK, {"port": 9000}).engine_argv
    assert base_url(LAUNCHED, argv) == "http://127.0.0.1:9000/v1"
    assert served_model(LAUNCHED, argv) == "org/m"
    assert served_model(LAUNCHED, ("e", "--served-model-name=x")) == "x"


def test_an_unknown_override_is_refused() -> None:
    with pytest.raises(ProblemsError, match="did you mean share"):
        resolve(LAUNCHED, QUICK, {"shar": 1})


def test_a_profile_that_pins_is_not_run_with_a_recipe_that_does_not() -> None:
    with pytest.raises(ProblemsError) as caught:
        resolve(LAUNCHED, profiles.load("nine-v1.1"))
    assert [each.pointer for each in caught.value.problems] == ["/revision", "/tokenizer"]


def test_what_can_move_is_warned_of() -> None:
    found = " ".join(warnings(resolve(_with(revision="main"), QUICK)))
    assert "revision main can be moved" in found
    assert "pin the digest of the image" in found
    caching = _with(launch={"command": "e --enable-prefix-caching"})
    assert "wants prefix caching off" in " ".join(warnings(resolve(caching, QUICK)))


def test_a_manifest_that_was_tampered_with_is_found() -> None:
    honest = resolve(LAUNCHED, QUICK)
    easier = QUICK.model_copy(update={"seed": 1})
    found = {
        each.pointer
        for change in (
            {"engine_argv": (*honest.engine_argv, "--fast")},
            {"profile": easier},
            {"image_digest": f"sha256:{'b' * 64}"},
        )
        for each in check(honest.model_copy(update=change))
    }
    assert found == {"/engine_argv", "/profile", "/image_digest"}


def _with(**changes: object) -> Recipe:
    return Recipe.model_validate(LAUNCHED.model_dump() | changes)
