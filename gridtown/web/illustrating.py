"""The pictures of one indicator: this year against last, the map by village, and a little chart for each village."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from gridtown.kernel.period import Period
from gridtown.report import indicators
from gridtown.report.named import Named
from gridtown.report.numbers import SHARES
from gridtown.report.reading import Reading
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
        title=visit.word(named.line.key, f"indicator.{named.indicator.key}"),
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
    place = scoped["place"]
    by_village = len(place) < _VILLAGE_DIGITS and indicators.open_to(
        visit.hats, named.line.key, place, ("village",)
    )
    whole = indicators.asked(scoped["period"], place, (), visit.town)
    months = months_of(whole, visit)
    before = [month.year_before(visit.town.zone) for month in months]
    found = indicators.read_many(
        [named.key], periods=[*months, *before, whole], place=place, where=scoped["where"], town=visit.town,
        by=("village",) if by_village and "village" in named.line.columns_of(named.indicator.kind) else (),
    )  # fmt: skip
    now, last = ([found[named.key, p.key] for p in part] for part in (months, before))
    line = course(visit, named, months, now, last, links=[href(period=month.key) for month in months])
    drawn_line = line if any(r.plain is not None for r in (*now, *last)) else None
    if not by_village:
        return Pictures(drawn_line, None, None)
    total = found[named.key, whole.key]
    shown = {str(part.by[0]): total.shown_slice(part) for part in total.slices if part.by[0]}
    plain = {str(part.by[0]): total.plain_slice(part) for part in total.slices if part.by[0]}
    drawn = choropleth(
        key, line.title, values={k: v for k, v in plain.items() if v is not None}, shown=shown,
        href=href(place="{code}").replace("%7Bcode%7D", "{code}"), lang=visit.lang, stamp=visit.stamp,
    )  # fmt: skip
    return Pictures(drawn_line, drawn, _villages(visit, line.title, now, last, shown, href))


def _villages(
    visit: Visit, title: str, now: list[Reading], last: list[Reading], shown: Mapping[str, str | None],
    href: Callable[..., str],
) -> Multiples:  # fmt: skip
    """A little chart for each village that has anything to show."""

    def values(readings: list[Reading], code: str) -> list[float | None]:
        parts = ((r, next((p for p in r.slices if p.by[0] == code), None)) for r in readings)
        # Nothing happened in a month that the ledger knows: nought of a count, nothing to say of a share.
        return [
            r.plain_slice(p) if p else (0.0 if r.unit == "count" and not r.missing else None)
            for r, p in parts
        ]

    codes = sorted(shown)
    smalls = [
        Small(visit.places.name(c, visit.lang), href(place=c), values(now, c), values(last, c), shown[c])
        for c in codes
    ]
    return Multiples(title, smalls, [r.period.key for r in now])
