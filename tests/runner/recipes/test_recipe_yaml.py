"""A recipe file is read with its lines; everything wrong with it is said at once, with a remedy."""

import json
import time
from pathlib import Path

import pytest

from arena_runner.contract import recipe_yaml
from arena_runner.contract.recipe import Recipe
from arena_runner.contract.recipe_yaml import RecipeError, load_recipe

SCHEMA = Path(recipe_yaml.__file__).with_name("recipe.schema.json")
GOOD = """\
model: Qwen/Qwen3-8B
revision: 0123456789abcdef0123456789abcdef01234567
engine: vllm
launch:
  command: |
    vllm serve {model} \\
      --port {port} --kv {kv}
defaults: {port: 8000, kv: on, share: 0.80, max_num_batched_tokens: 8192, eos_token: "</s>"}
env: {VLLM_USE_V1: "1", TOKENIZERS_PARALLELISM: "false"}
"""


def problems(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(RecipeError) as caught:
        load_recipe(text, "mine.yaml")
    assert str(caught.value).startswith("mine.yaml: line ")
    return [(each.line, each.pointer, each.message) for each in caught.value.problems]


def test_a_good_recipe_is_read_with_yaml_1_2_words_and_numbers() -> None:
    recipe = load_recipe(GOOD)
    assert recipe.defaults["kv"] == "on"
    assert recipe.defaults["share"] == 0.8
    assert recipe.defaults["port"] == 8000
    assert recipe.env["VLLM_USE_V1"] == "1"


def test_json_is_read_too() -> None:
    stated = load_recipe(GOOD).model_dump(mode="json", exclude_none=True)
    assert load_recipe(json.dumps(stated)) == load_recipe(GOOD)


def test_all_that_is_wrong_is_said_at_once_in_order_of_lines() -> None:
    found = problems(
        "model: m\n"
        "engin: vllm\n"
        "engine: vlm\n"
        "env: {A: 1, HF_TOKEN: abc}\n"
        "defaults:\n"
        "  port: [1]\n"
        "  api_key: x\n"
        "launch:\n"
        "  comand: vllm\n"
        "  command: vllm serve --api-key abc\n"
    )
    assert [(line, pointer) for line, pointer, _ in found] == [
        (2, "/engin"),
        (3, "/engine"),
        (4, "/env/A"),
        (4, "/env/HF_TOKEN"),
        (6, "/defaults/port"),
        (7, "/defaults/api_key"),
        (9, "/launch/comand"),
        (10, "/launch/command"),
    ]
    said = {pointer: message for _, pointer, message in found}
    assert "did you mean engine?" in said["/engin"]
    assert "did you mean command?" in said["/launch/comand"]
    assert "'vllm'" in said["/engine"]
    assert 'quote it, such as "1"' in said["/env/A"]
    assert "true or false" in said["/defaults/port"]


SECRETS = {
    "by the name of a variable": "env: {HF_TOKEN: x}",
    "by the value of a variable": "env: {A: hf_abcdefghijklmnopqrstuvwx}",
    "by the name of a default": "defaults: {api_key: x}",
    "by the value of a default": 'defaults: {a: "sk-abcdefghijklmnopqrstuv"}',
    "by a password in an address": 'defaults: {a: "redis://me:word@host/0"}',
    "in a description": "description: my key is ghp_abcdefghijklmnopqrstuvwxyz",
}


@pytest.mark.parametrize("line", SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_refused_wherever_it_stands(line: str) -> None:
    text = f"model: m\nengine: vllm\nendpoint: {{model: m}}\n{line}\n"
    [(number, _, message)] = problems(text)
    assert number == 4
    assert "looks like a secret" in message
    assert "agent's own environment" in message


@pytest.mark.parametrize(
    "command",
    ["x --api-key abc", "x --hf-token=abc", "HF_TOKEN=abc x", "x hf_abcdefghijklmnopqrstuv"],
)
def test_a_secret_in_a_command_is_refused(command: str) -> None:
    [(_, pointer, message)] = problems(
        f"model: m\nengine: vllm\nlaunch: {{command: '{command}'}}\n"
    )
    assert pointer == "/launch/command"
    assert "secret" in message


HOSTILE = {
    "alias bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, "anchors"),
    "custom tag": ("model: m\nengine: !!python/object:os.system x\n", 2, "tag"),
    "tag of the project": ("model: !mine m\n", 1, "tag"),
    "deep": ("[" * 21 + "]" * 21, 1, "nested deeper than 20"),
    "many": ("a: [" + "1," * 20_001 + "]", 1, "more than 20000"),
    "two documents": ("model: m\n---\nmodel: n\n", 2, "second document"),
    "double key": ("model: m\nmodel: n\n", 2, "stands on line 1 too"),
    "key that is a list": ("? [a]\n: 1\n", 1, "a key must be a word"),
    "infinity": ("model: m\ndefaults: {a: .inf}\n", 2, "not a number"),
    "beyond double": ("model: m\ndefaults: {a: 1.0e999}\n", 2, "too large"),
    "octal": ("model: m\ndefaults: {a: 010}\n", 2, "leading zero"),
    "open quote": ('model: "m\n', 2, "not YAML"),
    "control character": ("model: m\n\x07\n", 1, "not YAML"),
    "a list": ("- model\n", 1, "a map of keys"),
    "nothing": ("", 1, "a map of keys"),
}


@pytest.mark.parametrize(("text", "line", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_and_broken_yaml_is_refused_with_its_line(
    text: str, line: int, message: str
) -> None:
    number, _, said = problems(text)[0]
    assert message in said
    assert number == line


def test_a_text_beyond_256_kilobytes_is_refused_before_it_is_parsed() -> None:
    before = time.perf_counter()
    [(_, _, message)] = problems("model: m # " + "ä" * 131_072)
    assert "256 kB" in message
    assert time.perf_counter() - before < 5


def test_the_largest_text_that_is_read_takes_no_long_time() -> None:
    before = time.perf_counter()
    problems("a: [" + "{a: b}, " * 9_000 + "]")
    assert time.perf_counter() - before < 5


def test_a_recipe_of_sparkrun_is_told_from_a_mistyped_one() -> None:
    found = problems("model: m\nruntime: vllm\ncontainer: x\n")
    assert "sparkrun" in {pointer: text for _, pointer, text in found}["/runtime"]


def test_either_a_command_or_an_endpoint() -> None:
    [(_, pointer, message)] = problems("model: m\nengine: vllm\n")
    assert pointer == ""
    assert "either launch" in message


def test_a_command_that_cannot_be_rendered_is_refused_at_its_line() -> None:
    [(line, pointer, message)] = problems(GOOD.replace("--port {port}", "--port {prt}"))
    assert (line, pointer) == (5, "/launch/command")
    assert "did you mean port?" in message


def test_the_published_schema_is_that_of_the_class() -> None:
    assert json.loads(SCHEMA.read_text()) == Recipe.model_json_schema(), (
        "write it again: json.dumps(Recipe.model_json_schema(), indent=2, sort_keys=True)"
    )


def test_of_a_flood_of_mistakes_the_first_hundred_are_said() -> None:
    before = time.perf_counter()
    found = problems("".join(f"key{number}: 1\n" for number in range(9_000)))
    assert len(found) == 101
    assert "mend these first" in found[-1][2]
    assert time.perf_counter() - before < 5
