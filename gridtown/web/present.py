"""Cases as pages tell them: rows with their light, answers in words, and who did what."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from gridtown.cases.queries import Brief, CaseView, Named
from gridtown.cases.store import Row
from gridtown.kernel import forms
from gridtown.kernel.forms import FieldSpec
from gridtown.kernel.line import Kind
from gridtown.kernel.told import RESERVED
from gridtown.town import rows
from gridtown.web import fieldset, show
from gridtown.web.visit import Visit

_NOTED = frozenset({"limit", "outcome"})  # what no form asks for: an action noted it, as the key of a word
_TYPES = {"due": "datetime", "number": "case"}  # and of what type other such notes are
_SHORT = frozenset({"int", "number", "date"})
LEVELS = ("small", "big", "hard")
GRADES = frozenset({"red", "orange", "yellow", "blue", "green"})  # choices that are shown as lights


@dataclass(frozen=True)
class Said:
    """One answer of a form, ready to be shown."""

    name: str
    type: str
    value: Any
    unit: str = ""
    masked: bool = False
    stage: str = ""
    grade: str = ""  # the colour of a graded choice
    href: str = ""
    short: bool = False  # a number or a day, which stays on one line of a table


def light_of(row: Brief | Row, now: datetime) -> str:
    """late, soon or nothing, for the edge of a row or card."""
    if row.ended or row.due is None:
        return ""
    if row.due < now:
        return "late"
    return "soon" if row.due - now <= show.SOON else "fine"


def levelled(kind: Kind) -> bool:
    """Whether somebody says of its cases that they are small, big or hard ones: those that a hotline brings."""
    specs = (spec for form in kind.forms for spec in forms.fields_of(form))
    return any(spec.sets == "level" and set(LEVELS) <= set(spec.choices) for spec in specs)


def spec_of(kind: Kind) -> dict[str, FieldSpec]:
    """Every field that the kind's forms know, by name; the intake's own win."""
    known: dict[str, FieldSpec] = {}
    for form in kind.forms:
        for spec in forms.fields_of(form):
            known.setdefault(spec.name, spec)
    return known


def answer(visit: Visit, line: str, name: str, value: Any, spec: FieldSpec | None) -> Said:
    """An answer in words: choices and dictionary rows by name, posts and records by theirs, times as said."""
    kind = spec.type if spec else _TYPES.get(name, "text")
    if kind in ("photo", "photos"):
        shots = value if isinstance(value, list) else [value]
        return Said(name, "photos", shots, stage=spec.stage if spec else "")
    if kind in ("file", "files"):
        return Said(name, "files", value if isinstance(value, list) else [value])
    if kind in ("ref", "refs"):
        return _records(visit, name, value)
    if isinstance(value, list):
        return Said(name, "text", "\n".join(in_words(visit, line, name, part, spec) for part in value))
    graded = spec is not None and value in GRADES and set(spec.choices) <= GRADES
    unit = fieldset.unit_of(visit, line, spec, value) if spec else ""
    said = in_words(visit, line, name, value, spec)
    return Said(
        name,
        "case" if kind == "case" else "text",
        said,
        unit,
        grade=str(value) if graded else "",
        short=kind in _SHORT,
    )


def in_words(visit: Visit, line: str, name: str, value: Any, spec: FieldSpec | None) -> str:
    """One value as people say it."""
    kind = spec.type if spec else _TYPES.get(name, "text")
    if value == "":
        return ""
    if isinstance(value, dict):
        return rows.told(
            visit.town, line, value, visit.lang, lambda code: visit.places.name(code, visit.lang)
        )
    if spec and spec.lines:
        return rows.told_line(
            visit.town, line, str(value), spec.lines, visit.lang, lambda one: _record_name(visit, one),
            visit.say("list_comma"),
        )  # fmt: skip
    if spec is None and name in _NOTED:
        return visit.word(line, f"{name}.{value}")
    if spec and spec.table:
        row = visit.town.tables.get(line, {}).get(spec.table, {}).get(str(value), {})
        return str(row.get(visit.lang) or row.get("zh") or value)
    if spec and spec.choices:
        return visit.word(line, f"choice.{name}.{value}")
    if isinstance(value, bool):
        return visit.say("yes" if value else "no")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if kind in ("account", "accounts"):
        return visit.people.called(str(value))
    if kind in ("post", "posts") and (post := visit.people.post(str(value))):
        return visit.post_name(post)
    if kind == "datetime":
        at = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return show.moment(at, visit.now, visit.town.zone, visit.lang)
    return str(value)


def _record_name(visit: Visit, one: str) -> str:
    record = visit.records([int(one)]).get(int(one)) if one.isdecimal() else None
    return record.name if record and record.name else f"#{one}"


def _records(visit: Visit, name: str, value: Any) -> Said:
    """Records by what they are called; one that the reader may see is linked."""
    found = list(visit.records(ids_in(value)).values())
    said = visit.say("list_comma").join(record.name or f"#{record.id}" for record in found) or str(value)
    return Said(name, "text", said, href=record_href(visit, found[0]) if len(found) == 1 else "")


def name_records(visit: Visit, view: CaseView) -> None:
    """Ask at once for all records that a case, its answers and its entries name."""
    specs = spec_of(visit.town.kind(view.row.line, view.row.kind))
    refs = {name for name, spec in specs.items() if spec.type in ("ref", "refs")}
    said = [view.answers, *(step.answers for step in view.steps)]
    ids = [i for answers in said for name in refs & answers.keys() for i in ids_in(answers[name])]
    ids += [
        one
        for name, spec in specs.items()
        if spec.lines
        for answers in said
        for told in answers.get(name) or ()
        for one in rows.records_in(str(told), spec.lines)
    ]
    visit.records([*ids, *([view.row.record_id] if view.row.record_id else [])])


def record_href(visit: Visit, record: Named) -> str:
    """Where a record's page is; "" for whoever may not see it."""
    seen = visit.scope.sees(record.line, record.place, 0)
    return f"/registers/{record.line}/{record.register}/{record.id}" if seen else ""


