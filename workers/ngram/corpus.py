"""The text the models are trained on: questions and answers that ship with the project."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "text"
_QUESTION = "Q: "
_ANSWER = "\nA: "


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer, both without the marks of the file."""

    question: str
    answer: str


def exchanges(folder: Path = FOLDER) -> tuple[Exchange, ...]:
    """Return every exchange of the folder's `*.txt`, sorted by file name, then as written.

    Raises ValueError when a file has text before its first question or a question without answer.
    """
    found: list[Exchange] = []
    for path in sorted(folder.glob("*.txt")):
        start, *blocks = ("\n" + path.read_text(encoding="utf-8")).split("\n" + _QUESTION)
        if start.strip():
            raise ValueError(f"{path.name}: text before the first question: {start.strip()[:60]!r}")
        for block in blocks:
            question, mark, answer = block.partition(_ANSWER)
            if not mark:
                raise ValueError(f"{path.name}: no answer to {block[:60]!r}")
            found.append(Exchange(question.strip(), answer.strip()))
    return tuple(found)
