"""The pictures of one indicator: this year against last, the map by village, and a little chart for each village."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from gridtown.kernel.period import Period
from gridtown.report.figures import indicators
from gridtown.report.figures.named import Named
from gridtown.report.figures.numbers import SHARES
from gridtown.report.figures.reading import Reading, Slice
from gridtown.warehouse import lake as lakes
from gridtown.web import telling
from gridtown.web.pictures import Chart, Choropleth, Multiples, Series, Small, choropleth
from gridtown.web.visit import Visit

_TOWN_DIGITS = 9
_VILLAGE_DIGITS = 12


@dataclass(frozen=True)
class Pictures:
    """What there is to look at: no course without a figure in any month; by village only for whoever may read that."""

    course: Chart | None
    map: Choropleth | None
    villages: Multiples | None


def address(key: str, year: str, **more: str) -> str:
    """An indicator's page with something said of it."""
    return f"/indicators/{key}?" + urlencode({"period": year} | more)


def months_of(period: Period, visit: Visit) -> list[Period]:
    """The months of a period up to the ledger's present."""
    as_of = lakes.tables(visit.town).as_of
    return [m for m in period.months(visit.town.zone) if as_of is None or m.since < as_of]


def course(
    visit: Visit, named: Named, months: list[Period], now: list[Reading], before: list[Reading], **more: Any
) -> Chart:
    """This year's months beside last year's."""
    bars = named.indicator.shape == "count"
    year, last = (months[0].key[:4], before[0].period.key[:4]) if months else ("", "")
    return Chart(
        id=f"course-{named.key.replace('.', '-')}",
        title=_title(visit, named),
        axis=visit.say("ind.month"), names=[telling.month_name(visit, month) for month in months],
        series=(
            Series(year, [r.plain for r in now], [r.shown() for r in now], "bar" if bars else "line"),
            Series(last, [r.plain for r in before], [r.shown() for r in before], "line", quiet=True),
        ),
        unit="%" if named.indicator.unit in SHARES else "", **more,
    )  # fmt: skip


def pictures(
    visit: Visit, named: Named, scoped: Mapping[str, Any], href: Callable[..., str], key: str = "map"
) -> Pictures:
    """All pictures of a figure, with two questions to the lake; href answers its page's address, something changed."""
    by = _by_village(visit, named, scoped)
    months, before, whole = _periods(visit, scoped)
    found = _read(visit, named, scoped, [*months, *before, whole], by)
    now, last = ([found[named.key, p.key] for p in part] for part in (months, before))
    line = course(visit, named, months, now, last, links=[href(period=month.key) for month in months])
    drawn_line = line if any(r.plain is not None for r in (*now, *last)) else None
    if not by:
        return Pictures(drawn_line, None, None)
    total = found[named.key, whole.key]
    return Pictures(
        drawn_line,
        _map(visit, line.title, total, href, key),
        _villages(visit, line.title, now, last, total, href),
    )


def village_map(
    visit: Visit, named: Named, scoped: Mapping[str, Any], href: Callable[..., str], key: str
) -> Choropleth | None:
    """Its map alone, without its months; None for whoever may not read it by village."""
    if not (by := _by_village(visit, named, scoped)):
        return None
    whole = indicators.asked(scoped["period"], scoped["place"], (), visit.town)
    total = _read(visit, named, scoped, [whole], by)[named.key, whole.key]
    return _map(visit, _title(visit, named), total, href, key)


def village_courses(
    visit: Visit, named: Named, scoped: Mapping[str, Any], href: Callable[..., str]
) -> Multiples | None:
    """Its little charts alone; None for whoever may not read it by village."""
    if not (by := _by_village(visit, named, scoped)):
        return None
    months, before, whole = _periods(visit, scoped)
    found = _read(visit, named, scoped, [*months, *before, whole], by)
    now, last = ([found[named.key, p.key] for p in part] for part in (months, before))
    return _villages(visit, _title(visit, named), now, last, found[named.key, whole.key], href)


def _by_village(visit: Visit, named: Named, scoped: Mapping[str, Any]) -> tuple[str, ...]:
    """The slices that its pictures are of; none for whoever may not read them."""
    place, line = scoped["place"], named.line
    mine = len(place) < _VILLAGE_DIGITS and indicators.open_to(visit.hats, line.key, place, ("village",))
    return ("village",) if mine and "village" in line.columns_of(named.indicator.kind) else ()


def _periods(visit: Visit, scoped: Mapping[str, Any]) -> tuple[list[Period], list[Period], Period]:
    """The months of what is asked for, the same a year before, and all of it."""
    whole = indicators.asked(scoped["period"], scoped["place"], (), visit.town)
    months = months_of(whole, visit)
    return months, [month.year_before(visit.town.zone) for month in months], whole


def _read(
    visit: Visit, named: Named, scoped: Mapping[str, Any], periods: list[Period], by: tuple[str, ...]
) -> Mapping[tuple[str, str], Reading]:
    return indicators.read_many(
        [named.key], periods=periods, place=scoped["place"], where=scoped["where"], town=visit.town, by=by
    )


def _title(visit: Visit, named: Named) -> str:
    return visit.word(named.line.key, f"indicator.{named.indicator.key}")


def _shown(total: Reading) -> dict[str, str | None]:
    """Each village's figure as it is written."""
    return {str(part.by[0]): total.shown_slice(part) for part in total.slices if part.by[0]}


def _map(
    visit: Visit, title: str, total: Reading, href: Callable[..., str], key: str
) -> Choropleth | None:  # fmt: skip
    plain = {str(part.by[0]): total.plain_slice(part) for part in total.slices if part.by[0]}
    return choropleth(
        key, title, values={k: v for k, v in plain.items() if v is not None}, shown=_shown(total),
        href=href(place="{code}").replace("%7Bcode%7D", "{code}"), lang=visit.lang, stamp=visit.stamp,
    )  # fmt: skip


def _villages(
    visit: Visit,
    title: str,
    now: list[Reading],
    last: list[Reading],
    total: Reading,
    href: Callable[..., str],
) -> Multiples:
    """A little chart for each village that has anything to show."""
    courses = [[(r, {part.by[0]: part for part in r.slices}) for r in readings] for readings in (now, last)]

    def values(course: list[tuple[Reading, dict[Any, Slice]]], code: str) -> list[float | None]:
        # Nothing happened in a month that the ledger knows: nought of a count, nothing to say of a share.
        return [
            r.plain_slice(parts[code]) if code in parts
            else (0.0 if r.unit == "count" and not r.missing else None)
            for r, parts in course
        ]  # fmt: skip

    smalls = [
        Small(
            visit.places.name(code, visit.lang), href(place=code), *(values(course, code) for course in courses), shown
        )
        for code, shown in sorted(_shown(total).items())
    ]  # fmt: skip
    return Multiples(title, smalls, [r.period.key for r in now])
