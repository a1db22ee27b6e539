"""What is asked of published figures: each statistic's level and growth as published, and how figures were kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gridtown.kernel.family import Family
from gridtown.kernel.indicator import Indicator, Unit, _
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)
# A count that somebody has published is a number to us: nothing of it stands in the ledger to be counted.
UNITS: Mapping[str, Unit] = {
    "yuan": "yuan", "m2": "m2", "km": "km", "mu": "mu", "ratio": "ratio", "count": "number",
}  # fmt: skip


def _published(key: str) -> Any:
    """The figure of this statistic for exactly the period that is asked about, as it stands now."""
    whole = (_.f_begins == _.since) & (_.f_ends == _.ends)
    return (_.f_statistic == key) & whole & _.stood_until.isnull()


def level(key: str, row: Mapping[str, Any]) -> Indicator:
    """A statistic's amount in the period, as published last."""
    return Indicator(
        key, "", kind="register:figure", of=_published(key), measure=_.f_amount, agg="max",
        better=row["better"], unit=UNITS[row["unit"]], time="f_begins", basis=OURS, reviewed=REVIEWED,
        why="The publisher's figure, not ours: its record has source, date and every revision.",
    )  # fmt: skip


def growth(key: str, row: Mapping[str, Any]) -> Indicator | None:
    """A statistic's rate against the same period of the year before, as published; none of what is a rate itself."""
    if row["unit"] == "ratio":
        return None
    return Indicator(
        f"{key}_yoy", "", kind="register:figure", of=_published(key), measure=_.f_rate, agg="max",
        better=row["better"], unit="ratio", time="f_begins", basis=OURS, reviewed=REVIEWED, grows=key,
        why="As published; what follows from last year's figure stands beside it on the statistic's page.",
    )  # fmt: skip


FAMILIES = (
    Family("level", table="statistic", of=level),
    Family("growth", table="statistic", of=growth),
)

INDICATORS = (
    Indicator("figures", "How many published figures were taken down?",
        kind="register:figure", of=_.kept_first.notnull(), time="kept_first", basis=OURS, reviewed=REVIEWED,
        why="Each statistic and period once, however often it was revised."),
    Indicator("revisions", "How often was a published figure revised?",
        kind="register:figure", of=_.kept_first.isnull() & (_.stood_from > _.since), time="stood_from", basis=OURS,
        reviewed=REVIEWED, why="A revision keeps what was said before, and says why."),
    Indicator("queries", "How many questions about published figures were asked?",
        kind="query", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED,
        why="Most are asked because the growth published is not what follows from last year's figure."),
    Indicator("queries_on_time", "Of the questions about figures that fell due, how many were answered in time?",
        kind="query", of=_.asked_due.notnull(), count=~_.asked_late & ~_.asked_open, time="asked_due",
        unit="percent", better="higher", basis=OURS, reviewed=REVIEWED, why="Open late ones included."),
)  # fmt: skip
