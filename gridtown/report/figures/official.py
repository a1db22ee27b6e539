"""Published figures side by side: each with its revisions, and the growth that was published beside what follows.

A figure is known only as exactly as it was written: 12.8亿 lies between 12.75 and 12.85. The growth that follows from
two figures is therefore a stretch, and so is the one that was published; only stretches that do not meet disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gridtown import town as towns
from gridtown.cases import queries
from gridtown.cases.queries import RecordStep, RecordView
from gridtown.kernel.forms import fields_of
from gridtown.kernel.purpose import Published
from gridtown.people.scope import Scope
from gridtown.report.figures import numbers
from gridtown.report.figures.named import Named
from gridtown.town import Town

Verdict = Literal["agrees", "differs", "underived", "unpublished", "alone"]
_PAGE = 1000
_YEAR = 4  # digits of a year
_HUNDRED_MILLION, _TEN_THOUSAND = 10**8, 10**4
_UNSCALED = frozenset({"ratio"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """A number between two bounds, as exactly as it is known."""

    value: float
    low: float
    high: float

    @classmethod
    def around(cls, value: float, within: float) -> "Stretch":
        """A number with half of its last digit on either side."""
        return cls(value, value - within, value + within)

    def meets(self, other: "Stretch") -> bool:
        """Whether both may be the same number; the last bit of a float decides nothing."""
        slack = 1e-12 * max(1.0, abs(self.high), abs(other.high))
        return self.low <= other.high + slack and other.low <= self.high + slack


def growth(now: Stretch, before: Stretch) -> Stretch | None:
    """The rate from one amount to the next; None from nothing, or from what may be nothing or less."""
    if before.low <= 0:
        return None
    ends = [a / b - 1 for a in (now.low, now.high) for b in (before.low, before.high)]
    return Stretch(now.value / before.value - 1, min(ends), max(ends))


@dataclass(frozen=True)
class Official:
    """A figure as it stands now. covers: its period's key. derived: the growth that follows from last year's figure.

    verdict: "differs" where published and derived growth cannot both be right; "underived" where last year's figure is
    missing; "unpublished" where only the derived one is known; "alone" where neither is.
    """

    record: RecordView
    statistic: str
    covers: str
    unit: str
    amount: Stretch | None
    rate: Stretch | None
    derived: Stretch | None

    @property
    def verdict(self) -> Verdict:
        """How the two rates go together."""
        if self.derived is None:
            return "underived" if self.rate else "alone"
        if self.rate is None:
            return "unpublished"
        return "agrees" if self.rate.meets(self.derived) else "differs"

    @property
    def year(self) -> int:
        """The year that its period lies in."""
        return int(self.covers[:_YEAR])

    @property
    def whole_year(self) -> bool:
        """Whether it is of a whole year."""
        return len(self.covers) == _YEAR

    def shown(self, scale: str | None = None) -> str | None:
        """Its amount by the rule for all figures; None where only a rate was published."""
        value = self.amount.value if self.amount else None
        unit = "number" if self.unit == "count" else self.unit
        places = 0 if self.unit == "count" and scale is None else None
        return numbers.written(unit, of=1, count=None, value=value, places=places, scale=scale)


@dataclass(frozen=True)
class Version:
    """What a figure said from one entry on; the first has no reason (`why`) for it."""

    step: RecordStep
    said: Mapping[str, Any]


def statistics(town: Town | None = None) -> Mapping[str, Mapping[str, Any]]:
    """The town's table of statistics; empty where it has no such line."""
    return dictionary("statistic", town)


def dictionary(answer: str, town: Town | None = None) -> Mapping[str, Mapping[str, Any]]:
    """The town's table that an answer of a figure is chosen from; empty where it has no such line."""
    town = town or towns.current()
    here = town.serving(Published)
    if here is None:
        return {}
    form = town.lines[here.line].register(here.figure).form
    table = next(spec.table for spec in fields_of(form) if spec.name == answer)
    return town.tables.get(here.line, {}).get(table, {})


def level_of(named: Named) -> str | None:
    """Of a published rate of growth, the indicator of the level that grows; None of every other indicator."""
    grows = named.indicator.grows
    return f"{named.line.key}.{grows}" if grows else None


def figures(*, scope: Scope, statistic: str = "", town: Town | None = None) -> tuple[Official, ...]:
    """Every figure of a statistic, or of all, in the order of statistics and periods, each with what follows."""
    table, here = statistics(town), (town or towns.current()).serving(Published)
    if here is None or not table or (statistic and statistic not in table):
        return ()
    found = {_key(record): record for record in _records(here, scope, statistic)}
    order = {key: n for n, key in enumerate(table)}
    known = sorted((key for key in found if key[0] in table), key=lambda key: (order[key[0]], key[1]))
    return tuple(_official(found[key], found.get((key[0], _year_before(key[1]))), table) for key in known)


def versions(official: Official) -> tuple[Version, ...]:
    """What the figure said, the newest first: its own entries in the ledger."""
    said: dict[str, Any] = {}
    told = []
    for step in queries.record_steps(record=official.record.id):
        said = said | {change.name: change.new for change in step.changes}
        if step.verb == "keep":
            told.append(Version(step, said))
    return tuple(reversed(told))


def scale_of(found: Iterable[Official], lang: str) -> str | None:
    """By what the amounts of a table are best read, the same for all of them."""
    amounts = [abs(one.amount.value) for one in found if one.amount and one.unit not in _UNSCALED]
    largest = max(amounts, default=0)
    if largest >= _HUNDRED_MILLION:
        return "亿" if lang == "zh" else "million"
    return "万" if largest >= 10 * _TEN_THOUSAND and lang == "zh" else None


def _records(here: Published, scope: Scope, statistic: str) -> Iterable[RecordView]:
    after, having = 0, {"statistic": statistic} if statistic else queries.NONE
    while page := queries.records(
        line=here.line, register=here.figure, scope=scope, having=having, after=after, size=_PAGE
    ):
        yield from page
        after = page[-1].id


def _key(record: RecordView) -> tuple[str, str]:
    return str(record.answers.get("statistic", "")), str(record.answers.get("covers", ""))


def _year_before(covers: str) -> str:
    """The same period of the year before: every year in the key is the same one."""
    year = covers[:_YEAR]
    return covers.replace(year, f"{int(year) - 1:04}")


def _official(
    record: RecordView, before: RecordView | None, table: Mapping[str, Mapping[str, Any]]
) -> Official:
    statistic, covers = _key(record)
    amount, last = _stretch(record, "amount", "within"), before and _stretch(before, "amount", "within")
    return Official(
        record, statistic, covers, str(table[statistic]["unit"]), amount, _stretch(record, "rate", "rate_within"),
        growth(amount, last) if amount and last and table[statistic]["unit"] != "ratio" else None,
    )  # fmt: skip


def _stretch(record: RecordView, name: str, within: str) -> Stretch | None:
    value = record.answers.get(name)
    return None if value is None else Stretch.around(float(value), float(record.answers.get(within) or 0))
