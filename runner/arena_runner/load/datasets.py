"""Prompts of a published data set that the owner has downloaded, in ShareGPT's JSON."""

import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from arena_runner.contract.profile import DatasetPrompt
from arena_runner.load.calibration import Calibration
from arena_runner.load.prompts import PrefixCaching, Turn, salted_words

Exchanged = tuple[tuple[str, str], ...]
"""What a user said and what was answered, in turns."""
_FILE_BYTES_MAX: Final = 2 * 1_073_741_824
_TOKENS_MIN: Final = 4
_PROMPT_TOKENS_MAX: Final = 1_024
_TOKENS_MAX: Final = 2_048
_USERS: Final = ("human", "user")
_ASSISTANTS: Final = ("gpt", "assistant", "chatgpt", "bing", "bard")


class DatasetError(ValueError):
    """The data set is missing or is not the one that the profile pins; the message says how."""


def read_dataset(path: Path | None, prompt: DatasetPrompt) -> tuple[Exchanged, ...]:
    """Return the conversations of a file; raise DatasetError.

    The file is a JSON list of objects with `conversations` of `from` and `value`, or `messages`
    of `role` and `content`.
    """
    if path is None:
        raise DatasetError(
            f"data set {prompt.name!r}: download it and state its file in the agent's"
            f" configuration under datasets.{prompt.name}"
        )
    try:
        if path.stat().st_size > _FILE_BYTES_MAX:
            raise DatasetError(f"data set {prompt.name!r}: larger than 2 GiB")
        _check(path, prompt)
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"data set {prompt.name!r}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, DatasetError):
            raise
        raise DatasetError(f"data set {prompt.name!r}: not JSON in UTF-8") from error
    if not isinstance(value, list):
        raise DatasetError(f"data set {prompt.name!r}: want a JSON list of conversations")
    found = tuple(talk for entry in value if (talk := _exchanged(entry)))
    if not found:
        raise DatasetError(f"data set {prompt.name!r}: no conversation of user and assistant")
    return found


class DatasetPrompts:
    """Conversations in an order drawn from the seed, none twice before all were used.

    As `vllm bench serve` does with ShareGPT: prompts of 4 to 1,024 tokens, with their answer at
    most 2,048, and as many tokens asked for as the answer in the set has. Tokens are estimated
    from words with what the server's own counts have shown.
    """

    def __init__(
        self,
        conversations: Sequence[Exchanged],
        prompt: DatasetPrompt,
        *,
        per_run: int,
        turns: int,
        calibration: Calibration,
        seed: str,
        salt: str,
        prefix_caching: PrefixCaching = "off",
    ) -> None:
        self._calibration = calibration
        self._max_output_tokens = prompt.max_output_tokens
        self._per_run = per_run
        self._salt = None if prefix_caching == "on" else f"{salt}/{seed}"
        self._order = [talk for talk in conversations if self._fits(talk, turns)]
        if not self._order:
            raise DatasetError(f"data set {prompt.name!r}: no conversation of a fitting length")
        random.Random(f"{seed}/dataset").shuffle(self._order)

    def conversation(self, run: int, index: int, turns: int) -> Sequence[Turn]:
        """Return the first turns of a conversation; the same for the same arguments."""
        position = run * self._per_run + index if run >= 0 else -1 - index
        talk = self._order[position % len(self._order)]
        made = []
        for number, (said, answered) in enumerate(talk[:turns]):
            text = said
            if self._salt is not None and number == 0:
                text = f"{salted_words(f'{self._salt}/{run}/{index}')}\n\n{said}"
            wanted = min(self._tokens(answered), self._max_output_tokens)
            made.append(Turn(text, self._tokens(text), wanted))
        return tuple(made)

    def _fits(self, talk: Exchanged, turns: int) -> bool:
        if len(talk) < turns:
            return False
        said, answered = (self._tokens(text) for text in talk[0])
        return (
            min(said, answered) >= _TOKENS_MIN
            and said <= _PROMPT_TOKENS_MAX
            and said + answered <= _TOKENS_MAX
        )

    def _tokens(self, text: str) -> int:
        return self._calibration.tokens(len(text.split()))


def _check(path: Path, prompt: DatasetPrompt) -> None:
    if prompt.sha256 is None:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != prompt.sha256:
        raise DatasetError(
            f"data set {prompt.name!r}: its SHA-256 is {found}, the profile wants {prompt.sha256}"
        )


def _exchanged(entry: Any) -> Exchanged:
    """Return what an entry holds as turns, up to where they stop alternating."""
    if not isinstance(entry, dict):
        return ()
    lines = entry.get("conversations") or entry.get("messages")
    if not isinstance(lines, list):
        return ()
    spoken = [_line(line) for line in lines]
    if spoken and spoken[0] is not None and spoken[0][0] == "system":
        del spoken[0]
    turns = []
    for said, answered in zip(spoken[::2], spoken[1::2], strict=False):
        if said is None or answered is None or said[0] != "user" or answered[0] != "assistant":
            break
        turns.append((said[1], answered[1]))
    return tuple(turns)


def _line(line: Any) -> tuple[str, str] | None:
    if not isinstance(line, dict):
        return None
    role = line.get("from", line.get("role"))
    text = line.get("value", line.get("content"))
    if not isinstance(text, str) or not text.strip():
        return None
    if role in _USERS:
        return "user", text
    if role in _ASSISTANTS:
        return "assistant", text
    return ("system", text) if role == "system" else None
