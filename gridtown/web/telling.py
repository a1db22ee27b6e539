"""Figures as pages tell them: names, questions, formulas, comparisons and slices in the reader's words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from gridtown.cases import queries
from gridtown.kernel.indicator import Indicator
from gridtown.kernel.period import Period
from gridtown.report.figures.comparing import Compared
from gridtown.report.figures.crossing import MONTH
from gridtown.report.figures.formula import in_words
from gridtown.report.figures.named import Named, Where
from gridtown.report.figures.numbers import SHARES
from gridtown.report.figures.reading import Reading
from gridtown.report.prose import annual
from gridtown.report.words import say as report_say
from gridtown.town import Town
from gridtown.web.visit import Visit

STALE_HOURS, REVIEW_DAYS = 26, 365  # a town's own are in its town.toml, [figures]
_HAN = "zh"


@dataclass(frozen=True, eq=False)
class Definition:
    """What there is to say of an indicator in a language, whatever it stands at.

    `formula` is said from its expressions, `gist` by its line.
    """

    town: Town
    named: Named
    lang: str
    name: str
    gist: str
    formula: str
    why: str
    owner: str


@dataclass(frozen=True)
class Told:
    """An indicator with its reading, ready for a page."""

    what: Definition
    key: str
    line: str
    name: str
    shown: str | None
    unit: str
    of: int
    count: int | None
    shape: str
    review_due: bool
    compared: Compared | None
    turn: str


_known: dict[tuple[Indicator, str], Definition] = {}


def definition(town: Town, named: Named, lang: str) -> Definition:
    """An indicator as it is defined, found out once in a process."""
    found = _known.get((named.indicator, lang))
    if found is None or found.town is not town:  # a town that was read anew may have other words
        ind, line = named.indicator, named.line.key
        found = _known[ind, lang] = Definition(
            town, named, lang, town.say(f"indicator.{ind.key}", lang, line), town.say(f"formula.{ind.key}", lang, line),
            in_words(town, named, lang), why_of(town, named, lang), town.say("owner", lang, line),
        )  # fmt: skip
    return found


def period_of(request: HttpRequest, visit: Visit) -> str:
    """The period that is asked for, else the running year; in January the one before, while its report is written."""
    asked, today = request.GET.get("period", "").strip()[:32], visit.now.astimezone(visit.town.zone)
    before = str(today.year - 1)
    return asked or (before if today.month == 1 and before in annual.years(visit.town) else str(today.year))


def periods(visit: Visit, chosen: str) -> list[str]:
    """Periods to choose from: this year and the two before, and the quarters of the chosen one."""
    year = visit.now.astimezone(visit.town.zone).year
    of = chosen[:4] if chosen[:4].isdecimal() else str(year)
    return list(
        dict.fromkeys([str(year), str(year - 1), str(year - 2), of, *(f"{of}-Q{n}" for n in range(1, 5))])
    )


def tell(visit: Visit, named: Named, reading: Reading, compared: Compared | None = None) -> Told:
    """An indicator in the reader's language."""
    ind, what, shown = named.indicator, definition(visit.town, named, visit.lang), reading.shown()
    return Told(
        what=what, key=named.key, line=named.line.key, name=what.name, shown=shown,
        unit=report_say(f"unit.{ind.unit}", visit.lang, n=shown), of=reading.of, count=reading.count, shape=ind.shape,
        review_due=_review_due(visit, named), compared=compared, turn=turn_of(visit, compared) if compared else "",
    )  # fmt: skip


def _review_due(visit: Visit, named: Named) -> bool:
    """Whether nobody has looked at an indicator's definition for so long that somebody should."""
    days, reviewed = figures_setting(visit.town, "review_days", REVIEW_DAYS), named.indicator.reviewed
    return reviewed is None or visit.now.astimezone(visit.town.zone).date() - reviewed > timedelta(days=days)


def figures_setting(town: Town, key: str, default: int) -> int:
    """A number of the town's own about figures: [figures] in its town.toml."""
    return int(town.options.get("figures", {}).get(key, default))


def why_of(town: Town, named: Named, lang: str) -> str:
    """Why it is asked like this, in the line's words, one for each family; else (English only) the expressions' own."""
    family = named.indicator.family
    key = f"family_why.{family}" if family else f"indicators.{named.indicator.key}.why"
    said = town.say(key, lang, named.line.key)
    if said != key:
        return said
    return named.indicator.why if lang == "en" else ""


def turn_of(visit: Visit, compared: Compared) -> str:
    """The difference from last year in a few words: 较去年同期 +3.2 个百分点; "" where it cannot be said."""
    if compared.difference is None:
        return ""
    points = compared.now.unit in SHARES
    unit = (
        visit.say("turn.points")
        if points
        else report_say(f"unit.{compared.now.unit}", visit.lang, n=compared.shown_difference().lstrip("+-−"))
    )
    text = f"{compared.shown_difference()}{' ' if unit else ''}{unit}"
    if (change := compared.shown_change()) is not None:
        text += visit.say("turn.change", x=change)
    return visit.say("turn.same", x=text) if compared.running else visit.say("turn.before", x=text)


def freshness(visit: Visit, reading: Reading | None) -> dict[str, Any]:
    """Up to which entry and when the ledger was read, whether that is too long ago, and how much came since."""
    as_of = reading.as_of if reading else None
    hours = figures_setting(visit.town, "stale_hours", STALE_HOURS)
    return {
        "as_of": as_of,
        "cursor": reading.cursor if reading else 0,
        "stale": bool(as_of) and visit.now - as_of > timedelta(hours=hours),
        "stale_hours": hours,
        "unread": max(0, queries.last_id() - reading.cursor) if reading and as_of else 0,
    }


def value_of(visit: Visit, line: str, axis: str, value: str, year: str = "") -> str:
    """What a slice's value is called: a village, a month, a category …"""
    if not value:
        return visit.say("slice.none")
    if axis in ("village", "grid"):
        return visit.places.name(value, visit.lang)
    if axis == MONTH:
        month = visit.say(f"month.{int(value[5:])}")
        return month if value[:4] == year else visit.say("slice.month", year=value[:4], month=month)
    if axis == "category":
        for table in visit.town.tables.get(line, {}).values():
            if listed := table.get(value):
                return str(listed.get(visit.lang) or listed.get(_HAN) or value)
    said = visit.word(line, f"{axis}.{value}")
    return value if said == f"{axis}.{value}" else said


def where_said(visit: Visit, line: str, where: Where) -> list[str]:
    """What a figure is narrowed to, in words."""
    return [f"{visit.say(f'slice.by_{axis}')}: {value_of(visit, line, axis, value)}" for axis, value in where]


def month_name(visit: Visit, period: Period) -> str:
    """A month's name without its year."""
    return visit.say(f"month.{period.since.astimezone(visit.town.zone).month}")
