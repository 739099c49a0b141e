"""`{% constant %}`: parts of a template that are the same on every page."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class ConstantNode(template.Node):
    """Renders its content once for each language, and keeps it as long as the process runs."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.rendered: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Give the content, rendered without any variable."""
        language = get_language()
        html = self.rendered.get(language)
        if html is None:
            html = self.rendered[language] = self.nodelist.render(context.new({}))
        return html


@register.tag
def constant(parser: Parser, token: Token) -> ConstantNode:
    """Render what stands between {% constant %} and {% endconstant %} once for each language.

    For the frame of the site: links, menus, footers, whose hundreds of small tags would otherwise
    be worked off for every page. What stands inside sees no context variable and no block.
    """
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return ConstantNode(nodelist)
