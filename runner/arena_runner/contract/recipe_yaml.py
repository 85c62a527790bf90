"""Reads a recipe from YAML; says all that is wrong with it at once, with line and remedy."""

from typing import Any

from pydantic import BaseModel, ValidationError

from arena_runner.contract.command import CommandError, render
from arena_runner.contract.marked_yaml import Marked, Path, parse
from arena_runner.contract.problem import Problem, ProblemsError, pointer
from arena_runner.contract.recipe import Launch, Recipe, Served
from arena_runner.contract.suggestion import nearest

__all__ = ["Problem", "RecipeError", "load_recipe", "problems_of", "validated"]

RecipeError = ProblemsError
"""Raised with `problems`, each with `line`, `pointer` and `message`, in order of lines."""

_NESTED: dict[str, type[BaseModel]] = {"launch": Launch, "endpoint": Served}
_MAX_PROBLEMS = 100
_MEND = "; its name: letters, digits and _"
_FOREIGN = {"runtime", "container", "recipe_version", "min_nodes", "mods", "pre_exec"}


def load_recipe(text: str, name: str = "recipe") -> Recipe:
    """Return the recipe of a YAML (or JSON) text; raise RecipeError.

    `name` is what the messages call the file. A recipe whose command cannot be rendered is refused
    here, before anything is queued.
    """
    marked = parse(text, name)
    if not isinstance(marked.data, dict):
        marked.complain((), "a recipe is a map of keys and values, such as `model: Qwen/Qwen3-8B`")
        raise RecipeError(tuple(marked.problems), name)
    return validated(marked, name)


def validated(marked: Marked, name: str) -> Recipe:
    """Return the recipe of data whose lines are known; raise RecipeError."""
    try:
        recipe = Recipe.model_validate(marked.data)
    except ValidationError as error:
        raise RecipeError(_problems(error, marked), name) from None
    try:
        render(recipe)
    except CommandError as error:
        marked.complain(("launch", "command"), str(error))
        raise RecipeError(tuple(marked.problems), name) from error
    return recipe


def problems_of(error: ValidationError, data: Any = None) -> tuple[Problem, ...]:
    """Return what pydantic found in data without lines, in the words of this module."""
    return _problems(error, Marked(data=data))


def _problems(error: ValidationError, marked: Marked) -> tuple[Problem, ...]:
    found: dict[Path, list[str]] = {}
    details = error.errors(include_url=False, include_input=False)
    for detail in details[:_MAX_PROBLEMS]:
        path = _path(detail, marked.data)
        message = _message(detail, path, marked.data)
        messages = found.setdefault(path, [])
        if message not in messages:
            messages.append(message)
    problems = [
        Problem(marked.line(path) if marked.lines else 0, pointer(path), " or ".join(messages))
        for path, messages in found.items()
    ]
    problems.sort(key=lambda problem: (problem.line, problem.pointer))
    if len(details) > _MAX_PROBLEMS:
        problems.append(Problem(0, "", f"{len(details) - _MAX_PROBLEMS} more; mend these first"))
    return tuple(problems)


def _path(detail: Any, data: Any) -> Path:
    """Return pydantic's place without the names of alternatives, which are not in the file."""
    path: list[str | int] = []
    for step in detail["loc"]:
        inside = step in data if isinstance(data, dict) else _is_index(step, data)
        if inside:
            data = data[step]
        elif detail["type"] != "missing" or not isinstance(data, dict):
            continue
        path.append(step)
    return tuple(path)


def _is_index(step: str | int, data: Any) -> bool:
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _message(detail: Any, path: Path, data: Any) -> str:
    kind, message = str(detail["type"]), str(detail["msg"])
    if kind == "extra_forbidden":
        return _unknown_key(path, data)
    if kind == "missing":
        return f"is missing; add `{path[-1] if path else 'it'}: ...`"
    if kind in {"secret", "one_way"}:
        return message
    if path[:1] == ("defaults",) and len(path) == 2:
        return f"must be text of up to 4,000 characters, a number up to 2^53, true or false{_MEND}"
    if kind == "string_type" and path[:1] == ("env",):
        return 'must be text; quote it, such as "1"'
    return message[:1].lower() + message[1:]


def _unknown_key(path: Path, data: Any) -> str:
    model = _NESTED.get(str(path[0]), Recipe) if len(path) > 1 else Recipe
    hint = nearest(str(path[-1]), model.model_fields)
    if not hint and isinstance(data, dict) and len(_FOREIGN & data.keys()) > 1:
        hint = "; this looks like a sparkrun recipe, import it as one"
    return f"is not a key of a recipe{hint or '; take it out, or put it below defaults'}"
