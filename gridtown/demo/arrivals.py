"""When residents report: a number for each day about a rate that varies by month, weekday and chance."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from gridtown.demo.engine import poisson
from gridtown.demo.scenario import Scenario
from gridtown.kernel.calendar import Calendar

_MONDAY, _FRIDAY, _SUNDAY = 0, 4, 6
_DAY_HOURS = range(24)


@dataclass
class Arrivals:
    """The arrivals of a scenario's year: so many are expected in all, and the draw decides how many come."""

    scenario: Scenario
    calendar: Calendar
    chance: Random
    _whole: float = field(init=False)
    _mix: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        """Weigh the days of the year once, so that holidays do not make it shorter than the scenario says."""
        year = self.scenario.year
        days = (year.first + timedelta(days=n) for n in range((year.last - year.first).days + 1))
        self._whole = sum(self._weight(day) for day in days)
        self._mix = dict.fromkeys(("call", "online", "staff"), 0.0)
        for channel in self.scenario.channels.values():
            self._mix[channel.hours] += channel.share

    def of(self, day: date, midnight: datetime) -> list[tuple[datetime, str]]:
        """Each report of a day and by whom it comes (call, online, staff), in the order of time."""
        noise = self.scenario.arrivals.noise
        luck = self.chance.gammavariate(1 / noise**2, noise**2) if noise else 1.0
        rate = self.scenario.year.matters * self._weight(day) / self._whole
        whose = self.chance.choices(
            list(self._mix), list(self._mix.values()), k=poisson(rate * luck, self.chance)
        )
        return sorted((midnight + self._time_of_day(who), who) for who in whose)

    def _weight(self, day: date) -> float:
        """A holiday counts as a Sunday, a make-up workday as a Monday."""
        weekday = day.weekday()
        if self.calendar.is_workday(day):
            weekday = _MONDAY if weekday > _FRIDAY else weekday
        elif weekday <= _FRIDAY:
            weekday = _SUNDAY
        arrivals = self.scenario.arrivals
        return arrivals.month[day.month - 1] * arrivals.weekday[weekday]

    def _time_of_day(self, who: str) -> timedelta:
        hour = self.chance.choices(_DAY_HOURS, getattr(self.scenario.hours, who))[0]
        return timedelta(hours=hour, seconds=self.chance.randrange(3600))
