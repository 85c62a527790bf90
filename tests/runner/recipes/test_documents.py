"""What the pages on recipes and profiles show is what the code does."""

import re
from pathlib import Path

from arena_runner.contract import profiles
from arena_runner.contract.command import render
from arena_runner.contract.recipe import Recipe
from arena_runner.contract.recipe_yaml import load_recipe

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_recipes_on_the_page_are_good_ones() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", (DOCS / "recipes.md").read_text(), re.DOTALL)
    recipes = [load_recipe(example) for example in examples]
    assert [recipe.engine for recipe in recipes] == ["vllm", "llama.cpp"]
    assert render(recipes[0])[:3] == ("vllm", "serve", "Qwen/Qwen3-8B")


def test_every_key_of_a_recipe_is_on_the_page() -> None:
    page = (DOCS / "recipes.md").read_text()
    missing = [name for name in Recipe.model_fields if f"`{name}" not in page]
    assert missing == ["recipe_version"]


def test_every_profile_is_on_the_page_with_its_number_of_points() -> None:
    rows = re.findall(r"\| `([\w.-]+)` \| (\d+) \|", (DOCS / "profiles.md").read_text())
    assert dict(rows) == {name: str(len(profiles.load(name).points)) for name in profiles.names()}
