"""Answers as HTML: what Markdown, formulas and code become, and where they stop."""

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from voting.text.links import place_shown
from voting.text.markdown import DEEPEST, LONGEST, render


class Words(HTMLParser):
    """Collects the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)


def text_of(html: str) -> str:
    parser = Words()
    parser.feed(html)
    return "".join(parser.words)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            "**a** *b* ~~c~~ `d`",
            '<p dir="auto"><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n',
        ),
        ("one\ntwo", '<p dir="auto">one<br>\ntwo</p>\n'),
        ("# T", '<h3 dir="auto">T</h3>\n'),
        ("###### T", '<h6 dir="auto">T</h6>\n'),
        ("3. a", '<ol start="3">\n<li dir="auto">a</li>\n</ol>\n'),
        ("---", "<hr>\n"),
        ("a < b & c", '<p dir="auto">a &lt; b &amp; c</p>\n'),
        ("<b>x</b>", '<p dir="auto">&lt;b&gt;x&lt;/b&gt;</p>\n'),
        ("", ""),
    ],
)
def test_markdown_becomes_html(source: str, html: str) -> None:
    assert render(source) == html


def test_a_table_scrolls_by_itself_and_keeps_its_alignment() -> None:
    html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |")
    assert html.startswith('<div class="table" tabindex="0"><table>')
    assert '<td dir="auto" class="center">1</td>' in html
    assert '<td dir="auto" class="right">2</td>' in html


def test_code_gets_classes_and_no_style() -> None:
    html = render("```python\ndef f(): return '<b>'\n```")
    assert '<span class="k">def</span>' in html
    assert "style" not in html
    assert text_of(html) == "def f(): return '<b>'\n\n"


@pytest.mark.parametrize("language", ["", "brainfreeze", "../../x", '"onload=', "python" * 500])
def test_code_of_an_unknown_language_is_plain(language: str) -> None:
    html = render(f"```{language}\n<script>\n```")
    assert html == '<pre tabindex="0" dir="ltr"><code>&lt;script&gt;\n</code></pre>\n'


@pytest.mark.parametrize(
    "source", [r"$x^2$", r"\(x^2\)", "$$x^2$$", r"\[x^2\]", "text $$x^2$$ text", "$$\nx^2\n$$"]
)
def test_every_way_to_write_a_formula_becomes_mathml(source: str) -> None:
    html = render(source)
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert "<math" in html


def test_an_aligned_formula_is_a_table_without_numbers() -> None:
    html = render(r"\[ \begin{aligned} a &= b \\ c &= d \end{aligned} \]")
    assert html.count("<mtr>") == 2
    assert "(1)" not in text_of(html)


def test_prices_are_no_formulas() -> None:
    assert "<math" not in render("It costs $5 here and $6 there.")


@pytest.mark.parametrize(
    "latex",
    [
        r"\nosuchcommand{x}",
        r"\frac",
        r"\left( x",
        r"x^2^3",
        r"\def\a{x}\a",
        "{" * 50 + "}" * 50,
        "x" * 2_001,
    ],
)
def test_what_is_no_formula_is_shown_as_its_source(latex: str) -> None:
    html = render(f"$$\n{latex}\n$$")
    assert '<code class="formula" dir="ltr">' in html
    assert text_of(html).strip() == latex


@pytest.mark.parametrize(
    ("latex", "left"),
    [
        (r"\href{javascript:alert(1)}{x}", "x"),
        (r"\style{position:fixed}{x}", "x"),
        (r"\class{visually-hidden}{x}", "x"),
        (r"\color{#fbfaf7}{x}", "x"),
        (r"\text{<img src=x onerror=alert(1)>}", "<img\xa0src=x\xa0onerror=alert(1)>"),
        (r"\text{&lt;b&gt;}", "<b>"),
        (r"\hspace{99999em}x", "x"),
    ],
)
def test_a_formula_neither_links_nor_styles_nor_moves(latex: str, left: str) -> None:
    html = render(f"${latex}$")
    assert text_of(html).strip() == left
    tags = "".join(re.findall(r"<[^<>]*>", html))
    assert not re.search(r"[\s](?:href|style|class|mathcolor|onerror)=|<img|99999", tags)


def test_a_link_opens_apart_and_tells_nothing_of_the_page() -> None:
    assert render("[text](https://example.org/a?b=c)") == (
        '<p dir="auto"><a href="https://example.org/a?b=c" target="_blank" '
        'rel="nofollow noopener noreferrer ugc">text</a></p>\n'
    )


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java&#10;script:alert(1)",
            "data:text/html,x",
        ),
        *("vbscript:x", "file:///etc/passwd", "//evil.example", "/vote", "#main", "?a", "blob:x"),
        *("https://bank.example@evil.example/", "https:\\\\evil.example", "http:evil.example"),
        *(
            "https://" + "a" * 2_000,
            "https://[",
            "ftp://a.example",
            "intent://x",
            "mailto:",
        ),
    ],
)
def test_other_addresses_are_no_links(address: str) -> None:
    assert "<a" not in render(f"[text](<{address}>)")
    assert "<a" not in render(f"<{address}>")
    assert "<a" not in render(f"[text][1]\n\n[1]: <{address}>")


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("the docs", "https://evil.example", None),
        ("example.org", "https://example.org/path", None),
        ("EXAMPLE.org/path", "https://example.org/path", None),
        ("example.org", "https://www.example.org/", None),
        ("bank.example", "https://evil.example/bank.example", "evil.example"),
        ("https://bank.example", "https://bank.example.evil.example", "bank.example.evil.example"),
        ("bаnk.example", "https://bank.example", None),
        ("https://аррӏе.com", "https://xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
        ("me@bank.example", "mailto:me@evil.example", "me@evil.example"),
        ("me@bank.example", "mailto:me@bank.example", None),
    ],
)
def test_a_link_whose_text_looks_like_another_place_says_where_it_leads(
    text: str, address: str, shown: str | None
) -> None:
    assert place_shown(address, text=text) == shown


def test_the_place_stands_beside_the_link() -> None:
    html = render("[**bank**.example](https://evil.example)")
    assert '</a> <span class="host">(evil.example)</span>' in html


def test_an_image_is_described_and_not_loaded() -> None:
    html = render("![A *cat*](https://example.org/cat.png)")
    assert "<img" not in html
    assert text_of(html) == "[Image not shown: A cat (https://example.org/cat.png)]\n"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a\u202eb\u2066c\u2069", "abc"),
        ("a&#8238;b&#x2066;c", "abc"),
        ("pay\u200bpal", "paypal"),
        ("x\U000e0068\U000e0069", "x"),
        ("a\x07b\x1b[31m", "ab[31m"),
        ("Z" + "\u0321" * 40, "Z" + "\u0321" * 4),
        ("\ud800x", "\ufffdx"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("שלום עולם", "שלום עולם"),
        ("line\u2028line", "line\nline"),
    ],
)
def test_signs_that_cannot_be_seen_or_turn_the_text_are_gone(source: str, shown: str) -> None:
    assert text_of(render(source)).strip() == shown


def test_text_too_long_or_too_deep_is_shown_as_written() -> None:
    long = "*a* " * LONGEST
    assert render(long) == f'<pre tabindex="0" dir="auto">{long}</pre>'
    deep = ">" * (2 * DEEPEST) + " <b>"
    assert (
        render(deep)
        == f'<pre tabindex="0" dir="auto">{deep.replace("<", "&lt;").replace(">", "&gt;")}</pre>'
    )


def test_nothing_is_lost_below_the_greatest_depth() -> None:
    for depth in range(1, DEEPEST + 2):
        assert "word" in render(">" * depth + " word")
        assert "word" in render("- " * depth + "word")


def test_one_address_used_often_does_not_grow_the_page() -> None:
    html = render("[a]: https://example.org/" + "b" * 1_900 + "\n\n" + "[a] " * 4_000)
    assert len(html) < 1_000_000
    assert html.count("a</a>") == 4_000


BOMBS = (
    *(
        "[",
        "![",
        "[a](",
        "](",
        "*a ",
        "**a_",
        "`a``",
        "> ",
        "- ",
        "|",
        "|a",
        "<",
        "&",
        "\\(",
        "$a",
        "$$a",
    ),
    *("```\n", "~~a", "#\n", "a\n=\n", "\u0301", "\u200d", "<a@", "{", "    a\n", "1. a\n", "\x00"),
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", BOMBS)
def test_a_bomb_ends(part: str) -> None:
    whole = (part * LONGEST)[:LONGEST]
    assert len(render(whole)) < 60 * LONGEST


@pytest.mark.timeout(60)
@pytest.mark.parametrize("language", ["cs", "c", "make", "nix", "java", "html"])
@pytest.mark.parametrize("line", ["a", "", "{{", "'\\", "//", "-"])
def test_code_that_stops_a_lexer_loses_its_colours_only(language: str, line: str) -> None:
    code = f"{line}\n" * (4_800 // (len(line) + 1))
    assert text_of(render(f"```{language}\n{code}```")) == f"{code}\n"


def test_threads_render_alike() -> None:
    source = "# T\n\n**b** $x^2$ [a](https://e.example)\n\n```python\nx = 1\n```\n\n|a|\n|-|\n|1|"
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(render, [source] * 200))) == 1
