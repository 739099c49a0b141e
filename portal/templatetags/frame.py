"""The frame of every page: `{% constant %}` for what is the same everywhere, and the section."""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
LANGUAGE = "language of constant parts"

# The parts of the site that the main menu leads to: the first part of their addresses.
SECTIONS = frozenset(
    {
        "cases",
        "contribute",
        "lessons",
        "perspectives",
        "dialogues",
        "sdg17",
        "baseline",
        "glossary",
        "about",
    }
)


@register.filter
def section(path: str) -> str:
    """Give the part of the site that a page belongs to, or nothing."""
    first = path.split("/")[1] if path.startswith("/") else ""
    return first if first in SECTIONS else ""


class ConstantNode(template.Node):
    """Renders its content once for each language, and keeps it as long as the process runs."""

    def __init__(self, nodelist: NodeList, given: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.given = given
        self.rendered: dict[tuple[str | None, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Give the content, rendered with nothing but what was given to the tag."""
        # The language of a request takes a while to look up, and a page has dozens of these.
        known = context.render_context
        language = known.get(LANGUAGE)
        if language is None:
            language = known[LANGUAGE] = get_language()
        values = {name: str(value.resolve(context)) for name, value in self.given.items()}
        key = (language, *values.values())
        html = self.rendered.get(key)
        if html is None:
            html = self.rendered[key] = self.nodelist.render(context.new(values))
        return html


@register.tag
def constant(parser: Parser, token: Token) -> ConstantNode:
    """Render what stands between {% constant %} and {% endconstant %} once for each language.

    For the frame of the site: links, menus, footers, whose hundreds of small tags would otherwise
    be worked off for every page. What stands inside sees no block, and no variable but those that
    are given, as in {% constant section=path|section %}: once for each of their values, so these
    must be few.
    """
    given = template.base.token_kwargs(token.split_contents()[1:], parser)
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return ConstantNode(nodelist, given)
