"""Pure: source code with the classes of Pygments, no inline style."""

from collections.abc import Iterator
from functools import cache
from html import escape
from time import thread_time
from typing import Final

from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

LONGEST: Final = 5_000
"""Characters of one block; a longer one is shown without colours."""
SECONDS: Final = 0.05
"""Processor time for one block. Some lexers take quadratic time for code made to that end."""
LANGUAGES: Final = frozenset(
    """
    ada asm bash c c# c++ clojure cmake cpp cs csharp css cuda dart diff docker dockerfile elixir
    elm erlang f# fortran fsharp go golang graphql groovy haskell hcl html http ini java javascript
    js json jsx julia kotlin latex lisp lua make makefile matlab nasm nginx nix objective-c ocaml
    pascal perl php powershell prolog protobuf py python python3 r racket rb ruby rust scala scheme
    sh shell solidity sql swift terraform tex toml ts tsx typescript verilog vhdl vim xml yaml yml
    zig zsh
    """.split()  # noqa: SIM905 - quotes would hide the list
)
"""Names of languages after a fence that get colours."""
_ALIASES: Final = {"jsx": "javascript", "tsx": "typescript", "asm": "nasm"}
CLASSES: Final = frozenset(filter(None, STANDARD_TYPES.values()))


def highlighted(code: str, *, language: str) -> str:
    """Return the code as HTML: spans with classes where the language is known, else escaped."""
    name = language.casefold()
    if name not in LANGUAGES or len(code) > LONGEST:
        return escape(code)
    lexer = _lexer(_ALIASES.get(name, name))(stripnl=False, ensurenl=False)
    try:
        return "".join(
            f'<span class="{css}">{escape(text)}</span>' if css else escape(text)
            for css, text in _joined(_in_time(lex(code, lexer)))
        )
    except Exception:  # noqa: BLE001 - whatever stops a lexer, colours are not worth an error
        return escape(code)


@cache
def _lexer(name: str) -> type[Lexer]:
    return type(get_lexer_by_name(name))


def _in_time(tokens: Iterator[tuple[_TokenType, str]]) -> Iterator[tuple[_TokenType, str]]:
    """Yield the tokens; raises TimeoutError when they take too long."""
    deadline = thread_time() + SECONDS
    for token in tokens:
        if thread_time() > deadline:
            raise TimeoutError
        yield token


def _joined(tokens: Iterator[tuple[_TokenType, str]]) -> Iterator[tuple[str, str]]:
    """Yield class and text; neighbours of one class come as one."""
    current, parts = "", list[str]()
    for kind, text in tokens:
        css = _css(kind)
        if css != current and parts:
            yield current, "".join(parts)
            parts = []
        current = css
        parts.append(text)
    if parts:
        yield current, "".join(parts)


def _css(kind: _TokenType) -> str:
    """Return the class of a kind of token, or of the nearest kind above it that has one."""
    above: _TokenType | None = kind
    while above is not None and above not in STANDARD_TYPES:
        above = above.parent
    return STANDARD_TYPES[above] if above is not None else ""
