"""What the names of a paper's text stand for in one case: the ledger's keys and codes in words."""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gridtown.cases.queries import Dossier, Step
from gridtown.kernel import forms
from gridtown.kernel.document import Document
from gridtown.kernel.forms import FieldSpec, Form
from gridtown.kernel.line import Kind, Line
from gridtown.kernel.told import RESERVED, Kept
from gridtown.papers.names import DEPTH, category_of
from gridtown.papers.values import BLANK, Moment, Pictures, Said, Several, sealed_off
from gridtown.people import snapshot as people
from gridtown.people.models import Account
from gridtown.places import router
from gridtown.town import Town, rows

LANG = "zh"  # official papers are Chinese, whoever prints them


@dataclass(frozen=True)
class Case:
    """One case about to be printed. clear: personal answers that were unsealed, as `actions.unseal` names them."""

    town: Town
    line: Line
    document: Document
    held: Dossier
    clear: Mapping[str, str]
    persons: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Ask once for the names of all who did something."""
        names = {step.by for step in self.held.steps if ":" not in step.by} - RESERVED
        found = Account.objects.filter(username__in=names).values_list("username", "display")
        object.__setattr__(self, "persons", {name: display or name for name, display in found})

    @property
    def kind(self) -> Kind:
        """The kind of the case."""
        return self.held.kind

    def follows(self) -> Step:
        """The entry that the paper follows: the last of the moves after which it is printed, or the report."""
        made = [step for step in self.held.steps if step.verb in self.document.after]
        return made[-1] if made else self.held.steps[0]

    def values(self) -> dict[str, Any]:
        """Every first name and what it stands for."""
        held, steps = self.held, self.held.steps
        asked = {move.verb: move.form for move in self.kind.procedure.moves}
        all_ = {
            verb: Several(self._fact(step, form) for step in steps if step.verb == verb)
            for verb, form in asked.items()
        }
        report = {**self._answers(self.kind.intake, held.answers, ""), **self._done(steps[0])}
        about = held.records.get(held.row.record_id or 0)
        return {
            **{verb: facts[-1] if facts else BLANK for verb, facts in all_.items()},
            "all": Said(parts=all_),
            "report": Said(parts=report),
            "record": self._record(about) if about else BLANK,
            "case": Said(parts=self._case()),
            "limits": Said(parts={key: self._moment(due) for key, due in held.limits.items()}),
            "settings": Said(parts=self.town.amounts.get(self.line.key, {})),
            "town": Said(parts=names_of(self.town)),
            "line": Said(parts={"name": self._word("line"), "owner": self._word("owner")}),
            "paper": Said(parts=self._paper()),
        }

    def _word(self, key: str) -> str:
        return self.town.say(key, LANG, self.line.key)

    def _keyed(self, group: str, key: str) -> Said:
        return Said(self._word(f"{group}.{key}"), {"key": key}, key)

    def _moment(self, at: date | datetime | str | None) -> Any:
        if not at:
            return BLANK
        if isinstance(at, str):
            is_day = len(at) == len("2026-01-01")
            at = date.fromisoformat(at) if is_day else datetime.fromisoformat(at)
        return Moment(at.astimezone(self.town.zone) if isinstance(at, datetime) else at, self.town.calendar)

    def _paper(self) -> dict[str, Any]:
        follows = self.follows()
        year, serial = numbered(self.kind.number, self.held.row.number)
        times = sum(1 for step in self.held.steps if step.verb in self.document.after)
        return {"date": self._moment(follows.at), "year": year, "serial": serial, "times": times}

    def _case(self) -> dict[str, Any]:
        row = self.held.row
        spec, post = category_of(self.kind), people.current().by_id(row.holder_id or 0)
        return {
            "number": row.number,
            "title": sealed_off(row.title) or BLANK,
            "place": self._place(row.place, "long"),
            "state": self._keyed("state", row.state),
            "category": self._answer(spec, row.category) if spec else row.category or BLANK,
            "urgency": self._keyed("urgency", row.urgency),
            "level": self._keyed("level", row.level),
            "holder": post.name_zh if post else BLANK,
            "opened": self._moment(row.opened),
            "closed": self._moment(row.closed),
            "due": self._moment(row.due),
        }

    def _place(self, code: str, style: str = "short") -> str:
        return router.current(self.town.code).name(code, LANG, style)

    def _done(self, step: Step) -> dict[str, Any]:
        """When, by whom and in which post an entry was made."""
        outside = step.by.split(":")[0]
        by = self._word(f"role.{outside}") if outside in RESERVED else self.persons.get(step.by, step.by)
        return {
            "done_at": self._moment(step.at),
            "done_by": sealed_off(by),
            "done_post": self._post(step.post),
        }

    def _fact(self, step: Step, form: type[Form]) -> Said:
        return Said(parts={**self._done(step), **self._answers(form, step.answers, f"{step.seq}.")})

    def _answers(
        self, form: type[Form], answers: Mapping[str, Any], prefix: str, depth: int = 0
    ) -> dict[str, Any]:
        said = {}
        for spec in forms.fields_of(form):
            raw = self.clear.get(f"{prefix}{spec.name}", answers.get(spec.name))
            if raw not in (None, "", []):
                said[spec.name] = self._answer(spec, raw, depth)
        return said

    def _answer(self, spec: FieldSpec, raw: Any, depth: int = 0) -> Any:
        """An answer in words; of several, each."""
        if raw in (None, ""):
            return BLANK
        if isinstance(raw, list):
            many = Pictures if spec.type.startswith("photo") else Several
            return many(self._one(spec, one, depth) for one in raw)
        return self._one(spec, raw, depth)

    def _one(self, spec: FieldSpec, raw: Any, depth: int) -> Any:
        kind = spec.type.removesuffix("s")
        if isinstance(raw, dict):
            return sealed_off(rows.told(self.town, self.line.key, raw, LANG, self._place))
        if spec.table:
            row = self.town.tables.get(self.line.key, {}).get(spec.table, {}).get(str(raw), {})
            parts = {name: sealed_off(text) for name, text in row.items() if text}
            return Said(row.get(LANG) or str(raw), {**parts, "key": raw}, raw)
        if spec.choices:
            return self._keyed(f"choice.{spec.name}", str(raw))
        if isinstance(raw, bool):
            return Said("是" if raw else "否", key=raw)
        if kind == "ref":
            kept = self.held.records.get(int(raw))
            return self._record(kept, depth) if kept else BLANK
        if kind == "post":
            return self._post(str(raw))
        if kind == "account":
            return sealed_off(people.current().called(str(raw)))
        if kind == "file":
            return next((sealed_off(file.name) for file in self.held.files if file.sha256 == raw), BLANK)
        if kind in ("date", "datetime"):
            return self._moment(str(raw))
        if isinstance(raw, float):
            return int(raw) if raw.is_integer() else raw
        return sealed_off(raw) if isinstance(raw, str) else raw

    def _record(self, kept: Kept, depth: int = 0) -> Said:
        """A record with its answers and the records that it names in turn, which may name this one again."""
        name = sealed_off(kept.name) or BLANK
        if depth == DEPTH:
            return Said(str(name))
        form = self.line.register(kept.register).form
        place = router.current(self.town.code).name(kept.place, LANG, "long")
        own = self._answers(form, kept.answers, "record.", depth + 1)
        return Said(str(name), {"name": name, "place": place, **own})

    def _post(self, key: str) -> Any:
        post = people.current().post(key) if key else None
        return sealed_off(post.name_zh) if post else BLANK


def names_of(town: Town) -> dict[str, str]:
    """What the town is called on papers: its own `[papers]` in town.toml, else what follows from its name."""
    name, own = town.names[LANG], town.options.get("papers", {})
    short, office = name, ""
    for ending, called in (("街道", "办事处"), ("镇", "人民政府"), ("乡", "人民政府")):
        if name.endswith(ending):
            short, office = name.removesuffix(ending), called
    return {"name": name, "organ": own.get("organ", name + office), "short": own.get("short", short)}


def numbered(pattern: str, number: str) -> tuple[str, str]:
    """The year and the serial of a case's number, without leading noughts (GB/T 9704-2012, 7.2.5)."""
    made = "".join(re.escape(text) + _group(name) for text, name, _, _ in string.Formatter().parse(pattern))
    found = re.match(made, number)
    return (found["year"], str(int(found["n"]))) if found else ("", number)


def _group(name: str | None) -> str:
    return rf"(?P<{name}>\d{{4}})" if name == "year" else rf"(?P<{name}>\d+)" if name else ""
