"""Seeds a town's calendar.toml from the published holidays, which the town then owns and edits.

Run `python -m gridtown.people.calendar_seed 2022 2026` to print the tables of those years.
"""

import argparse
from collections.abc import Iterable
from datetime import date, timedelta

import chinese_calendar

from gridtown.kernel.calendar import CHINA, OFFICE, MissingYear

_HEAD = f"""\
# The working-day calendar of the town: edit it freely, the program reads nothing else.
# holidays: days off beside ordinary weekends. make_up_workdays: weekends that are worked (调休).
# A year without a table is an error and never guessed: when the State Council's notice for the next year
# is out (usually in November), add its table here and have the running clocks computed again.
zone = "{CHINA.key}"
office = "{OFFICE}"
"""


def seed(years: Iterable[int]) -> str:
    """The tables of these years as TOML; MissingYear for one whose holidays are not published yet."""
    known = {day.year for day in chinese_calendar.holidays}
    tables = []
    for year in sorted(set(years)):
        if year not in known:
            raise MissingYear(year, known)
        tables.append(_table(year))
    return "\n".join([_HEAD, *tables])


def _table(year: int) -> str:
    off = {day: name for day, name in chinese_calendar.holidays.items() if day.year == year}
    worked = {day: name for day, name in chinese_calendar.workdays.items() if day.year == year}
    return "\n".join(
        [
            f"[years.{year}]",
            f'source = "国务院办公厅关于{year}年部分节假日安排的通知, as kept by chinesecalendar"',
            "holidays = [",
            *(f"  {_written(first, last)},  # {_chinese(name)}" for first, last, name in _runs(off)),
            "]",
            "make_up_workdays = [",
            *(f'  "{day}",  # {_chinese(name)}' for day, name in sorted(worked.items())),
            "]",
            "",
        ]
    )


def _runs(named: dict[date, str]) -> list[tuple[date, date, str]]:
    """Days in a row under the same name, as (first, last, name)."""
    runs: list[tuple[date, date, str]] = []
    for day, name in sorted(named.items()):
        if runs and runs[-1][1] == day - timedelta(1) and runs[-1][2] == name:
            runs[-1] = (runs[-1][0], day, name)
        else:
            runs.append((day, day, name))
    return runs


def _written(first: date, last: date) -> str:
    return f'"{first}"' if first == last else f'"{first}..{last}"'


def _chinese(name: str) -> str:
    return str(chinese_calendar.Holiday(name).chinese)


def main() -> None:
    """Print the tables of the years from the first to the last given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    asked = parser.parse_args()
    try:
        print(seed(range(asked.first, asked.last + 1)), end="")
    except MissingYear as unknown:
        parser.error(str(unknown))


if __name__ == "__main__":
    main()
