"""The cases, or records, that a figure opens into, as far as a reader may see them."""

from dataclasses import dataclass
from datetime import datetime

from gridtown import town as towns
from gridtown.cases import queries
from gridtown.cases.queries import Brief
from gridtown.cases.queries import Named as NamedRecord
from gridtown.kernel.indicator import Part
from gridtown.kernel.period import Period
from gridtown.kernel.standing import PREFIX
from gridtown.people.scope import Scope
from gridtown.report.figures import finding
from gridtown.report.figures.named import Where, asked, find, span_of
from gridtown.town import Town
from gridtown.warehouse import lake as lakes


@dataclass(frozen=True)
class Behind:
    """Some of the cases, or of the records, behind a figure, the newest first.

    part: which of them: those counted, all asked about ("of"), or the "rest". next: the id to go on below, None
    at the end. hidden: how many on this page the reader may not see.
    """

    part: Part
    cases: tuple[Brief, ...]
    records: tuple[NamedRecord, ...]
    next: int | None
    hidden: int


def cases_behind(
    key: str,
    *,
    scope: Scope,
    now: datetime,
    period: str | Period,
    place: str = "",
    part: Part | None = None,
    where: Where = (),
    after: int = 0,
    size: int = 50,
    town: Town | None = None,
) -> Behind:
    """The cases that a figure opens into, as far as the reader may see them; keyset paged."""
    town = town or towns.current()
    named = find(key, town)
    lake = lakes.tables(town)
    span = span_of(asked(period, place, (), town), place, lake)
    found = finding.behind(
        lake, named.line.key, named.indicator, span, part, where, after=after, most=size + 1
    )
    page = found[:size]
    register = named.indicator.kind.startswith(PREFIX)
    cases = () if register else queries.behind(scope=scope, ids=page, now=now)
    records = _records(scope, page) if register else ()
    default: Part = "of" if named.indicator.count is None else "count"
    hidden = len(page) - len(cases) - len(records)
    return Behind(part or default, cases, records, page[-1] if len(found) > size else None, hidden)


def _records(scope: Scope, ids: list[int]) -> tuple[NamedRecord, ...]:
    """The records of these ids that the reader may see."""
    known = queries.named_records(ids=ids)
    return tuple(r for i in ids if (r := known.get(i)) and scope.sees(r.line, r.place, 0))
