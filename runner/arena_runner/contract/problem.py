"""One thing that is wrong with a file: where, what, and how to mend it."""

from dataclasses import dataclass
from typing import Final

from typing_extensions import override

_LONGEST_STEP: Final = 100
"""A longer key is nobody's, and would only fill the answer."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1, or is 0 where there is no text; `pointer` is a JSON Pointer."""

    line: int
    pointer: str
    message: str

    @override
    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.pointer or 'the whole file'}: {self.message}"


class ProblemsError(ValueError):
    """All that is wrong with one file, in order of its lines."""

    def __init__(self, problems: tuple[Problem, ...], name: str = "recipe") -> None:
        self.problems = problems
        self.name = name
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))


def pointer(path: tuple[str | int, ...]) -> str:
    """Return the JSON Pointer (RFC 6901) of a path of keys and indices."""
    return "".join(
        f"/{str(step)[:_LONGEST_STEP].replace('~', '~0').replace('/', '~1')}" for step in path
    )
