"""Pure: how the parts of an answer look in HTML, and how much of the costly ones there may be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from typing_extensions import override

from voting.text import links
from voting.text.formulas import mathml
from voting.text.highlighting import highlighted

Spent = Literal["code", "formulas", "addresses"]
ADDRESS_SHOWN: Final = 200
"""Characters of the address that are shown of an image."""
_AUTO_DIRECTION: Final = frozenset(
    {"paragraph_open", "list_item_open", "blockquote_open", "th_open", "td_open"}
)


@dataclass(slots=True)
class Allowance:
    """What one answer may still spend, in characters: a small text can refer to a lot."""

    code: int = 30_000
    """Of code with colours."""
    formulas: int = 30_000
    addresses: int = 100_000
    """Of links and images, each use of a reference counted."""

    def spend(self, kind: Spent, characters: int) -> bool:
        """Tell whether so many characters are left, and take them away."""
        left: int = getattr(self, kind) - characters
        setattr(self, kind, max(left, 0))
        return left >= 0


def prepare(tokens: Sequence[Token], allowance: Allowance) -> Sequence[Token]:
    """Return the tokens with headings below the page's own, directions, and links made plain."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + 2, 6)}"
        if token.type in _AUTO_DIRECTION or token.type == "heading_open":
            token.attrSet("dir", "auto")
        if alignment := str(token.attrs.pop("style", "")).removeprefix("text-align:"):
            token.attrSet("class", alignment)
        if token.children:
            token.children = list(_plain(token.children, allowance))
    return tokens


def _plain(children: Sequence[Token], allowance: Allowance) -> Iterator[Token]:
    """Yield the parts of a line; links without title, and with their place where it is hidden."""
    address, text = "", list[str]()
    for token in children:
        if token.type == "link_open":
            address, text = str(token.attrs["href"]), []
            token.attrs = {"href": address} if allowance.spend("addresses", len(address)) else {}
        elif token.type == "link_close":
            yield token
            if place := links.place_shown(address, text="".join(text)):
                yield Token("place", "span", 0, content=place)
            continue
        elif token.type == "image":
            address = str(token.attrs["src"])
            shown = address if allowance.spend("addresses", len(address)) else ""
            token.meta = {"address": shown}
        text.append(token.content)
        yield token


class AnswerRenderer(RendererHTML):
    """markdown-it's renderer with code in colours, formulas as MathML and no images.

    Its methods are rules: `env["allowance"]` holds the allowance of the answer.
    """

    @override
    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return a code block; the first word after the fence names its language."""
        token = tokens[idx]
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        affordable = _allowance(env).spend("code", len(token.content))
        return _block(token.content, language if affordable else "")

    @override
    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Return an indented block."""
        return _block(tokens[idx].content, "")

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Open a table that scrolls by itself, also from the keyboard."""
        return '<div class="table" tabindex="0"><table>\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Close the table and what scrolls it."""
        return "</table></div>\n"

    @override
    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return what the image would have shown, and where it lies: it is never loaded."""
        token = tokens[idx]
        description = self.renderInlineAsText(token.children or [], options, env).strip()
        address = token.meta["address"]
        if len(address) > ADDRESS_SHOWN:
            address = f"{address[:ADDRESS_SHOWN]}…"
        parts = ": ".join(filter(None, ("Image not shown", description)))
        where = f" ({address})" if address else ""
        return f'<span class="image">[{escape(parts + where)}]</span>'

    def place(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return where the link before this leads."""
        return f' <span class="host">({escape(tokens[idx].content)})</span>'

    def math_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Return a formula inside a line."""
        return _formula(tokens[idx].content, env, display=False)

    def math_inline_double(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Return a formula that stands on its own in a paragraph."""
        return _formula(tokens[idx].content, env, display=True)

    def math_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Return a formula that is a paragraph."""
        return f"<p>{_formula(tokens[idx].content, env, display=True)}</p>\n"


def _block(code: str, language: str) -> str:
    html = highlighted(code, language=language)
    return f'<pre tabindex="0" dir="ltr"><code>{html}</code></pre>\n'


def _formula(latex: str, env: EnvType, *, display: bool) -> str:
    """Return MathML, or the source where it is no formula or there have been too many."""
    source = latex.strip()
    if _allowance(env).spend("formulas", len(source)) and (math := mathml(source, display=display)):
        return math
    return f'<code class="formula" dir="ltr">{escape(source)}</code>'


def _allowance(env: EnvType) -> Allowance:
    allowance = env["allowance"]
    assert isinstance(allowance, Allowance)  # noqa: S101 - what `markdown.render` put there
    return allowance
