"""Pure: the last gate before a page. What is not listed here reaches no reader."""

from typing import Final

import nh3

from voting.text import formulas, highlighting

_ALIGNED: Final = frozenset({"left", "center", "right"})
_PLAIN: Final = (
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "ul", "li", "strong", "em", "s"),
    *("pre", "code", "span", "div", "table", "thead", "tbody", "tr", "th", "td"),
)
_CLEANER: Final = nh3.Cleaner(
    tags={*_PLAIN, "ol", "a", *formulas.ATTRIBUTES},
    attributes={
        "a": {"href"},
        "ol": {"start"},
        **{tag: set(names) for tag, names in formulas.ATTRIBUTES.items()},
    },
    tag_attribute_values={
        "pre": {"tabindex": {"0"}, "dir": {"ltr"}},
        "div": {"tabindex": {"0"}},
        "code": {"dir": {"ltr"}},
        **{tag: {"dir": {"auto"}} for tag in ("p", "h3", "h4", "h5", "h6", "li", "blockquote")},
        **{tag: {"dir": {"auto"}} for tag in ("th", "td")},
    },
    set_tag_attribute_values={"a": {"target": "_blank"}},
    allowed_classes={
        "span": {"host", "image", *highlighting.CLASSES},
        "div": {"table"},
        "code": {"formula"},
        "th": {*_ALIGNED},
        "td": {*_ALIGNED},
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener noreferrer ugc",
    generic_attribute_prefixes=set(),
)


def sanitised(html: str) -> str:
    """Return the HTML with what is listed above and nothing else; scripts go with their text."""
    return _CLEANER.clean(html)
