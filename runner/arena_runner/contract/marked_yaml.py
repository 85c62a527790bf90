"""YAML as plain data with the line of each key and value; hostile text is bounded and refused.

Only what a recipe needs: maps, lists, text, numbers, true, false and null. No anchors, no tags, no
second document. Words that YAML 1.1 takes for truth values (`on`, `yes`) stay words, and so do
dates and base-60 numbers, as in YAML 1.2.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from arena_runner.contract.problem import Problem, ProblemsError, pointer

MAX_BYTES: Final = 256 * 1_024
MAX_DEPTH: Final = 20
MAX_NODES: Final = 20_000
Path = tuple[str | int, ...]

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})$")
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9_]+$")
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|nan)$", re.IGNORECASE)
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class Marked:
    """The data, and where each part of it stands: lines by path, from 1."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of the nearest part that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def complain(self, path: Path, message: str, line: int | None = None) -> None:
        self.problems.append(Problem(line or self.line(path), pointer(path), message))


def parse(text: str, name: str) -> Marked:
    """Return the data with its lines; raise ProblemsError with all that is wrong."""
    marked = Marked()
    if len(text.encode("utf-8", errors="replace")) > MAX_BYTES:
        marked.complain((), f"larger than {MAX_BYTES // 1024} kB; a recipe is a page of text")
        raise ProblemsError(tuple(marked.problems), name)
    try:
        _scan(text, marked)
        node = None if marked.problems else yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        _not_yaml(error, marked)
    except (yaml.YAMLError, ValueError) as error:
        marked.complain((), f"not YAML: {_one_line(error)}; take the character out")
    else:
        if node is not None:
            marked.data = _build(node, (), marked)
    if marked.problems:
        raise ProblemsError(tuple(marked.problems), name)
    return marked


def _scan(text: str, marked: Marked) -> None:
    """Refuse before anything is built; stops at the first thing that could grow."""
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        nodes += isinstance(event, yaml.NodeEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if message := _refusal(event, depth, nodes, documents):
            marked.complain((), message, _line(event.start_mark))
            return


def _refusal(event: yaml.Event, depth: int, nodes: int, documents: int) -> str | None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "anchors (&) and aliases (*) are not allowed; write the value out, or quote the text"
    tag = getattr(event, "tag", None)
    if tag is not None:
        return f"the tag {str(tag)[:60]} is not allowed; take it out"
    if depth > MAX_DEPTH:
        return f"nested deeper than {MAX_DEPTH}; a recipe needs 3"
    if nodes > MAX_NODES:
        return f"more than {MAX_NODES} values; a recipe is a page of text"
    if documents > 1:
        return "a second document begins; write one recipe a file"
    return None


def _not_yaml(error: yaml.MarkedYAMLError, marked: Marked) -> None:
    mark = error.problem_mark or error.context_mark
    hint = "check quotes, brackets and that blocks are indented with spaces"
    what = " ".join(part for part in (error.context, error.problem) if part)
    marked.complain((), f"not YAML: {_one_line(what)}; {hint}", _line(mark))


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 1


def _one_line(message: object) -> str:
    return " ".join(str(message).split())[:200]


def _build(node: yaml.Node, path: Path, marked: Marked) -> Any:
    marked.lines.setdefault(path, _line(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, marked)
    if isinstance(node, yaml.SequenceNode):
        return [_build(each, (*path, index), marked) for index, each in enumerate(node.value)]
    return _scalar(str(node.value), getattr(node, "style", None), path, marked)


def _mapping(node: yaml.MappingNode, path: Path, marked: Marked) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in node.value:
        line = _line(key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            marked.complain(path, "a key must be a word, not a list or a map", line)
            continue
        here = (*path, key.value)
        if key.value in result:
            before = marked.lines[here]
            marked.complain(here, f"stands on line {before} too; keep one of the two", line)
            continue
        marked.lines[here] = line
        result[key.value] = _build(value, here, marked)
    return result


def _scalar(text: str, style: str | None, path: Path, marked: Marked) -> Any:
    if style:  # quoted or a block; the plain style is None or ""
        return text
    word = text if text in _WORDS else text.lower()
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.match(text):
        return int(text)
    if _NOT_FINITE.match(text):
        marked.complain(path, f"{text} is not a number that can be measured; write a finite one")
    elif _LEADING_ZERO.match(text):
        marked.complain(path, f"{text[:40]} has a leading zero; quote it, or write it without")
    elif _NUMBER.match(text):
        return _number(text, path, marked)
    return text


def _number(text: str, path: Path, marked: Marked) -> float | None:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        marked.complain(path, f"{text[:40]} is too large a number; quote it if it is a name")
        return None
    return number
