"""Tells a story of a line through the real actions: made-up posts, the town's own calendar, limits and tables."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import docx
import duckdb
import ibis
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from PIL import Image

from gridtown import town as towns
from gridtown.cases import actions, store
from gridtown.cases.files import put_photo
from gridtown.cases.store import Row
from gridtown.kernel.indicator import SECONDS, SPANS, Indicator, readings, stored
from gridtown.kernel.line import Line
from gridtown.kernel.standing import PREFIX, Standing
from gridtown.kernel.story import Step, Story
from gridtown.kernel.table import Table
from gridtown.kernel.told import (
    ANYONE,
    CHILD,
    CONFIDENTIAL,
    REPORTER,
    RESERVED,
    SUBJECT,
    SYSTEM,
    Actor,
    Refused,
)
from gridtown.papers import printing
from gridtown.papers.printing import Printed
from gridtown.people.models import Account, Holding, Post
from gridtown.people.scope import visible
from gridtown.places import stamp
from gridtown.warehouse import files, lake, ledger

# What signs in stories; its public half stands in them.
STORY_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DESKS = ("handler", "patroller", "dispatcher", "receiver", "verifier", "supervisor", "duty_officer", "leader")


def cast(steps: tuple[Step, ...]) -> None:
    """One post for each role and each person of the story, the role's own first, all at the town's level."""
    town = towns.current().code
    told = dict.fromkeys((*DESKS, *(s.who for s in steps if s.role not in RESERVED)))
    accounts: dict[str, Account] = {}
    for rank, who in enumerate(told):
        role, _, name = who.partition("/")
        account = accounts.get(name or role) or Account.objects.create(username=name or role)
        accounts[name or role] = account
        post = Post.objects.create(
            town=town, key=key_of(who), name_zh=who, name_en=who, roles=[role], place=town, covers=[town],
            level="town", clearance=4, rank=rank,
        )  # fmt: skip
        Holding.objects.create(post=post, account=account, since=LONG_AGO)
    stamp.bump(town)


def a_photo(at: datetime) -> str:
    """The digest of a picture that was uploaded."""
    raw = io.BytesIO()
    Image.new("RGB", (4, 3), "grey").save(raw, "PNG")
    raw.seek(0)
    return put_photo(raw, "photo.png", now=at)


def key_of(who: str) -> str:
    """The key of a person's post: handler/one holds "handler-one"."""
    return who.replace("/", "-")


def said_in(word: bytes) -> list[str]:
    """The paragraphs of a Word file, those of its tables too."""
    return [Paragraph(p, None).text for p in docx.Document(io.BytesIO(word)).element.body.iter(qn("w:p"))]


