"""`{% kept by %} … {% endkept %}`: a part of a page that is rendered once and then kept."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Final

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
    """What tells one rendering from another, and all that the part may be rendered from.

    `key` begins with the arena. `names` are those of the context that the view has filled in;
    what the site adds for whoever is reading (user, token, nonce, messages) is not there inside.
    """

    key: Hashable
    version: Hashable
    names: Collection[str]


class KeptNode(template.Node):
    """The part between the tags."""

    def __init__(self, nodelist: NodeList, by: FilterExpression) -> None:
        self.nodelist = nodelist
        self.by = by

    @override
    def render(self, context: Context) -> SafeString:
        """Return the part as kept, or render it now."""
        by: By = self.by.resolve(context)
        return parts.get(by.key, by.version, lambda: self._rendered(context, by))

    def _rendered(self, context: Context, by: By) -> Sized[SafeString]:
        inside = context.new({name: context[name] for name in by.names})
        text = self.nodelist.render(inside)
        return Sized(text, _BYTES_A_CHARACTER * len(text))


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Parse `{% kept by %}`, where `by` is a By in the context."""
    words = token.split_contents()
    if len(words) != 2:
        raise template.TemplateSyntaxError("kept: name what the part is kept by, and nothing else")
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, parser.compile_filter(words[1]))
