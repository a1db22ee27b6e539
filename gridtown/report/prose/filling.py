"""Filling a template: all its questions put to the ledger at once, its conditions decided, its numbers written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from msgspec import structs

from gridtown.kernel.period import Period
from gridtown.places import router
from gridtown.report.figures import numbers
from gridtown.report.figures.exact import change as difference
from gridtown.report.figures.exact import drawn, exact, settled
from gridtown.report.figures.indicators import Named, Slice, listed
from gridtown.report.figures.reading import Reading
from gridtown.report.promises import promised
from gridtown.report.promises.targets import Standing
from gridtown.report.prose import asking, conditions
from gridtown.report.prose.asking import Ask
from gridtown.report.prose.conditions import Asked
from gridtown.report.prose.layout import Text
from gridtown.report.prose.promising import aim, aim_shown, amount, table_of
from gridtown.report.prose.tags import ChartNode, FigureNode, TableNode
from gridtown.report.prose.template import At, BadTemplate, Choice, Pieces
from gridtown.report.typeset.blocks import Annex, Cell, Chart, Entry, Figure, Section, Table
from gridtown.report.words import say
from gridtown.town import Town
from gridtown.warehouse.lake import Lake

VILLAGE = "village"
LARGE = frozenset({"yuan", "m2", "mu"})  # what a table gives by the 万 or 亿 where it is asked to


class Filling:
    """One report on its way from template to blocks; `entries` is its annex as far as it has come."""

    def __init__(self, year: str, lang: str, town: Town, lake: Lake, name: str) -> None:
        self.year, self.lang, self.town, self.lake, self.name = year, lang, town, lake, name
        self.known = {named.key: named for named in listed(town)}
        this = Period.parse(year, town.zone)
        self.periods = {0: this, -1: Period.parse(f"{int(year) - 1:04}", town.zone)}
        self.months = [m for m in this.months(town.zone) if lake.as_of is None or m.since < lake.as_of]
        self.readings: Mapping[Ask, Reading] = {}
        self.entries: list[Entry] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def fill(self, pieces: Pieces) -> tuple[str, tuple[Section, ...], tuple[Annex, ...]]:
        """Title, sections and annexes, with every number in its place."""
        wanted = dict.fromkeys(self._wanted(pieces))
        by_key = {period.key: period for period in (*self.periods.values(), *self.months)}
        asked = [(key, by_key[period], by) for key, period, by in wanted]
        self.readings = asking.read_all(asked, town=self.town, lake=self.lake)
        text = Text()
        self._put(pieces, text)
        return text.sections()

    # which questions

    def _wanted(self, pieces: Pieces) -> Iterator[Ask]:
        for piece in pieces:
            match piece:
                case Choice(branches, _):
                    for condition, inner in branches:
                        for one in conditions.figures(condition):
                            yield from self._of(one)
                        yield from self._wanted(inner)
                case At(FigureNode() as slot, _):
                    yield from self._of(slot.asked)
                case At(ChartNode() as chart, _):
                    yield from self._by(chart.key, chart.by)
                case At(TableNode() as table, _):
                    for key, _label, _line in table.rows:
                        yield from self._by(key, table.by, last={"last", "change"} & set(table.columns))

    def _of(self, asked: Asked) -> Iterator[Ask]:
        if asked.year == 0:
            yield asked.key, self.year, ""
        if asked.year or asked.change:
            yield asked.key, self.periods[-1].key, ""

    def _by(self, key: str, by: str, last: object = False) -> Iterator[Ask]:
        yield key, self.year, VILLAGE if by == "village" else ""
        if by == "village":
            yield key, self.year, ""
        elif by == "month":
            yield from ((key, month.key, "") for month in self.months)
        elif last:
            yield key, self.periods[-1].key, ""

    # what they answer

    def _put(self, pieces: Pieces, text: Text) -> None:
        for piece in pieces:
            match piece:
                case str():
                    text.said.append(piece)
                case Choice(branches, _):
                    for condition, inner in branches:
                        if condition is None or conditions.holds(condition, self._value):
                            self._put(inner, text)
                            break
                case At(FigureNode() as slot, line):
                    text.put(self._slot(slot, line))
                case At(TableNode() as table, _):
                    text.put(self._table(table))
                case At(ChartNode() as chart, _):
                    text.put(self._chart(chart))

    def _reading(self, key: str, year: int = 0) -> Reading:
        return self.readings[key, self.periods[year].key, ""]

    def _value(self, asked: Asked) -> Decimal | None:
        """A figure as it is compared: in the unit that it is written in; None where it is missing."""
        if asked.part == "target":
            promise = promised.promise_of(asked.key, self.promised)
            return aim(promise) if promise else None
        if asked.change:
            return difference(self._reading(asked.key), self._reading(asked.key, -1))
        reading = self._reading(asked.key, asked.year)
        if reading.missing:
            return None
        if asked.part != "value":
            part = reading.of if asked.part == "of" else reading.count
            return None if part is None else Decimal(part)
        return exact(reading)

    def _slot(self, slot: FigureNode, line: int) -> Figure:
        asked = slot.asked
        reading = self._reading(asked.key, asked.year)
        n = self._entry(reading)
        if asked.change:
            self._entry(self._reading(asked.key, -1))
            said = self._changed(reading, self._reading(asked.key, -1), slot.places)
        elif asked.part == "target":
            promise = promised.promise_of(asked.key, self.promised)
            said = aim_shown(promise, self.lang, slot.places) if promise else None
        elif asked.part == "value":
            try:
                said = reading.shown(slot.places, slot.scale)
            except ValueError as wrong:
                raise BadTemplate(f"{self.name}, line {line}: {wrong}") from None
        else:
            part = reading.of if asked.part == "of" else reading.count
            whole = None if reading.missing or part is None else part
            said = None if whole is None else numbers.written(
                "count", of=whole, count=None, value=None, places=slot.places, scale=slot.scale
            )  # fmt: skip
        why = (
            say("why.no_target", self.lang)
            if asked.part == "target"
            else self._why(reading, bool(asked.change))
        )
        text = said or say("missing", self.lang, why=why)
        part_of = "change" if asked.change else asked.part
        return Figure(n, asked.key, text, said is None, part_of, reading.period.key)

    def _changed(self, this: Reading, last: Reading, places: int | None = None) -> str | None:
        """The change in words: 增长 3.2%, or for a share 提高 1.2 个百分点."""
        change = difference(this, last)
        if change is None:
            return None
        share = this.unit in ("percent", "ratio")
        shown = numbers.rounded(float(abs(change)), 1 if places is None else places)
        way = "same" if not shown else "up" if change > 0 else "down"
        return say(f"change.{'points' if share else 'rate'}.{way}", self.lang, n=f"{shown:,}")

    def _why(self, reading: Reading, change: bool = False) -> str:
        if reading.as_of is None:
            key = "not_read"
        elif change and not reading.missing:
            key = "no_last"
        elif reading.named.indicator.shape == "count":
            key = "nothing"
        else:
            key = "none_asked"
        return say(f"why.{key}", self.lang)

    def _entry(self, reading: Reading) -> int:
        """The number of a figure's line in the annex; a new one where it has none yet."""
        named, ind = reading.named, reading.named.indicator
        where = (named.key, reading.period.key)
        if where in self._numbers:
            return self._numbers[where]
        n = self._numbers[where] = len(self.entries) + 1
        line, word = named.line.key, lambda key: self.town.say(key, self.lang, named.line.key)
        asked = ind.question if self.lang == "en" else word(f"question.{ind.key}")
        self.entries.append(
            Entry(
                n=n, key=named.key, line=word("line"), name=word(f"indicator.{ind.key}"),
                question="" if asked.startswith("question.") else asked, formula=word(f"formula.{ind.key}"),
                counted=named.formula, basis=self.town.basis(line, "indicator", ind.key, ind.basis, self.lang),
                reviewed=ind.reviewed.isoformat() if ind.reviewed else "", unit=ind.unit,
                period=reading.period.key, since=reading.period.since.isoformat(timespec="seconds"),
                until=reading.until.isoformat(timespec="seconds") if reading.until else None, of=reading.of,
                count=reading.count, value=settled(reading.value), shown=reading.shown(),
                why=self._why(reading) if reading.missing else "",
            )
        )  # fmt: skip
        return n

    # tables and charts

    def _lack(self) -> str:
        return say("lack", self.lang)

    def _cell(
        self, reading: Reading, n: int, part: Slice | None = None, place: str = "", scale: str | None = None
    ) -> Figure:
        scale = scale if reading.unit in LARGE else None
        said = reading.shown(scale=scale) if part is None else reading.shown_slice(part)
        return Figure(
            n, reading.named.key, said or self._lack(), said is None, "value", reading.period.key, place
        )

    def _label(self, named: Named, label: str, scale: str | None = None) -> str:
        name = label or self.town.say(f"indicator.{named.indicator.key}", self.lang, named.line.key)
        unit = say(f"in.{named.indicator.unit}", self.lang)
        if scale and named.indicator.unit in LARGE:
            unit = say(f"in.by.{named.indicator.unit}", self.lang, scale=scale)
        return f"{name}{unit}" if unit else name

    @cached_property
    def promised(self) -> Sequence[Standing]:
        """What was promised for the year, as of the position that the figures are read from."""
        return promised.of_report(self.year, self.town, self.lake)

    def _table(self, table: TableNode) -> Table:
        if table.of:
            return table_of(table.title, self.promised, self.town, self.lang, self._entry)
        return self._sliced(table) if table.by else self._compared(table)

    def _compared(self, table: TableNode) -> Table:
        """Rows are indicators; columns this year, the last, the change and the target."""
        rows = []
        for key, label, _line in table.rows:
            this, n = self._reading(key), self._entry(self._reading(key))
            row: list[Cell] = [self._label(self.known[key], label, table.scale)]
            for column in table.columns:
                if column == "this":
                    row.append(self._cell(this, n, scale=table.scale))
                elif column == "last":
                    last = self._reading(key, -1)
                    row.append(self._cell(last, self._entry(last), scale=table.scale))
                elif column == "change":
                    said = self._changed(this, self._reading(key, -1))
                    row.append(Figure(n, key, said or self._lack(), said is None, "change", this.period.key))
                else:
                    promise = promised.promise_of(key, self.promised)
                    row.append(amount(promise, self.lang) if promise else self._lack())
            rows.append(tuple(row))
        heads = [
            say(f"column.{column}", self.lang, year=self.year, last=self.periods[-1].key)
            for column in table.columns
        ]
        return Table(table.title, (say("column.indicator", self.lang), *heads), tuple(rows))

    def _sliced(self, table: TableNode) -> Table:
        """Rows are villages or months, columns the indicators listed; the last row is the whole."""
        keys = [key for key, _label, _line in table.rows]
        labels = tuple(self._label(self.known[key], label) for key, label, _line in table.rows)
        courses = [list(self._course(key, table.by)) for key in keys]
        rows = [
            (name, *(course[at][1] for course in courses)) for at, (name, _f, _v) in enumerate(courses[0])
        ]
        whole = tuple(self._cell(self._reading(key), self._entry(self._reading(key))) for key in keys)
        head = (say(f"column.{table.by}", self.lang), *labels)
        return Table(table.title, head, (*rows, (say("column.whole", self.lang), *whole)))

    def _course(self, key: str, by: str) -> Iterator[tuple[str, Figure, float | None]]:
        """A figure by month or by village: what it is called, the cell, and the number to draw."""
        n = self._entry(self._reading(key))
        if by == "month":
            for at, month in enumerate(self.months, 1):
                reading = self.readings[key, month.key, ""]
                value = None if reading.missing else exact(reading)
                yield say("month", self.lang, n=at), self._cell(reading, n), drawn(value)
            return
        whole = self.readings[key, self.year, VILLAGE]
        parts = {str(part.by[0] or ""): part for part in whole.slices}
        places = router.current(self.town.code)
        listed = dict.fromkeys([*(v.code for v in places.villages), *(c for c in parts if c)])
        for code in listed:
            # the ledger was asked for all villages: one of which there is nothing to count has a true nought
            part = parts.get(code) or Slice((code,), 0, 0 if whole.count is not None else None, None)
            cell = self._cell(whole, n, part, code)
            if whole.missing:
                cell = structs.replace(cell, text=self._lack(), missing=True)
            value = (
                None
                if cell.missing
                else exact(replace(whole, of=part.of, count=part.count, value=part.value))
            )
            yield places.name(code, self.lang), cell, drawn(value)
        if "" in parts:
            yield say("nowhere", self.lang), self._cell(whole, n, parts[""]), None

    def _chart(self, chart: ChartNode) -> Chart:
        course = list(self._course(chart.key, chart.by))
        named = self.known[chart.key]
        title = chart.title or self._label(named, "")
        heads = (say(f"column.{chart.by}", self.lang), say("column.value", self.lang))
        table = Table("", heads, tuple((name, cell) for name, cell, _ in course))
        drawn = [(name, value) for name, _cell, value in course if name != say("nowhere", self.lang)]
        return Chart(
            title, "line" if chart.by == "month" and named.indicator.shape != "count" else "bar",
            say(f"axis.{named.indicator.unit}", self.lang), tuple(name for name, _ in drawn),
            tuple(value for _, value in drawn), table,
        )  # fmt: skip
