"""A claim's period as the ledger is asked for it."""

import calendar
import re
from datetime import tzinfo

from gridtown.kernel.period import Period

_HALF = re.compile(r"(\d{4})-H([12])")
_RANGE = re.compile(r"(\d{4})(?:-(\d{2}))?/(\d{4})(?:-(\d{2}))?")


def period(said: str | None, zone: tzinfo) -> Period | None:
    """2023, 2023-H1, 2023-Q1, 2023-05, 2023-01/2023-09, 2021/2025; None for what is none."""
    if not said:
        return None
    if found := _HALF.fullmatch(said):
        first, last = ("01-01", "06-30") if found[2] == "1" else ("07-01", "12-31")
        said = f"{found[1]}-{first}..{found[1]}-{last}"
    elif found := _RANGE.fullmatch(said):
        year, month = int(found[3]), int(found[4] or 12)
        if not 1 <= month <= 12:
            return None
        said = f"{found[1]}-{found[2] or '01'}-01..{year}-{month:02}-{calendar.monthrange(year, month)[1]}"
    try:
        return Period.parse(said, zone)
    except ValueError:
        return None


def so_far(said: str | None) -> str | None:
    """All the year up to a month's end: 2023-10 as 2023-01/2023-10."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", said or "")
    return f"{found[1]}-01/{found[0]}" if found else said


def year_before(now: Period, zone: tzinfo) -> Period:
    """The same stretch of the year before."""
    earlier = re.sub(r"(?<!\d)\d{4}(?=$|-)", lambda year: str(int(year[0]) - 1), now.key)
    return Period.parse(earlier.replace("-02-29", "-02-28"), zone)
