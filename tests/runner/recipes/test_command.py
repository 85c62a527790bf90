"""The command of a recipe becomes arguments without a shell, the same ones every time."""

import shlex
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena_runner.contract.command import CommandError, render, shell_line
from arena_runner.contract.recipe import Recipe


def recipe(command: str, *, with_env: dict[str, str] | None = None, **defaults: Any) -> Recipe:
    return Recipe.model_validate(
        {
            "model": "org/model",
            "engine": "other",
            "launch": {"command": command},
            "defaults": defaults,
            "env": with_env or {},
        }
    )


RENDERED: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "own facts": ("e {model} -n {nodes}", {}, ["e", "org/model", "-n", "1"]),
    "json in quotes": (
        "e --c '{config}'",
        {"config": '{"a": "b c"}'},
        ["e", "--c", '{"a": "b c"}'],
    ),
    "json without quotes stays whole": (
        "e {config}",
        {"config": '{"a": [1]}'},
        ["e", '{"a": [1]}'],
    ),
    "json in the command": ("""e '{"a": {"b": 1}}'""", {}, ["e", '{"a": {"b": 1}}']),
    "a list becomes several words": (
        "e --b {sizes}",
        {"sizes": "1 2 4"},
        ["e", "--b", "1", "2", "4"],
    ),
    "a list in quotes stays one": ('e "{sizes}"', {"sizes": "1 2"}, ["e", "1 2"]),
    "nested": ("e {url}", {"url": "http://x:{port}", "port": 80}, ["e", "http://x:80"]),
    "true and numbers": (
        "e {a} {b} {c}",
        {"a": True, "b": 0.8, "c": 1.0},
        ["e", "true", "0.8", "1"],
    ),
    "continued lines": ("e a \\\n  b \\  \n c\n", {}, ["e", "a", "b", "c"]),
    "an empty value disappears": ("e {x} b", {"x": ""}, ["e", "b"]),
    "an empty value in quotes does not": ("e '{x}'", {"x": ""}, ["e", ""]),
    "what a shell would run is a word in quotes": ("e 'a; b | c'", {}, ["e", "a; b | c"]),
    "glued": ("e --a={x}-{y}", {"x": "1", "y": "2"}, ["e", "--a=1-2"]),
    "synthetic in a name is no fake": (
        "e --model org/Synthia-70B",
        {},
        ["e", "--model", "org/Synthia-70B"],
    ),
}


@pytest.mark.parametrize(("template", "defaults", "argv"), RENDERED.values(), ids=RENDERED.keys())
def test_a_template_becomes_arguments(
    template: str, defaults: dict[str, Any], argv: list[str]
) -> None:
    made = recipe(template, **defaults)
    assert list(render(made)) == argv
    assert render(made) == render(Recipe.model_validate_json(made.model_dump_json()))


REFUSED = {
    "unknown placeholder": ("e {prt}", "did you mean port?"),
    "second command": ("e ; rm x", "a second command"),
    "pipe": ("e | tee", "a pipe"),
    "and": ("e && f", "a background process"),
    "substitution": ("e $(id)", "a variable"),
    "variable in quotes": ('e "$HOME"', "a variable"),
    "backticks": ("e `id`", "a command inside"),
    "redirection": ("e > log", "a redirection"),
    "subshell": ("(e)", "a subshell"),
    "home": ("e ~/model", "in full"),
    "pattern": ("e *.gguf", "file names"),
    "comment": ("e # fast", "comments"),
    "second line": ("e a\nf b", "another command"),
    "open quote": ("e 'a", "not closed"),
    "nothing": ("   ", "empty"),
    "shell": ("/bin/bash -c e", "not a shell"),
    "rights": ("sudo e", "rights"),
    "container": ("docker run e", "launch.image"),
    "variable first": ("A=1 e", "below env"),
    "quote in a value": ("e {quoted}", "quotes around it"),
    "itself": ("e {loop}", "stands for itself"),
    "nul": ("e a\0b", "NUL"),
    "trailing backslash": ("e a\\", "backslash"),
}


@pytest.mark.parametrize(("template", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_needs_a_shell_is_refused_with_a_reason(template: str, message: str) -> None:
    with pytest.raises(CommandError, match=message.replace("?", r"\?")):
        render(recipe(template, port=1, quoted="it's", loop="{loop}"))


FAKES: dict[str, tuple[str, dict[str, str]]] = {
    "llama.cpp length": ("e --spec-synth-len 4", {}),
    "llama.cpp rates": ("e --spec-synth-rates=0.9", {}),
    "llama.cpp variable": ("e", {"LLAMA_ARG_SPEC_SYNTH_LEN": "4"}),
    "vllm json": ("""e --speculative-config '{"rejection_sample_method": "synthetic"}'""", {}),
    "vllm rates": ("""e --speculative-config '{"synthetic_acceptance_rates": [1]}'""", {}),
    "vllm dotted": ("e --speculative-config.rejection_sample_method synthetic", {}),
    "sglang variable": ("e", {"SGLANG_SIMULATE_ACC_LEN": "3.6"}),
    "trtllm variable": ("e", {"TLLM_SPEC_DECODE_FORCE_NUM_ACCEPTED_TOKENS": "3"}),
}


@pytest.mark.parametrize(("template", "env"), FAKES.values(), ids=FAKES.keys())
def test_faked_acceptance_of_speculation_is_refused(template: str, env: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="fakes the acceptance"):
        render(recipe(template, with_env=env))


def test_overrides_replace_defaults_and_an_endpoint_has_no_command() -> None:
    assert render(recipe("e {port}", port=1), {"port": 2}) == ("e", "2")
    served = Recipe.model_validate({"model": "m", "engine": "other", "endpoint": {"model": "m"}})
    assert render(served) == ()


@given(st.text(max_size=60))
def test_no_value_can_leave_its_quotes(value: str) -> None:
    if "\0" in value or "{" in value:
        return
    argv = render(recipe("e --a '{x}' end", x=value))
    assert argv == ("e", "--a", value, "end")
    assert tuple(shlex.split(shell_line(argv))) == argv


def test_a_real_shell_reads_the_printed_line_back_as_the_same_arguments() -> None:
    argv = ("printf", "%s\\n", '{"a": "b"}', "it's", "$HOME", "a b", "")
    printed = subprocess.run(
        ["/bin/sh", "-c", shell_line(argv)], capture_output=True, text=True, check=True
    )
    assert printed.stdout.splitlines() == list(argv[2:])


def test_placeholders_inside_placeholders_cannot_grow_without_bound() -> None:
    with pytest.raises(CommandError, match="longer than 32000 characters"):
        render(recipe("e {a}", a="{b}" * 1_300, b="{c}" * 1_300, c="x " * 1_900))
    with pytest.raises(CommandError, match="longer than 32000 characters"):
        render(recipe("e " + "{c}" * 100, c="x " * 1_900))
