"""Pure: a model's answer as HTML that does nothing but be read.

Markdown (CommonMark, tables, strikethrough, formulas) by markdown-it-py with raw HTML off, then
`voting.text.sanitising`. Each step is safe without the next: the page's content security policy
is the third. See docs/decisions/2026-11-21-markdown-on-the-server.md.
"""

from functools import cache
from html import escape
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from typing_extensions import override

from voting.text import links
from voting.text.answer_html import Allowance, AnswerRenderer, prepare
from voting.text.math_delimiters import bracketed_formula
from voting.text.sanitising import sanitised
from voting.text.unicode import displayable

LONGEST: Final = 50_000
"""Characters that are read as Markdown; a longer answer is shown as it was written."""
DEEPEST: Final = 60
"""Quotes, lists and emphasis inside one another; a deeper answer is shown as it was written."""

BRACKETS: Final = 5_000
"""Opening square brackets: the parser looks for a link at each, the slowest of its searches."""


def render(text: str) -> SafeString:
    """Return the answer as HTML for a page. Any text is accepted, and the same text gives the same.

    Images are never loaded: their description and address stand in their place. Links go to http,
    https and mail addresses only and say where they lead when their text says otherwise.
    """
    shown = displayable(text)
    if len(shown) > LONGEST or shown.count("[") > BRACKETS:
        return _as_written(shown)
    allowance = Allowance()
    parser = _parser()
    tokens = parser.parse(shown, {})
    if any(_depth(token) >= DEEPEST for token in tokens):
        return _as_written(shown)
    environment = {"allowance": allowance}
    html = parser.renderer.render(prepare(tokens, allowance), parser.options, environment)
    # Entities such as `&#8238;` have become signs by now.
    return mark_safe(sanitised(displayable(html)))  # noqa: S308 - this is the sanitiser


def _as_written(text: str) -> SafeString:
    return mark_safe(f'<pre tabindex="0" dir="auto">{escape(text)}</pre>')  # noqa: S308 - escaped


def _depth(token: Token) -> int:
    return max((child.level for child in token.children or ()), default=0) + token.level


class _Parser(MarkdownIt):
    """markdown-it with a shorter list of addresses: others stay text."""

    @override
    def validateLink(self, url: str) -> bool:
        return links.is_followed(url)


@cache
def _parser() -> MarkdownIt:
    """Return the parser of the process. Parsing changes nothing in it, so threads may share it."""
    parser = _Parser(
        "commonmark",
        # Parsing stops at maxNesting and leaves text out; `render` has given up before that.
        {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": DEEPEST + 1},
        renderer_cls=AnswerRenderer,
    ).enable(["table", "strikethrough"])
    dollarmath_plugin(
        parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True
    )
    for rule in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(rule, getattr(AnswerRenderer, rule))
    parser.inline.ruler.before("escape", "bracketed_formula", bracketed_formula)
    # The first text compiles the rules: not in two threads at once.
    parser.render("")
    return parser
