"""Splits a command template into words as a POSIX shell would, and refuses what only a shell can.

Values are put in after the quotes of the template are understood, so that no value can open or
close a quote, or begin another command.
"""

import json
import re
from collections.abc import Callable
from typing import Final

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CONTINUED: Final = re.compile(r"\\[ \t]*\r?\n")
_SHELL_ONLY: Final = {
    ";": "a second command",
    "|": "a pipe",
    "&": "a background process",
    "<": "a redirection",
    ">": "a redirection",
    "$": "a variable",
    "`": "a command inside a command",
    "(": "a subshell",
    ")": "a subshell",
    "*": "a pattern of file names",
    "?": "a pattern of file names",
}


class TemplateError(ValueError):
    """The template needs a shell, or is not closed."""


class _Splitter:
    """One pass over the text; `word` is None between words."""

    def __init__(self, text: str, value_of: Callable[[str], str]) -> None:
        self.text = text
        self.value_of = value_of
        self.words: list[str] = []
        self.word: str | None = None
        self.quote = ""
        self.position = 0

    def run(self) -> tuple[str, ...]:
        while self.position < len(self.text):
            self._step(self.text[self.position])
        if self.quote:
            raise TemplateError(f"the quote {self.quote} is not closed; add it at the end")
        self._end_word()
        return tuple(self.words)

    def _step(self, character: str) -> None:
        match = _PLACEHOLDER.match(self.text, self.position)
        if match:
            self._substitute(match[1])
            self.position = match.end()
            return
        if self.quote:
            self._quoted(character)
        elif character in "'\"":
            self.quote = character
            self._add("")
        else:
            self._bare(character)
        self.position += 1

    def _substitute(self, key: str) -> None:
        value = self.value_of(key)
        if self.quote or _is_json(value):
            self._add(value)
            return
        if any(character in value for character in "'\"\\"):
            raise TemplateError(
                f"the value of {{{key}}} has a quote or backslash; write '{{{key}}}' in the"
                " command, with quotes around it"
            )
        first, *others = re.split(r"\s+", value) if value else [""]
        self._add_unless_empty(first)
        for other in others:
            self._end_word()
            self._add_unless_empty(other)

    def _quoted(self, character: str) -> None:
        if character == self.quote:
            self.quote = ""
        elif self.quote == '"' and character in "$`":
            raise _needs_shell(character, self.text, self.position)
        elif self.quote == '"' and character == "\\":
            self._escaped('"\\$`')
        else:
            self._add(character)

    def _bare(self, character: str) -> None:
        if character in " \t":
            self._end_word()
        elif character in "\r\n":
            self._line_end()
        elif character == "\\":
            self._escaped(None)
        elif character in _SHELL_ONLY:
            raise _needs_shell(character, self.text, self.position)
        elif character in "~#" and self.word is None:
            raise TemplateError(
                f"{character} at the start of a word needs a shell; write the path in full"
                if character == "~"
                else "comments do not belong into the command; use description"
            )
        else:
            self._add(character)

    def _escaped(self, only: str | None) -> None:
        continued = _CONTINUED.match(self.text, self.position)
        if continued:
            self.position = continued.end() - 1
            return
        following = self.text[self.position + 1 : self.position + 2]
        if not following:
            raise TemplateError("the command ends with a backslash; take it out")
        if only is None or following in only:
            self._add(following)
            self.position += 1
        else:
            self._add("\\")

    def _line_end(self) -> None:
        self._end_word()
        if self.text[self.position :].strip():
            line = self.text.count("\n", 0, self.position) + 1
            raise TemplateError(
                f"line {line} of the command ends, and what follows would be another command;"
                f" end line {line} with a backslash"
            )

    def _add(self, text: str) -> None:
        self.word = (self.word or "") + text

    def _add_unless_empty(self, text: str) -> None:
        if text:
            self._add(text)

    def _end_word(self) -> None:
        if self.word is not None:
            self.words.append(self.word)
        self.word = None


def split(template: str, value_of: Callable[[str], str]) -> tuple[str, ...]:
    """Return the words, placeholders replaced by `value_of(key)`; raise TemplateError."""
    text = template.strip()
    if "\0" in text:
        raise TemplateError("the command has a NUL character; take it out")
    return _Splitter(text, value_of).run()


def _is_json(value: str) -> bool:
    if value[:1] not in {"{", "["}:
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


def _needs_shell(character: str, text: str, position: int) -> TemplateError:
    around = " ".join(text[max(0, position - 20) : position + 20].split())
    return TemplateError(
        f"{character} is {_SHELL_ONLY[character]}, and no shell reads the command (near"
        f" “{around}”); start one program with plain arguments, or put quotes around the text"
    )
