"""The reader's base units beside those that indicators and targets are kept in: told apart here and nowhere else."""

from collections.abc import Mapping

# How long a duration of a text is, in seconds; a month is 30 days and a year 365, as offices reckon.
SECONDS: Mapping[str, int] = {
    "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip
_SAME: Mapping[str, str] = {"m²": "m2"}
_HOURS, _DAYS = frozenset({"minute", "hour"}), frozenset({"day", "week", "month", "year"})


def kept_in(unit: str) -> str:
    """The kernel's name of a reader's unit: m² is m2, minutes are hours, weeks, months and years are days."""
    return "hours" if unit in _HOURS else "days" if unit in _DAYS else _SAME.get(unit, unit)


def kept(value: float, unit: str) -> tuple[float, str]:
    """An amount of a text in the kernel's unit: two weeks are 14 days."""
    to = kept_in(unit)
    if unit not in SECONDS:
        return value, to
    return value * SECONDS[unit] / SECONDS["hour" if to == "hours" else "day"], to
