"""What a filled sheet would do to its register, row by row, and doing it: good rows go in, the others are named."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isclose
from typing import Any

from gridtown.cases import actions, queries
from gridtown.cases.actions import Keeping, Overtaken
from gridtown.cases.actions.keeping import What
from gridtown.cases.queries import RecordView
from gridtown.feeds.importing.rules import BadCell
from gridtown.feeds.registers.cells import Cells, text
from gridtown.feeds.registers.layout import ERROR, ID, PLACE, VERSION, Layout, say
from gridtown.feeds.registers.placing import Placing, same_point
from gridtown.feeds.registers.reading import Filled
from gridtown.kernel import forms
from gridtown.kernel.told import Actor, Refused
from gridtown.town import Town


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a row: its number and column as the spreadsheet shows them, the heading, and why."""

    row: int
    letter: str
    heading: str
    reason: str


@dataclass(slots=True)
class Row:
    """One filled row: its cells, the record that it means, and what would come of it or why nothing does."""

    number: int
    cells: Mapping[str, Any]
    record: RecordView | None = None
    keeping: Keeping | None = None
    what: What = "refused"
    mistakes: list[Mistake] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """Every row of a sheet with what came, or would come, of it."""

    layout: Layout
    rows: Sequence[Row]
    letters: Mapping[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, same and wrong, and how many were read."""
        found = Counter(row.what for row in self.rows)
        counts = {name: found[name] for name in ("new", "changed", "same")}
        return {"read": len(self.rows), **counts, "wrong": found["refused"]}

    @property
    def mistakes(self) -> list[Mistake]:
        """All of them, by row."""
        return [mistake for row in self.rows for mistake in row.mistakes]

    def said(self) -> str:
        """One line for whoever filled it in."""
        return say("result.said", self.layout.lang, **self.counts)

    def wrong(self) -> Iterator[dict[str, Any]]:
        """The rows that did not go in, as they were filled in, each with what is wrong with it."""
        for row in self.rows:
            if row.mistakes:
                yield {**row.cells, ERROR: "\n".join(dict.fromkeys(self._told(m) for m in row.mistakes))}

    def _told(self, mistake: Mistake) -> str:
        if not mistake.heading:
            return mistake.reason
        return say("result.mistake", self.layout.lang, column=mistake.heading, reason=mistake.reason)


@dataclass(frozen=True)
class Planner:
    """Knows the register as it stands and turns a sheet's rows into what they would keep."""

    town: Town
    layout: Layout
    cells: Cells
    placing: Placing
    by: tuple[Actor, ...]
    now: datetime
    known: queries.Known

    def plan(self, filled: Filled, key: str) -> Plan:
        """Look at every row; nothing is written. `key` is that of the whole sheet."""
        seen: dict[Any, int] = {}
        rows = []
        for number, cells in filled.rows.items():
            row = Row(number, cells)
            row.mistakes = list(self._read(row, seen, f"{key}:{number}", filled.letters))
            rows.append(row)
        self._try(rows, filled.letters, dry=True)
        self._look_for_others(rows)
        return Plan(self.layout, rows, filled.letters)

    def carry_out(self, plan: Plan) -> Plan:
        """Write the good rows of a plan; what somebody has changed in between is named among the wrong ones."""
        self._try([row for row in plan.rows if row.what in ("new", "changed")], plan.letters, dry=False)
        return plan

    def _read(
        self, row: Row, seen: dict[Any, int], key: str, letters: Mapping[str, str]
    ) -> Iterator[Mistake]:
        """Fill in what the row would keep; what is wrong with it."""
        answers: dict[str, Any] = {}
        wrong = False
        for column in self.layout.fields():
            if column.key not in row.cells:
                continue
            try:
                answers[column.key] = self.cells.read(column, row.cells[column.key])
            except BadCell as bad:
                wrong = True
                yield self._mistake(row, bad, letters.get(column.key, ""))
        if wrong:  # such a row is not tried, so that the form cannot say what else it lacks
            yield from self._lacking(row, letters)
        try:
            said, point = self.placing.code(row.cells.get(PLACE)), self.placing.point(row.cells)
            row.record, by_id = self._meant(row, answers, said)
            place = self.placing.settle(said, point, row.record, by_id=by_id)
        except BadCell as bad:
            at = next((c.key for c in self.layout.columns if c.heading == bad.column), "")
            yield self._mistake(row, bad, letters.get(at, ""))
            return
        name = answers.get(self.layout.listed.named_by)
        same = row.record.id if row.record else (str(name), place)
        first = seen.setdefault(same, row.number) if row.record or name else row.number
        if first != row.number:
            yield self._mistake(row, BadCell("", "twice", row=first), "")
            return
        if point is not None and row.record is not None and same_point(point, row.record):
            point = None
        row.keeping = Keeping(
            self._whole(row.record, answers), place, key, row.record.id if row.record else None,
            row.record.version if row.record else None, point, same=self.layout.listed.unique,
        )  # fmt: skip

    def _meant(self, row: Row, answers: Mapping[str, Any], place: str) -> tuple[RecordView | None, bool]:
        """The record that a row is about, and whether the row names it by its number."""
        column = self.layout.column(ID)
        number = text(column, row.cells.get(ID))
        if number:
            found = self.known.by_id.get(int(number)) if number.isdecimal() else None
            if found is None:
                raise BadCell(column.heading, "no_such_id", value=number)
            return found, True
        name = answers.get(self.layout.listed.named_by)
        called = self.known.by_name.get(str(name), ()) if name else ()
        there = [record for record in called if record.place == place] or [
            record for record in called if record.place.startswith(place)
        ]
        if len(there) > 1:
            heading = self.layout.column(self.layout.listed.named_by).heading
            raise BadCell(heading, "several", n=len(there))
        return (there[0], False) if there else (None, False)

    def _whole(self, old: RecordView | None, answers: Mapping[str, Any]) -> dict[str, Any]:
        """All answers: what the sheet has no column for as the record has it; of persons, what is not said stays."""
        whole: dict[str, Any] = {}
        for spec in forms.asked_of(self.layout.listed.form):
            value = answers.get(spec.name)
            before = old.answers.get(spec.name) if old is not None and not spec.personal else None
            if spec.name not in answers or _as_exact(value, before):
                value = before
            if value is not None:
                whole[spec.name] = value
        return whole

    def _try(self, rows: Sequence[Row], letters: Mapping[str, str], *, dry: bool) -> None:
        """Keep the rows, or (dry) only look what would come of it."""
        good = [(row, row.keeping) for row in rows if row.keeping is not None and not row.mistakes]
        told = actions.keep_many(
            line=self.layout.line, register=self.layout.listed.key, rows=[keeping for _, keeping in good], by=self.by,
            now=self.now, dry=dry,
        )  # fmt: skip
        for (row, _), outcome in zip(good, told, strict=True):
            row.what = outcome.what
            if outcome.refused is not None:
                row.mistakes = list(self._refusals(row, outcome.refused, letters))

    def _refusals(self, row: Row, why: Refused, letters: Mapping[str, str]) -> Iterator[Mistake]:
        if not why.fields:
            key = "refusal.overtaken" if isinstance(why, Overtaken) else why.key
            yield Mistake(row.number, "", "", self._say(key, **why.params))
        for name, key in why.fields.items():
            yield Mistake(row.number, letters.get(name, ""), self.layout.column(name).heading, self._say(key))

    def _say(self, key: str, **params: Any) -> str:
        key = key if "." in key else f"refusal.{key}"
        if "verb" in params:
            params["verb"] = self.town.say(f"verb.{params['verb']}", self.layout.lang, self.layout.line)
        return self.town.say(key, self.layout.lang, self.layout.line, **params)

    def _lacking(self, row: Row, letters: Mapping[str, str]) -> Iterator[Mistake]:
        """Columns that may not be empty and are; an empty personal one may stand for what is there already."""
        for column in self.layout.fields():
            spec = column.spec
            empty = column.key in letters and row.cells.get(column.key) in (None, "")
            if spec and spec.required and not spec.personal and empty:
                yield self._mistake(row, BadCell(column.heading, "missing"), letters.get(column.key, ""))

    def _mistake(self, row: Row, bad: BadCell, letter: str) -> Mistake:
        lang, params = self.layout.lang, dict(bad.params)
        if isinstance(params.get("choices"), list):
            params["choices"] = ("、" if lang == "zh" else ", ").join(params["choices"])
        return Mistake(row.number, letter, bad.column, say(f"bad.{bad.reason}", lang, **params))

    def _look_for_others(self, rows: Sequence[Row]) -> None:
        """Name the rows whose record somebody else has changed since it was exported: their work is not undone."""
        stale = {}
        for row in rows:
            given = str(row.cells.get(VERSION) or "")
            if row.what == "changed" and row.record and given.isdecimal() and int(given) < row.record.version:
                stale[row.record.id] = int(given)
        others = queries.changed_by_others(versions=stale, but=frozenset(hat.person for hat in self.by))
        for row in rows:
            if row.record and row.record.id in others and row.record.id in stale:
                who, at = others[row.record.id]
                when = f"{at.astimezone(self.town.zone):%Y-%m-%d %H:%M}"
                row.what = "refused"
                row.mistakes = [self._mistake(row, BadCell("", "changed_since", who=who, when=when), "")]


def _as_exact(value: Any, before: Any) -> bool:
    """Whether a number is the one before, of which a spreadsheet keeps fifteen digits."""
    return isinstance(value, float) and isinstance(before, float) and isclose(value, before, rel_tol=1e-13)
