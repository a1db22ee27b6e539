"""Published figures: one record for each statistic and period, whose revisions are its history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gridtown.kernel.line import Register
from gridtown.kernel.quantity import Amount, NoAmount, read_amount, read_growth
from gridtown.kernel.told import Doing, Refused
from gridtown.lines.economy.forms import Figure
from gridtown.lines.economy.periods import Covered


def read(doing: Doing) -> Mapping[str, Any]:
    """A figure's period, amount and rate as numbers; Refused naming what cannot be read."""
    said, row = doing.answers, doing.tables["statistic"][str(doing.answers["statistic"])]
    try:
        covered = Covered.read(str(said["period"]))
    except ValueError:
        raise _wrong("period", "guard.not_a_period") from None
    if not (said.get("value") or said.get("growth")):
        raise _wrong("value", "guard.nothing_said")
    begins, ends = covered.span(doing.calendar.zone)
    _dated(doing, begins.astimezone(doing.calendar.zone).date())
    written_in = str(doing.tables.get("unit", {}).get(str(said.get("unit")), {}).get("zh", ""))
    amount = _of("value", said, lambda text: read_amount(text, str(row["unit"]), written_in))
    rate = _of("growth", said, read_growth)
    return {
        "name": f"{row['zh']} {covered.said()}", "covers": covered.key, "begins": begins, "ends": ends,
        "amount": amount and amount.value, "within": amount and amount.within,
        "rate": rate and rate.value, "rate_within": rate and rate.within,
    }  # fmt: skip


def _dated(doing: Doing, begins: date) -> None:
    """A figure is published after its period has begun, and not in days to come."""
    if not (told := doing.answers.get("published_on")):
        return
    if not begins <= date.fromisoformat(str(told)) <= doing.calendar.day(doing.now):
        raise _wrong("published_on", "guard.published_when")


def _of(name: str, said: Mapping[str, Any], reader: Any) -> Amount | None:
    try:
        return reader(str(said[name])) if said.get(name) else None
    except NoAmount as wrong:
        raise _wrong(name, wrong.key) from None


def _wrong(name: str, key: str) -> Refused:
    return Refused("form_invalid", fields={name: key})


FIGURES = Register(
    "figure",
    form=Figure,
    named_by="name",
    kept_by=("statistician", "admin"),
    derive=read,
    unique=True,
    why="why",
    townwide=True,
    shows=("period", "value", "unit", "growth", "body", "published_on"),
)
