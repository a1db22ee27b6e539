"""All that a paper's text can do besides naming values: three tags and a dozen filters (docs/documents.md)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.template import defaulttags

from gridtown.papers import figures
from gridtown.papers.values import BLANK, Blank, Moment

register = template.Library()
for _name, _tag in (
    ("if", defaulttags.do_if),
    ("for", defaulttags.do_for),
    ("with", defaulttags.do_with),
    ("comment", defaulttags.comment),
):
    register.tag(_name, _tag)


@register.filter
def time(value: Any) -> Any:
    """A moment with its hour and minute; a day as it is."""
    if not isinstance(value, Moment) or not isinstance(value.at, datetime):
        return value
    return f"{value}{value.at.hour}时{value.at.minute:02}分"


@register.filter
def hanzi(value: Any) -> Any:
    """A date, or a whole number, in characters."""
    if isinstance(value, Moment):
        return figures.hanzi_day(value.day)
    return figures.hanzi(value) if isinstance(value, int) else value


@register.filter
def capital(value: Any) -> Any:
    """A sum of yuan in capitals."""
    return figures.capital(Decimal(str(value))) if isinstance(value, (int, float, Decimal)) else value


@register.filter
def money(value: Any) -> Any:
    """A sum of yuan in figures."""
    return figures.money(Decimal(str(value))) if isinstance(value, (int, float, Decimal)) else value


@register.filter
def workdays(value: Any, n: int) -> Any:
    """The day so many working days later, by the town's calendar."""
    if not isinstance(value, Moment):
        return value
    return Moment(value.calendar.add_workdays(value.day, int(n)), value.calendar)


@register.filter
def days(value: Any, n: int) -> Any:
    """The day so many natural days later."""
    return Moment(value.day + timedelta(days=int(n)), value.calendar) if isinstance(value, Moment) else value


@register.filter
def since(value: Any, day: str) -> bool:
    """Whether it was on that day or later: for what a law says from its first day on."""
    return isinstance(value, Moment) and value.day >= date.fromisoformat(day)


@register.filter
def box(value: Any, key: str | None = None) -> str:
    """A box, ticked where the value is yes, or is (or has among it) this choice."""
    if key is None:
        ticked = bool(value)
    else:
        ticked = key in value if isinstance(value, list) else value == key
    return "[x]" if ticked else "[ ]"


@register.filter
def blank(value: Any, width: int) -> Any:
    """The value, or a place so many characters wide to write it on."""
    return Blank(int(width)) if isinstance(value, Blank) else value


@register.filter
def default(value: Any, otherwise: Any) -> Any:
    """The value, or what stands for none."""
    return otherwise if isinstance(value, Blank) else value


@register.filter
def join(value: Iterable[Any], between: str) -> Any:
    """The values of a list with this between them."""
    return value if isinstance(value, (str, Blank)) else between.join(str(one) for one in value)


@register.filter
def length(value: Any) -> int:
    """How many there are."""
    return len(value)


@register.filter
def first(value: Any) -> Any:
    """The first of a list."""
    return value[0] if value else BLANK


@register.filter
def last(value: Any) -> Any:
    """The last of a list."""
    return value[-1] if value else BLANK
