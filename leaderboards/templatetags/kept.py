"""`{% kept by head %} … {% endkept %}`: a part of a page that is rendered once and then kept."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from typing_extensions import override

from leaderboards.page_cache import PageCache, Sized

register = template.Library()
parts: Final[PageCache[SafeString]] = PageCache(most_bytes=32_000_000)
_BYTES_A_CHARACTER: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """What tells one rendering from another, and where all comes from that the part shows.

    `key` begins with the arena. `context` is called only where a part is rendered; what the site
    adds for whoever is reading (user, token, nonce, messages) is not there inside.
    """

    key: Hashable
    version: Hashable
    context: Callable[[], Mapping[str, Any]]


class KeptNode(template.Node):
    """The part between the tags; `name` tells it from the other parts of its page."""

    def __init__(self, nodelist: NodeList, by: FilterExpression, name: str) -> None:
        self.nodelist = nodelist
        self.by = by
        self.name = name

    @override
    def render(self, context: Context) -> SafeString:
        """Return the part as kept, or render it now."""
        by: By = self.by.resolve(context)
        return parts.get((by.key, self.name), by.version, lambda: self._rendered(context, by))

    def _rendered(self, context: Context, by: By) -> Sized[SafeString]:
        text = self.nodelist.render(context.new(dict(by.context())))
        return Sized(text, _BYTES_A_CHARACTER * len(text))


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Parse `{% kept by name %}`, where `by` is a By in the context and `name` a word."""
    words = token.split_contents()
    if len(words) != 3:
        raise template.TemplateSyntaxError("kept: say what the part is kept by, and name the part")
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, parser.compile_filter(words[1]), words[2])
