"""情况报告: in event mode a report is opened at each full hour (or the interval set), once."""

from datetime import datetime

from gridtown import town as towns
from gridtown.cases import actions, modes, store
from gridtown.cases.actions.falling import TICKER
from gridtown.kernel.amounts import hours
from gridtown.kernel.mode import Running
from gridtown.kernel.recurring import Span, span_at
from gridtown.kernel.told import DUTY
from gridtown.town import Town


def open_due(*, now: datetime) -> int:
    """Open the report of the present hour, if event mode is on and it is owed; how many were opened.

    Safe to run twice or by two at once: event and hour make the key. The first one is owed at the first full hour
    after the mode was switched on; hours in which nobody ticked are not made up for, the next report counts them.
    """
    town = towns.current()
    on = modes.current(now)
    if on is None:
        return 0
    span = span_of(town, on, now)
    key = f"report:{on.number}:{span.key}"
    if span.since < on.since or store.known_keys([key]):
        return 0
    told = actions.report(
        line=on.line,
        kind=on.how.reports,
        answers={},
        by=TICKER,
        now=now,
        channel=DUTY,
        place=on.place,
        key=key,
    )
    return int(not told.repeated)


def span_of(town: Town, on: Running, now: datetime) -> Span:
    """The hours for which a report is owed now; the next one is due when they end."""
    return span_at(hours(on.hours), now, town.zone)
