"""Template tags: words, icons, times. No template holds a literal word of its own."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from gridtown.report.typeset import charts
from gridtown.report.typeset.blocks import Chart
from gridtown.report.words import say as report_say
from gridtown.web import show
from gridtown.web.words import say as say_word

register = template.Library()


def _lang(context: template.Context) -> str:
    return str(context.get("lang", "zh"))


@register.simple_tag(takes_context=True)
def say(context: template.Context, key: str, **params: Any) -> str:
    """A word of the pages: `{% say "desk.title" %}`, `{% say "desk.count" n=3 %}`."""
    return conditional_escape(say_word(key, _lang(context), **params))


@register.simple_tag(takes_context=True)
def word(context: template.Context, line: str, *parts: str) -> str:
    """A word of a line: `{% word row.line "state" row.state %}`."""
    town = context.get("town")
    key = ".".join(str(part) for part in parts if part != "")
    return conditional_escape(town.say(key, _lang(context), line) if town else key)


@register.simple_tag(takes_context=True)
def basis(context: template.Context, line: str, what: str, key: str, said: str) -> str:
    """On what something rests: `{% basis line.key "limit" l.key l.basis %}`."""
    town = context.get("town")
    return conditional_escape(town.basis(line, what, key, said, _lang(context)) if town else said)


@register.simple_tag(takes_context=True)
def better(context: template.Context, direction: str) -> str:
    """Which way an indicator is better."""
    return conditional_escape(report_say(f"better.{direction}", _lang(context)))


@register.simple_tag(takes_context=True)
def named(context: template.Context, names: Mapping[str, str] | None) -> str:
    """One name out of a {zh, en} mapping."""
    names = names or {}
    return conditional_escape(names.get(_lang(context)) or names.get("zh", ""))


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """One symbol of web/icons.svg; decorative, so hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        static("web/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def when(context: template.Context, at: datetime | None, style: str = "moment") -> str | SafeString:
    """A time element: said shortly, with the exact moment for machines and on hover.

    style: moment, day, or within for a moment in the middle of a sentence (As of today 10:43).
    """
    if at is None:
        return ""
    zone = _zone(context)
    said = show.within if style == "within" else show.moment
    text = (
        show.day(at, zone, _lang(context))
        if style == "day"
        else said(at, _now(context), zone, _lang(context))
    )
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        text,
    )


@register.inclusion_tag("web/parts/due.html", takes_context=True)
def due(context: template.Context, at: datetime | None, ended: bool = False) -> dict[str, Any]:
    """A due time as shape, colour and words together."""
    return {
        "due": show.due_of(at, now=_now(context), ended=ended, lang=_lang(context)),
        "zone": _zone(context),
    }


@register.simple_tag(takes_context=True)
def place(context: template.Context, code: str, style: str = "short") -> str:
    """The name of a division or grid: `short` (grid, else village), `village`, or `long` with what it lies in."""
    places = context.get("places")
    return conditional_escape(places.name(code, _lang(context), style) if places else code)


@register.simple_tag(takes_context=True)
def post(context: template.Context, post_id: int | None) -> str:
    """The name of a post, or that nobody has it."""
    people = context.get("people")
    found = people.by_id(post_id) if people and post_id else None
    if found is None:
        return conditional_escape(say_word("nobody", _lang(context)))
    return conditional_escape(found.name.get(_lang(context)) or found.name["zh"])


@register.simple_tag(takes_context=True)
def roles(context: template.Context, post: Any) -> str:
    """The roles of a post, in the words of its lines."""
    visit = context["visit"]
    return conditional_escape(" · ".join(visit.role_name(role, post.lines) for role in sorted(post.roles)))


@register.filter
def num(value: Any) -> str:
    """A number with its thousands set apart; nothing is shown as a dash."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.filter
def percent(part: float | None, whole: float | None = None) -> str:
    """A share in percent with one decimal; of nothing there is no share."""
    if part is None or whole == 0:
        return "–"
    share = part if whole is None else 100 * part / whole
    return f"{share:.1f}"


@register.filter
def isoday(value: date | datetime | None) -> str:
    """The date as an input field wants it."""
    return value.strftime("%Y-%m-%d") if value else ""


@register.filter
def get(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """One value of a mapping by a key that a template only knows at run time."""
    return (mapping or {}).get(key, "")


@register.simple_tag
def svg(markup: str) -> SafeString:
    """Markup that this program has drawn itself (codes, diagrams); never a visitor's text."""
    return mark_safe(markup)  # noqa: S308


@register.simple_tag
def chart(said: Chart) -> SafeString:
    """A report's chart as it is printed; its labels are escaped where it is drawn."""
    return mark_safe(charts.svg(said))  # noqa: S308


def _zone(context: template.Context) -> ZoneInfo:
    town = context.get("town")
    return town.zone if town else ZoneInfo("Asia/Shanghai")


def _now(context: template.Context) -> datetime:
    now: datetime = context["now"]
    return now


@register.simple_tag(takes_context=True)
def category(context: template.Context, row: Any) -> str:
    """What sort of thing a case is: its category's name in the town's dictionary, else its kind."""
    town, lang = context.get("town"), _lang(context)
    if town is None:
        return conditional_escape(row.category)
    for table in town.tables.get(row.line, {}).values():
        if listed := table.get(row.category):
            return conditional_escape(listed.get(lang) or listed.get("zh") or row.category)
    return conditional_escape(town.say(f"kind.{row.kind}", lang, row.line))


@register.simple_tag(takes_context=True)
def titled(context: template.Context, row: Any) -> str:
    """What a case is called: its title, and where none is given what sort of thing it is; no link is without a name."""
    return conditional_escape(row.title) if row.title else category(context, row)


@register.simple_tag(takes_context=True)
def grade(context: template.Context, line: str, by: str, value: str) -> str:
    """A value that a limit is graded by: a choice's word, else its name in one of the line's dictionaries."""
    town, lang, key = context["town"], _lang(context), f"choice.{by}.{value}"
    said = town.say(key, lang, line)
    listed = (
        next((t[value] for t in town.tables.get(line, {}).values() if value in t), {}) if said == key else {}
    )
    return conditional_escape(listed.get(lang, said))


@register.simple_tag(takes_context=True)
def amount(context: template.Context, value: Any) -> str:
    """The length of a limit in an officer's words."""
    return conditional_escape(value.label(_lang(context)))
