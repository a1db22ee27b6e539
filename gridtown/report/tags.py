"""The one tag that a report's template knows: `{% figure appeals.handled %}`.

Options: `part=of` or `part=count` writes one part of a ratio instead of the ratio; `places=0` the decimals.
"""

from typing import Any

from django import template
from django.template.base import Node, Parser, TemplateSyntaxError, Token

register = template.Library()
_PARTS = ("value", "count", "of")


class FigureNode(Node):
    """A slot for a figure: which indicator, which part of it, how many decimals."""

    def __init__(self, key: str, part: str, places: int | None) -> None:
        self.key, self.part, self.places = key, part, places

    def render(self, context: Any) -> str:
        """Never used: a report is a structure, not a string."""
        raise TypeError("a report's template is read, not rendered")


@register.tag
def figure(parser: Parser, token: Token) -> FigureNode:
    """Read one slot."""
    _name, *said = token.split_contents()
    if not said:
        raise TemplateSyntaxError("figure needs the key of an indicator: {% figure appeals.handled %}")
    options = dict(option.partition("=")[::2] for option in said[1:])
    unknown = set(options) - {"part", "places"}
    part, places = options.get("part", "value"), options.get("places", "")
    if unknown or part not in _PARTS or not (places == "" or places.isdecimal()):
        raise TemplateSyntaxError(
            f"figure knows part={'|'.join(_PARTS)} and places=N, not {' '.join(said[1:])}"
        )
    return FigureNode(said[0].strip("\"'"), part, int(places) if places else None)
