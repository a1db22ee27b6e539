"""The tags that a report's template knows; nothing else in it acts.

{% figure appeals.handled %}                      a number; options:
    part=of | count                               one part of a ratio instead of the ratio
    part=target                                   what was promised for the year, as its target stands
    places=0                                      the decimals
    in=万 | 亿 | million | billion                by what it is given
    year=-1                                       the year before's
    change=yoy                                    how it changed against the year before, in words
{% if figure appeals.received > 1000 and known patrol.findings %} … {% elif … %} … {% else %} … {% endif %}
{% table "标题" columns=this,last,change,target %}
appeals.received | what the row is called
{% endtable %}
{% table "标题" columns=this,last in=亿 %}           large amounts of it are given by the 亿 (万, million, billion)
{% table "标题" by=village %} … {% endtable %}     rows are villages (or months), columns the indicators listed
{% table "标题" of=targets %}{% endtable %}        rows are the year's public targets: promised, done, and how it stands
{% chart appeals.received by=month "标题" %}       a course over months, or villages beside each other
"""

from typing import Any, NoReturn

from django import template
from django.template.base import Node, NodeList, Parser, TemplateSyntaxError, Token

from gridtown.report.figures.numbers import SCALES
from gridtown.report.prose import conditions
from gridtown.report.prose.conditions import Asked, Condition

register = template.Library()
PARTS = ("value", "count", "of")
COLUMNS = ("this", "last", "change", "target")
BY = ("village", "month")
OF = ("targets",)


class _Read(Node):
    """A node of a report: it is read, never rendered."""

    def render(self, context: Any) -> NoReturn:
        """A report is a structure, not a string."""
        raise TypeError("a report's template is read, not rendered")


class FigureNode(_Read):
    """A slot for a figure: what is asked, how many decimals, by what scale."""

    def __init__(self, asked: Asked, places: int | None, scale: str | None) -> None:
        self.asked, self.places, self.scale = asked, places, scale

    @property
    def key(self) -> str:
        """The indicator's key."""
        return self.asked.key

    @property
    def part(self) -> str:
        """Which part of it is written."""
        return self.asked.part


class IfNode(_Read):
    """Texts of which the first stands whose condition holds; a last one without condition stands otherwise."""

    def __init__(self, branches: list[tuple[Condition | None, NodeList]]) -> None:
        self.branches = branches


class TableNode(_Read):
    """A table: title, by what its rows are sliced ("" = they are indicators), columns, and rows of key, label, line.

    of: what its rows are where the ledger lists them itself. scale: by what its large amounts are given.
    """

    def __init__(
        self, title: str, by: str, columns: tuple[str, ...], rows: tuple[tuple[str, str, int], ...],
        of: str = "", scale: str | None = None,
    ) -> None:  # fmt: skip
        self.title, self.by, self.columns, self.rows, self.of, self.scale = (
            title,
            by,
            columns,
            rows,
            of,
            scale,
        )


class ChartNode(_Read):
    """A chart of one indicator."""

    def __init__(self, key: str, by: str, title: str) -> None:
        self.key, self.by, self.title = key, by, title


def _options(said: list[str], known: tuple[str, ...], tag: str) -> dict[str, str]:
    options = dict(option.partition("=")[::2] for option in said)
    if unknown := [name for name in options if name not in known]:
        raise TemplateSyntaxError(f"{tag} knows {', '.join(f'{name}=' for name in known)} not {unknown[0]}")
    return options


@register.tag
def figure(parser: Parser, token: Token) -> FigureNode:
    """Read one slot."""
    _name, *said = token.split_contents()
    if not said:
        raise TemplateSyntaxError("figure needs the key of an indicator: {% figure appeals.handled %}")
    options = _options(said[1:], ("part", "places", "in", "change", "year"), "figure")
    places, scale = options.pop("places", ""), options.pop("in", None)
    if places and not places.isdecimal():
        raise TemplateSyntaxError(f"places={places} is no number of decimals")
    if scale is not None and scale not in SCALES:
        raise TemplateSyntaxError(f"in={scale}: a figure is given in {', '.join(SCALES)}")
    asked = conditions.asked(said[0].strip("\"'"), options)
    return FigureNode(asked, int(places) if places else None, scale)


@register.tag("if")
def if_(parser: Parser, token: Token) -> IfNode:
    """Read a condition with what stands under it."""
    branches: list[tuple[Condition | None, NodeList]] = []
    name, said = "if", token.contents.removeprefix("if").strip()
    while name != "endif":
        condition = None if name == "else" else conditions.parse(said)
        until = ("endif",) if name == "else" else ("elif", "else", "endif")
        branches.append((condition, parser.parse(until)))
        name, _, said = parser.next_token().contents.partition(" ")
    return IfNode(branches)


@register.tag
def table(parser: Parser, token: Token) -> TableNode:
    """Read a table: one indicator a line, and after a bar what it is called if not by its own name."""
    _name, *said = token.split_contents()
    title = said.pop(0).strip("\"'") if said and "=" not in said[0] else ""
    options = _options(said, ("columns", "by", "of", "in"), "table")
    by, columns = options.get("by", ""), tuple(options.get("columns", "this,last,change").split(","))
    if by not in ("", *BY):
        raise TemplateSyntaxError(f"by={by}: the rows of a table go by {' or '.join(BY)}")
    if unknown := [column for column in columns if column not in COLUMNS]:
        raise TemplateSyntaxError(f"columns= knows {', '.join(COLUMNS)}, not {unknown[0]}")
    scale = options.get("in")
    if scale is not None and scale not in SCALES:
        raise TemplateSyntaxError(f"in={scale}: amounts are given in {', '.join(SCALES)}")
    if (of := options.get("of", "")) and (of not in OF or len(options) > 1):
        raise TemplateSyntaxError(f"of={of}: a table is of {', '.join(OF)}, and then has no other option")
    inner = parser.parse(("endtable",))
    parser.delete_first_token()
    if any(node.__class__.__name__ != "TextNode" for node in inner):
        raise TemplateSyntaxError("a table holds the keys of indicators, one a line, and no tags")
    rows = []
    for at, line in enumerate("".join(node.s for node in inner).splitlines()):
        key, _, label = (part.strip() for part in line.partition("|"))
        if key:
            rows.append((key, label, token.lineno + at))
    if of and rows:
        raise TemplateSyntaxError(f"a table of {of} lists no indicators: its rows are the ledger's")
    if not rows and not of:
        raise TemplateSyntaxError("a table needs at least one indicator, each on a line of its own")
    return TableNode(title, by, columns, tuple(rows), of, scale)


@register.tag
def chart(parser: Parser, token: Token) -> ChartNode:
    """Read a chart."""
    _name, *said = token.split_contents()
    if not said:
        raise TemplateSyntaxError(
            'chart needs the key of an indicator: {% chart appeals.received by=month "逐月" %}'
        )
    titles = [part.strip("\"'") for part in said[1:] if "=" not in part or part[0] in "\"'"]
    options = _options([part for part in said[1:] if "=" in part and part[0] not in "\"'"], ("by",), "chart")
    by = options.get("by", "month")
    if by not in BY:
        raise TemplateSyntaxError(f"by={by}: a chart goes by {' or '.join(BY)}")
    return ChartNode(said[0].strip("\"'"), by, " ".join(titles))