def ids_in(value: Any) -> list[int]:
    """The records that an answer names: one, several or none."""
    return [int(one) for one in (value if isinstance(value, list) else [value]) if str(one).isdecimal()]


def told(visit: Visit, view: CaseView) -> list[Said]:
    """The intake's answers in the form's order, personal ones masked."""
    row = view.row
    kind = visit.town.kind(row.line, row.kind)
    found = []
    name_records(visit, view)
    for spec in forms.fields_of(kind.intake):
        if spec.name in view.masked:
            if view.masked[spec.name]:
                found.append(Said(spec.name, "text", view.masked[spec.name], masked=True))
        elif spec.name != "title" and not spec.internal and view.answers.get(spec.name) not in (None, "", []):
            found.append(answer(visit, row.line, spec.name, view.answers[spec.name], spec))
    return found


class Done(Protocol):
    """Something that somebody did in a post."""

    @property
    def by(self) -> str:
        """The account, or what stands for one."""
        ...

    @property
    def post(self) -> str:
        """The post's key."""
        ...


def who(visit: Visit, step: Done) -> str:
    """Post and person for staff; the reporter and the system by what they are."""
    name = step.by.split(":")[0]
    if name in RESERVED:
        return visit.word("", f"role.{name}")
    post = visit.people.post(step.post)
    said = (visit.post_name(post) if post else step.post, visit.people.called(step.by))
    return " · ".join(part for part in said if part)


def waits(visit: Visit, row: Row) -> str:
    """Whom the case waits on, by post and role."""
    kind = visit.town.kind(row.line, row.kind)
    roles = " / ".join(visit.word(row.line, f"role.{role}") for role in kind.procedure.waits_on(row.state))
    post = visit.people.by_id(row.holder_id) if row.holder_id else None
    return " · ".join(part for part in ((visit.post_name(post) if post else ""), roles) if part)


def soon(due: datetime | None, now: datetime, hours: int = 24) -> bool:
    """Whether it is due within so many hours."""
    return due is not None and now <= due <= now + timedelta(hours=hours)
