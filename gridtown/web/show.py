"""How times, spans and amounts are said to people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gridtown.web.words import say

Light = Literal["late", "soon", "fine", "over", "none"]
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
SOON = timedelta(hours=24)  # on lists; the page of a case shows each clock's own warning share


def span(seconds: float, lang: str) -> str:
    """A length of time in its two largest units."""
    rest = int(abs(seconds))
    if rest < _MINUTE:
        return say("span.moment", lang)
    days, rest = divmod(rest, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    if days >= 10 or (days and not hours):
        parts = [("days", days)]
    elif days:
        parts = [("days", days), ("hours", hours)]
    elif hours:
        parts = [("hours", hours)] + ([("minutes", minutes)] if minutes and hours < 10 else [])
    else:
        parts = [("minutes", minutes)]
    return " ".join(say(f"span.{unit}", lang, n=n) for unit, n in parts)


def moment(at: datetime, now: datetime, zone: ZoneInfo, lang: str) -> str:
    """A moment as one would say it on the day of reading: today, yesterday, this year, another year."""
    here, today = at.astimezone(zone), now.astimezone(zone)
    clock = f"{here:%H:%M}"
    apart = (today.date() - here.date()).days
    if apart in (-1, 0, 1):
        return say(f"when.{('tomorrow', 'today', 'yesterday')[apart + 1]}", lang, clock=clock)
    month = say(f"month.{here.month}", lang)
    key = "when.this_year" if here.year == today.year else "when.other_year"
    return say(key, lang, month=month, day=here.day, year=here.year, clock=clock)


def within(at: datetime, now: datetime, zone: ZoneInfo, lang: str) -> str:
    """The same in the middle of a sentence: by tomorrow 10:30, as of today 10:43."""
    text = moment(at, now, zone, lang)
    return text[:1].lower() + text[1:]


def day(at: datetime, zone: ZoneInfo, lang: str) -> str:
    """The whole date without the hour."""
    here = at.astimezone(zone)
    return say("when.day", lang, month=say(f"month.{here.month}", lang), day=here.day, year=here.year)


@dataclass(frozen=True, slots=True)
class Due:
    """When something must be done, as a light and a few words."""

    light: Light
    text: str
    at: datetime | None


def due_of(due: datetime | None, *, now: datetime, ended: bool, lang: str, soon: timedelta = SOON) -> Due:
    """The light and the words for a due time; what has ended no longer has one."""
    if ended:
        return Due("over", say("due.ended", lang), due)
    if due is None:
        return Due("none", say("due.none", lang), None)
    left = (due - now).total_seconds()
    if left < 0:
        return Due("late", say("due.late", lang, span=span(left, lang)), due)
    light: Light = "soon" if due - now <= soon else "fine"
    return Due(light, say("due.left", lang, span=span(left, lang)), due)
