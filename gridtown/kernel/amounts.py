"""Amounts of time in the four units of an office, and when they end: all counting is in whole seconds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from gridtown.kernel.calendar import Calendar

SECOND = timedelta(seconds=1)


class Unit(StrEnum):
    """What a limit is counted in: hours around the clock, 工作时, 工作日, or natural days 日."""

    HOURS = "hours"
    WORK_HOURS = "work_hours"
    WORKDAYS = "workdays"
    DAYS = "days"


MINUTES = "minutes"  # how less than an hour is written and said
BY_DAY = frozenset({Unit.WORKDAYS, Unit.DAYS})
_LABELS: dict[str, dict[str, str]] = {
    "zh": {
        Unit.HOURS: "{}小时",
        Unit.WORK_HOURS: "{}个工作时",
        Unit.WORKDAYS: "{}个工作日",
        Unit.DAYS: "{}日",
        MINUTES: "{}分钟",
    },
    "en": {
        Unit.HOURS: "{} hour",
        Unit.WORK_HOURS: "{} working hour",
        Unit.WORKDAYS: "{} working day",
        Unit.DAYS: "{} day",
        MINUTES: "{} minute",
    },
}


@dataclass(frozen=True, slots=True)
class Amount:
    """How long: a positive number of a unit, whole for days and workdays.

    Natural days that end on a non-working day roll to the next workday (民法典 203, 民诉 85)
    unless `roll` is off.
    """

    n: float
    unit: Unit
    roll: bool = True

    def __post_init__(self) -> None:
        """Refuse what no clock could count."""
        if not 0 < self.n < float("inf"):
            raise ValueError(f"a limit must be longer than nothing and finite, not {self.n}")
        if self.unit in BY_DAY and self.n != int(self.n):
            raise ValueError(f"{self.unit} are counted whole, not {self.n}")
        if self.unit not in BY_DAY and self.n * 3600 < 1:
            raise ValueError(f"a limit is at least one second, not {self.n} {self.unit}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "5 workdays", "2 hours" or "10 minutes"; "30 days exact" does not roll off a holiday."""
        match text.split():
            case [n, unit] if unit == MINUTES and n.replace(".", "", 1).isdigit():
                return cls(float(n) / 60, Unit.HOURS)
            case [n, unit] | [n, unit, "exact"] if unit in {each.value for each in Unit}:
                try:
                    value = float(n)
                except ValueError:
                    raise ValueError(f"an amount begins with a number, not {n!r}") from None
                return cls(
                    int(value) if value == value // 1 else value,
                    Unit(unit),
                    not text.rstrip().endswith("exact"),
                )
        raise ValueError(
            f"an amount is written like '5 workdays' with one of {', '.join(Unit)}; not {text!r}"
        )

    def __str__(self) -> str:
        n, unit = self._said
        return f"{n:g} {unit}{'' if self.roll else ' exact'}"

    @property
    def _said(self) -> tuple[float, str]:
        """The number and the unit as people say them: less than an hour is minutes."""
        short = self.unit is Unit.HOURS and self.n < 1
        return (self.n * 60, MINUTES) if short else (self.n, self.unit)

    def label(self, lang: str) -> str:
        """In an officer's words: "5个工作日", "5 working days"."""
        n, unit = self._said
        said = _LABELS[lang][unit].format(f"{n:g}")
        return said + "s" if lang == "en" and n != 1 else said

    @property
    def seconds(self) -> int:
        """The length of an amount of hours or office hours."""
        return round(self.n * 3600)

    def exceeds(self, other: "Amount") -> bool:
        """Whether this is the longer one; only amounts of one unit can be compared."""
        if self.unit != other.unit:
            raise ValueError(f"{self} cannot be compared with {other}: state it in {other.unit}")
        return self.n > other.n


def minutes(n: float) -> Amount:
    """Minutes around the clock, counted as hours."""
    return Amount(n / 60, Unit.HOURS)


def hours(n: float) -> Amount:
    """Hours around the clock."""
    return Amount(n, Unit.HOURS)


def work_hours(n: float) -> Amount:
    """工作时: hours inside office hours."""
    return Amount(n, Unit.WORK_HOURS)


def workdays(n: int) -> Amount:
    """工作日: the day on which it starts is not counted."""
    return Amount(n, Unit.WORKDAYS)


def days(n: int, *, roll: bool = True) -> Amount:
    """Natural days: the day on which it starts is not counted."""
    return Amount(n, Unit.DAYS, roll)


def due(start: datetime, amount: Amount, calendar: Calendar) -> datetime:
    """The last second, in UTC, in which something that starts now is still in time.

    Days end with their last local second. MissingYear where the calendar does not reach that far.
    """
    start = whole(start)
    match amount.unit:
        case Unit.HOURS:
            return start + timedelta(seconds=amount.seconds)
        case Unit.WORK_HOURS:
            return calendar.add_work(start, amount.seconds)
        case Unit.WORKDAYS:
            return calendar.end_of(calendar.add_workdays(calendar.day(start), int(amount.n)))
        case Unit.DAYS:
            day = calendar.day(start) + timedelta(int(amount.n))
            return calendar.end_of(calendar.next_workday(day) if amount.roll else day)


def left(now: datetime, due: datetime, unit: Unit, calendar: Calendar) -> float:
    """What remains, in the unit's own measure: seconds, office seconds or whole days; negative if over."""
    match unit:
        case Unit.HOURS:
            return (due - whole(now)) // SECOND
        case Unit.WORK_HOURS:
            return calendar.work_between(whole(now), due)
        case Unit.WORKDAYS:
            return calendar.workdays_between(calendar.day(now), calendar.day(due))
        case Unit.DAYS:
            return (calendar.day(due) - calendar.day(now)).days


def resume(now: datetime, left: float, unit: Unit, calendar: Calendar, *, roll: bool = True) -> datetime:
    """The due time of a clock that stood still with so much left; a last day (0 left) lasts until its end."""
    now = whole(now)
    match unit:
        case Unit.HOURS:
            return now + timedelta(seconds=left)
        case Unit.WORK_HOURS:
            return max(now, calendar.add_work(now, int(left)))
        case Unit.WORKDAYS:
            today = calendar.day(now)
            return calendar.end_of(
                calendar.add_workdays(today, int(left)) if left else calendar.next_workday(today)
            )
        case Unit.DAYS:
            day = calendar.day(now) + timedelta(left)
            return calendar.end_of(calendar.next_workday(day) if roll else day)


def at_share(start: datetime, due: datetime, share: float, unit: Unit, calendar: Calendar) -> datetime:
    """The moment, strictly between the two, when a share of the time is used (for 工作时: of office time)."""
    if not (0 < share < 1 and start < due):
        raise ValueError(f"there is no {share} of the time from {start} to {due}")
    if unit is Unit.WORK_HOURS and (total := calendar.work_between(start, due)) > 0:
        at = calendar.add_work(start, int(total * share))
    else:
        at = (start + (due - start) * share).replace(microsecond=0)
    return at if start < at < due else start + (due - start) / 2


def whole(moment: datetime) -> datetime:
    """A moment in UTC, in whole seconds; a naive one is refused, because nobody knows when it is."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0)