@dataclass
class Told:
    """A story as far as it has been told."""

    line: Line
    story: Story
    foresee: bool = (
        False  # ask before every step what would be refused whatever is said, and hold it against what was
    )
    numbers: list[str] = field(default_factory=list)  # by order of opening
    secrets: dict[str, str] = field(default_factory=dict)  # who reported -> "number secret"
    records: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)  # drawn by moves, in their order

    def tell(self) -> "Told":
        """Take every step; each that must be refused has to be, for the reason given."""
        cast(self.story.steps)
        if (
            connection.vendor == "postgresql"
        ):  # a draw goes by the records' ids, and only SQLite begins with the first
            store.execute("ALTER TABLE cases_record ALTER COLUMN id RESTART", [])
        for n, (register, answers) in enumerate(self.story.records, 1):
            self._keep(n, register, answers)
        for n, step in enumerate(self.story.steps, 1):
            why = self.story.refused.get(n)
            said = self._refusal(step, f"story:{n}")
            assert said == why, f"step {n}, {step.verb} by {step.who}: refused for {said}, not for {why}"
        return self

    def _keep(self, n: int, register: str, answers: Mapping[str, Any]) -> None:
        """Put a record on the books, as whoever keeps that register."""
        listed = self.line.register(register)
        town = towns.current().code
        keeper = Actor(listed.kept_by[0], "", frozenset(listed.kept_by), town, clearance=2)
        said = {name: self._meant(value) for name, value in answers.items()}
        kept = actions.keep(
            line=self.line.key, register=register, answers=said, by=keeper, now=self.story.steps[0].at,
            key=f"story:record:{n}", place=town,
        )  # fmt: skip
        self.records.append(kept)

    def _refusal(self, step: Step, key: str) -> str | None:
        """Take a step; the reason's key when it is refused."""
        try:
            self._take(step, key)
        except Refused as refusal:
            return refusal.key
        return None

    def _take(self, step: Step, key: str) -> None:
        answers = {name: self._meant(value) for name, value in step.answers.items()}
        if step.verb == "report":
            self._report(step, answers, key)
        elif step.role in (CHILD, SYSTEM):
            self._by_itself(step, answers)
        else:
            by, row = self._who(step), self.row(step.case)
            barred = self._foreseen(row, by, step.at) if self.foresee else {}
            taken = actions.take(case=row.id, verb=step.verb, answers=answers, by=by, now=step.at, key=key)
            assert step.verb not in barred, (
                f"{step.verb} was done, though {barred[step.verb].key} was foreseen"
            )
            self.codes += taken.codes
        self._count()

    def _foreseen(self, row: Row, by: Actor, now: datetime) -> dict[str, Refused]:
        moves = towns.current().kind(row.line, row.kind).procedure.moves_from(row.state)
        verbs = [move.verb for move in moves]
        # whoever else opens the page has an answer, too
        anybody = replace(
            by, person="anybody", roles=frozenset(role for move in moves for role in move.roles)
        )
        actions.foreseen(row=row, verbs=verbs, by=(anybody,), now=now)
        return actions.foreseen(row=row, verbs=verbs, by=(by,), now=now)

    def _report(self, step: Step, answers: dict[str, Any], key: str) -> None:
        channel = {REPORTER: "web", SUBJECT: "link", ANYONE: "web", SYSTEM: "duty"}.get(step.role, "counter")
        receipt = actions.report(
            line=self.line.key, kind=step.kind or self.story.kind, answers=answers, by=self._who(step),
            now=step.at, key=key, channel=channel,
        )  # fmt: skip
        self.secrets[step.who] = f"{receipt.number} {receipt.secret}"
        self.numbers.append(receipt.number)
        assert len(self.numbers) == step.case, "cases are counted as they are opened"

    def _by_itself(self, step: Step, answers: dict[str, Any]) -> None:
        if step.role == SYSTEM:
            while actions.fall_due(now=step.at):
                pass
        entries = store.entries_of(self.row(step.case).id)
        done = [e for e in entries if (e.verb, e.by, e.at) == (step.verb, step.role, step.at)]
        assert any(answers.items() <= msgspec.json.decode(e.answers).items() for e in done), (
            f"the ledger did not {step.verb} by itself at {step.at}: {[(e.verb, e.at) for e in entries]}"
        )

    def _who(self, step: Step) -> Actor:
        if step.role == REPORTER and (said := self.secrets.get(step.who)):
            return actions.reporter(*said.split())[0]
        if step.role == SUBJECT:
            return actions.subject(self.records[int(step.person) - 1 if step.person.isdigit() else 0])
        if step.role == ANYONE:
            return actions.anyone()
        post = "" if step.role in (REPORTER, SYSTEM) else key_of(step.who)
        place = towns.current().code if post else ""
        clearance = max(CONFIDENTIAL[self.line.kind(self.story.kind).confidential], 2)
        return Actor(
            person=step.person, post=post, roles=frozenset({step.role}), place=place, clearance=clearance
        )

    def _meant(self, value: Any) -> Any:
        """ "case 2" is the second case's number, "record 1" the first record's id, "photo" an uploaded picture.

        "code 3" is the third code that was drawn; "{record 1}" is the id within a longer text.
        """
        if isinstance(value, list):
            return [self._meant(one) for one in value]
        if isinstance(value, str) and re.fullmatch(r"case \d+", value):
            return self.numbers[int(value.removeprefix("case ")) - 1]
        if value == "photo":
            return a_photo(self.story.steps[0].at)
        if value == "signed photo":
            return STORY_KEY.sign(f"gridtown edition {a_photo(self.story.steps[0].at)}".encode()).hex()
        if isinstance(value, str) and re.fullmatch(r"code \d+", value):
            return self.codes[int(value.removeprefix("code ")) - 1]
        if isinstance(value, str) and re.fullmatch(r"record \d+", value):
            return self.records[int(value.removeprefix("record ")) - 1]
        if isinstance(value, str):
            return re.sub(r"\{record (\d+)\}", lambda found: str(self.records[int(found[1]) - 1]), value)
        return value

    def _count(self) -> None:
        """Cases that the ledger itself has opened come after those before them."""
        for (number,) in store.fetch("SELECT number FROM cases_case ORDER BY id", []):
            if number not in self.numbers:
                self.numbers.append(number)

    def row(self, n: int) -> store.Row:
        """The story's n-th case."""
        row = store.case_by("number", self.numbers[n - 1])
        assert row is not None
        return row

    def papers(self) -> dict[str, list[Printed]]:
        """Every document that can be printed from this line's cases in the story, by its key."""
        hat = Actor("clerk", "supervisor", frozenset({"supervisor"}), towns.current().code, clearance=4)
        found: dict[str, list[Printed]] = {}
        for n in range(1, len(self.numbers) + 1):
            row = self.row(n)
            verbs = [entry.verb for entry in store.entries_of(row.id)]
            for document in printing.ready(towns.current(), row.line, row.kind, verbs):
                paper = printing.printed(
                    number=row.number, key=document.key, scope=visible((hat,)), hats=(hat,), now=LONG_AGO
                )
                found.setdefault(f"{row.line}.{document.key}", []).append(paper)
        return found

    def late(self) -> set[str]:
        """The limits of the story's main case that ended too late."""
        main = self.numbers[self.story.main - 1]
        folded = next(f for f in self._folded(self.story.kind) if f["number"] == main)
        return {
            limit.key
            for limit in self.line.kind(self.story.kind).procedure.limits
            if folded[f"{limit.key}_late"]
        }

    def _folded(self, kind: str) -> list[dict[str, Any]]:
        town = towns.current()
        table = Table(town.kind(self.line.key, kind), town.zone)
        return [folded.row for folded in ledger.all_cases(town.code, {(self.line.key, kind): table})]

    def counted(self, keys: Iterable[str]) -> dict[str, str]:
        """What indicators say of the story's year: "1/2" of a ratio, "1" of a count, "1.50" days of a measure."""
        read: dict[str, dict[str, str]] = {}
        kinds = {ind.key: ind.kind for ind in self.line.indicators}
        for kind in {kinds[key] for key in keys}:
            read[kind] = self._read(kind)
        return {key: read[kinds[key]][key] for key in keys}

    def _read(self, kind: str) -> dict[str, str]:
        """Every indicator of one table."""
        town, year = towns.current(), self.story.steps[0].at.year
        inds, columns, sql = _question(self.line.key, kind)
        if kind.startswith(PREFIX):
            book = Standing(self.line.register(kind.removeprefix(PREFIX)))
            stood = ledger.all_records(town.code, {(self.line.key, book.register.key): book})
            rows = [folded.row for folded in stood]
        else:
            rows = self._folded(kind)
        since, until = (stored(datetime(y, 1, 1, tzinfo=town.zone)) for y in (year, year + 1))
        span = {"asked": 0, "since": since, "until": until, "ends": until, "below": ""}
        with _engine().cursor() as db:
            db.register("told", files.arrow(rows, columns))
            db.register("spans", files.arrow([span], SPANS))
            found = db.execute(sql)
            names = [column[0] for column in found.description]
            nothing = [None if name.startswith("value_") else 0 for name in names]
            row = dict(zip(names, found.fetchone() or nothing, strict=True))
        return {ind.key: _said(ind, n, row) for n, ind in enumerate(inds)}


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """Opened once: opening costs more than asking."""
    return duckdb.connect()


@cache
def _question(key: str, kind: str) -> tuple[list[Indicator], Mapping[str, str], str]:
    """Every indicator of one table, its columns, and the question: put into SQL once for all stories."""
    town = towns.current()
    line = town.lines[key]
    inds = [ind for ind in line.indicators if ind.kind == kind]
    if kind.startswith(PREFIX):
        columns = Standing(line.register(kind.removeprefix(PREFIX))).columns
    else:
        columns = Table(town.kind(key, kind), town.zone).columns
    rows, spans = ibis.table(dict(columns), name="told"), ibis.table(dict(SPANS), name="spans")
    return inds, columns, lake.sql(readings(inds, rows, spans))


def _said(ind: Indicator, n: int, row: Mapping[str, Any]) -> str:
    if ind.measure is not None:
        value = row[f"value_{n}"]
        return "none" if value is None else f"{value / SECONDS.get(ind.unit, 1):.2f}"
    return f"{row[f'count_{n}']}/{row[f'of_{n}']}" if ind.count is not None else str(row[f"of_{n}"])
