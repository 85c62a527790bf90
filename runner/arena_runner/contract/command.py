"""From the command template of a recipe to the arguments of a process, without any shell.

`{key}` stands for a value of `defaults`, or for what the recipe itself states: model, revision,
quantization, tokenizer, nodes. Outside quotes a value with spaces becomes several arguments, as a
shell would have it; inside quotes it is one. The same recipe always gives the same arguments, and
`shell_line` prints them as one line that a shell reads back as exactly those.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from arena_runner.contract.recipe import Recipe, Value
from arena_runner.contract.speculation import faked_acceptance
from arena_runner.contract.suggestion import nearest
from arena_runner.contract.template import TemplateError, split

MAX_ARGUMENTS: Final = 500
MAX_CHARACTERS: Final = 32_000
"""Of all values together, once they are in the command."""
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_MAX_NESTING: Final = 5
_NOT_A_PROGRAM: Final = {
    **dict.fromkeys(
        ("sh", "bash", "dash", "zsh", "fish", "ksh", "env", "eval", "exec", "xargs"),
        "start the engine itself, not a shell; no shell reads the command",
    ),
    **dict.fromkeys(("sudo", "su", "doas"), "the agent never raises its rights"),
    **dict.fromkeys(
        ("docker", "podman", "nerdctl", "apptainer"),
        "state the image under launch.image and write the command inside it",
    ),
}


class CommandError(ValueError):
    """The command cannot be rendered; the message says why and how to mend it."""


def render(recipe: Recipe, overrides: Mapping[str, Value] | None = None) -> tuple[str, ...]:
    """Return the engine's arguments; empty for an endpoint that runs. Raises CommandError."""
    if recipe.launch is None:
        return ()
    values = _Values(_stated(recipe, overrides or {}))
    try:
        argv = split(recipe.launch.command, values.text_of)
    except TemplateError as error:
        raise CommandError(str(error)) from error
    _check(argv, recipe.env)
    return argv


def shell_line(argv: Sequence[str]) -> str:
    """Return the one line that a POSIX shell splits into exactly these arguments."""
    return shlex.join(argv)


def placeholders(template: str) -> tuple[str, ...]:
    """Return the keys that a template asks for, each once, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))


def _stated(recipe: Recipe, overrides: Mapping[str, Value]) -> dict[str, str]:
    stated = {
        "model": recipe.model,
        "revision": recipe.revision,
        "quantization": recipe.quantization,
        "tokenizer": recipe.tokenizer,
        "nodes": recipe.nodes,
    }
    return {
        key: _text(value)
        for key, value in {**stated, **recipe.defaults, **overrides}.items()
        if value is not None
    }


def _text(value: Value) -> str:
    """Write a number as canonical JSON would: 1.0 is 1, before and after it was sent somewhere."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)


class _Values:
    """What placeholders stand for; each is expanded once, and all together are bounded."""

    def __init__(self, stated: Mapping[str, str]) -> None:
        self._stated = stated
        self._done: dict[str, str] = {}
        self._given = 0

    def text_of(self, key: str) -> str:
        """Return the value for the command; raise CommandError for none, or for too much."""
        value = self._expanded(key, 0)
        self._given += len(value)
        self._bound(key, self._given)
        return value

    def _expanded(self, key: str, depth: int) -> str:
        if key in self._done:
            return self._done[key]
        if key not in self._stated:
            raise CommandError(
                f"{{{key}}} has no value{nearest(key, self._stated)}; add {key} below defaults, or"
                " take it out of the command"
            )
        if depth == _MAX_NESTING:
            raise CommandError(f"{{{key}}} stands for itself; give it a value without placeholders")
        parts, length = [], 0
        for literal, inner in _pieces(self._stated[key]):
            known = inner in self._stated
            parts.append(literal + (self._expanded(inner, depth + 1) if known else _braced(inner)))
            length += len(parts[-1])
            self._bound(key, length)
        self._done[key] = "".join(parts)
        return self._done[key]

    @staticmethod
    def _bound(key: str, length: int) -> None:
        if length > MAX_CHARACTERS:
            raise CommandError(
                f"{{{key}}} makes the command longer than {MAX_CHARACTERS} characters; shorten it"
            )


def _pieces(value: str) -> Iterator[tuple[str, str]]:
    """Yield the text before each placeholder with its key; the rest comes with an empty key."""
    end = 0
    for match in _PLACEHOLDER.finditer(value):
        yield value[end : match.start()], match[1]
        end = match.end()
    yield value[end:], ""


def _braced(key: str) -> str:
    return f"{{{key}}}" if key else ""


def _check(argv: Sequence[str], env: Mapping[str, str]) -> None:
    if not argv:
        raise CommandError("the command is empty; write how the engine is started")
    if len(argv) > MAX_ARGUMENTS:
        raise CommandError(f"{len(argv)} arguments; at most {MAX_ARGUMENTS} are allowed")
    if "=" in argv[0]:
        raise CommandError(f"{argv[0].partition('=')[0]} is a variable; state it below env")
    program = PurePosixPath(argv[0]).name
    if reason := _NOT_A_PROGRAM.get(program):
        raise CommandError(f"{program} is not an engine: {reason}")
    if faked := faked_acceptance(argv, env):
        raise CommandError(
            f"{faked} fakes the acceptance of speculated tokens: the speed would be that of text"
            " which the model never wrote. Take it out; real speculation is welcome"
        )
