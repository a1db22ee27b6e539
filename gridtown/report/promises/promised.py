"""What a town has promised: its targets as they stood at a position of the ledger, for reports and for residents.

Only what is public: a target is, unless it was withheld on one of the grounds that the law knows.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from gridtown.cases import queries
from gridtown.kernel.answering import masked
from gridtown.kernel.purpose import Promises
from gridtown.report.promises import targets
from gridtown.report.promises.targets import Standing, Target
from gridtown.town import Town
from gridtown.warehouse.lake import Lake

# A mobile number or an identity card's, should one have got into a title: nobody's belongs on a public page.
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


def plain(text: str) -> str:
    """A title or a document's name as the public may read it."""
    return _PERSONAL.sub(lambda found: masked(found[0], "text"), text)


def public(town: Town, *, upto: int | None = None) -> tuple[Target, ...]:
    """The public targets in the order in which they were set; upto: as their entries up to there tell of them."""
    here = town.serving(Promises)
    if here is None:
        return ()
    seen = queries.seen_at(town=town.code, line=here.line, kind=here.target, upto=upto)
    found = map(targets.target_of, seen)
    return tuple(target for target in found if target.public)


def of_year(
    found: Sequence[Target], year: int, now: datetime, town: Town, lake: Lake
) -> tuple[Standing, ...]:
    """Those that fall due in a year, each held against the figures of a lake."""
    return tuple(targets.standings([t for t in found if t.due.year == year], {}, now, town, lake))


def of_report(year: str, town: Town, lake: Lake) -> tuple[Standing, ...]:
    """The targets of a report's year as they stood at the position that its figures are read from."""
    if lake.as_of is None:
        return ()
    return of_year(public(town, upto=lake.cursor), int(year), lake.as_of, town, lake)


def years(found: Sequence[Target]) -> tuple[int, ...]:
    """The years that something is promised for, newest first."""
    return tuple(sorted({target.due.year for target in found}, reverse=True))


def chosen(found: Sequence[Target], year: int | None, now: datetime, town: Town) -> int:
    """The year that is shown: the one asked for, else the running one, else the newest that there is."""
    running, there = now.astimezone(town.zone).year, years(found)
    return year if year is not None else running if running in there or not there else there[0]


def promise_of(key: str, found: Sequence[Standing]) -> Standing | None:
    """The target of an indicator: of several the one that runs longest, of those the one that was set last."""
    own = [standing for standing in found if standing.target.indicator == key]
    return max(
        own, key=lambda s: (s.target.due, s.target.due - s.target.begins, s.target.seen.id), default=None
    )
