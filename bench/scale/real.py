"""A real ledger under a synthetic warehouse: some of its cases with all their entries, and new entries on them."""

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import numpy as np
from django.db import transaction

from bench.scale.journeys import Walker
from bench.scale.synthetic import AS_OF, GRIDS, SEED, VILLAGES, Drawn, Pool, case_of, kinds_of, made
from gridtown.cases import store
from gridtown.cases.models import Case, Entry
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.calendar import MissingYear
from gridtown.kernel.table import CaseRow
from gridtown.kernel.told import Fact
from gridtown.town import Town

_OPEN = 0.7  # of the cases that are brought: those that have not ended, as far as there are so many
_keys = count(1)
TOLD = "targets"  # a board is not shown of what has no title; `screens` opens some in earnest


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _row(case: CaseRow, line: str, facts: list[Fact]) -> store.Row:
    return store.Row(
        id=case.id, town=case.town, number=case.number, line=line, kind=case.kind, state=case.state,
        outcome=case.outcome, ended=case.ended, place=case.place, generation=1, title="", category=case.category,
        urgency=case.urgency, level=case.level, channel=case.channel, opened=case.opened,
        closed=facts[-1].at if case.ended else None, version=len(facts), source=case.source,
        answers=_json(case.answers), clocks=_json(facts[-1].clocks),
    )  # fmt: skip


def _entry(town: str, case: int, fact: Fact) -> store.Written:
    key = f"bench/{next(_keys)}/{random.getrandbits(48):x}"
    return store.Written(
        town=town, case_id=case, seq=fact.seq, at=fact.at, verb=fact.verb, by="bench", frm=fact.frm, to=fact.to,
        answers=_json(fact.answers), clocks=_json(fact.clocks), key=key, prev="", hash=key,
    )  # fmt: skip


def _bring(rows: list[store.Row], entries: list[store.Written]) -> None:
    """Write cases under the ids that the warehouse knows them by, with their entries."""
    with transaction.atomic():
        for start in range(0, len(rows), 200):
            said = [store._adapted(msgspec.structs.astuple(row)) for row in rows[start : start + 200]]  # noqa: SLF001
            store._insert("cases_case", store.ROW, said)  # noqa: SLF001
        for start in range(0, len(entries), 500):
            store.insert_entries(entries[start : start + 500])


class Ledger:
    """Cases of the warehouse that the ledger has as well, by kind; and what may happen to them next."""

    def __init__(self, town: Town, cases: int, sample: int) -> None:
        self.town, self.cases, self.chance = town, cases, random.Random(SEED)
        self.known: list[tuple[str, Walker, CaseRow, list[Fact]]] = []
        self.sample = sample

    def bring(self) -> None:
        """Choose cases, more of late than of old ones, and write them into the ledger."""
        for at, (line, _kind) in enumerate(kinds_of(self.town)):
            if line == TOLD:
                continue
            pool, drawn, number = made(at, self.cases)
            rows, entries = [], []
            for n in self._chosen(pool, drawn, self.sample * len(drawn.ids) // self.cases):
                case, facts = case_of(pool, drawn, n, self.town, number)
                rows.append(_row(case, line, facts))
                entries += [_entry(case.town, case.id, fact) for fact in facts]
            _bring(rows, entries)

    def know(self, cases: int) -> None:
        """Read so many of the ledger's cases by chance, to go on with."""
        walkers = {
            (line, kind.key): Walker(self.town, line, kind, SEED) for line, kind in kinds_of(self.town)
        }
        ids = list(Case.objects.filter(town=self.town.code).exclude(line=TOLD).values_list("id", flat=True))
        for _start in range(0, cases, 500):
            chosen = self.chance.sample(ids, min(500, len(ids)))
            entries: dict[int, list[Fact]] = {}
            for e in Entry.objects.filter(case_id__in=chosen).order_by("case_id", "seq"):
                said = json.loads(e.answers), json.loads(e.clocks)
                entries.setdefault(e.case_id, []).append(
                    Fact(e.seq, e.at, e.verb, "", "", e.frm, e.to, *said)
                )
            for c in Case.objects.filter(id__in=set(chosen) - {known.id for *_, known, _ in self.known}):
                case = CaseRow(
                    c.id, c.number, c.town, c.kind, c.place, 1, c.channel, c.category, c.urgency, c.level, c.state,
                    c.outcome, c.ended, c.opened, 1, 0, None, c.source, json.loads(c.answers),
                )  # fmt: skip
                self.known.append((c.line, walkers[(c.line, c.kind)], case, entries[c.id]))

    def _chosen(self, pool: Pool, drawn: Drawn, size: int) -> list[int]:
        chance = np.random.default_rng(SEED)
        ended = np.array(pool.rows.column("ended"))[pool.first[drawn.journey] + drawn.steps - 1]
        weight = np.exp(-(AS_OF.timestamp() - drawn.opened) / (45 * 86400.0))
        running, over = np.flatnonzero(~ended), np.flatnonzero(ended)
        few = min(len(running), int(size * _OPEN))
        found = []
        for which, n in ((running, few), (over, size - few)):
            if n:
                found.append(
                    chance.choice(
                        which, min(n, len(which)), replace=False, p=weight[which] / weight[which].sum()
                    )
                )
        newest = [len(drawn.ids) - 1]  # so that ids go on from the warehouse's last
        return sorted({*np.concatenate(found).tolist(), *newest}) if found else newest

    def go_on(self, entries: int, now: datetime) -> int:
        """So many new entries: a tenth on new cases, the rest moves on known ones; how many cases they concern."""
        written: list[store.Written] = []
        touched: set[int] = set()
        with transaction.atomic():
            while len(written) < entries:
                if self.chance.random() < 0.1:
                    at = now - timedelta(minutes=self.chance.randrange(1, 600))
                    case, _facts, fresh = self._opened(at)
                else:
                    at = self.chance.randrange(len(self.known))
                    case, _facts, fresh = self._moved(at, now)
                written += fresh
                touched |= {case.id} if fresh else set()
            for start in range(0, len(written), 500):
                store.insert_entries(written[start : start + 500])
        return len(touched)

    def _opened(self, at: datetime) -> tuple[CaseRow, list[Fact], list[store.Written]]:
        line, walker, _case, _facts = self.chance.choice(self.known)
        facts = [walker.walk(at.astimezone(UTC)).facts[0]]
        village = self.chance.randrange(VILLAGES)
        place = f"{self.town.code}{village + 201:03}{self.chance.randrange(GRIDS) + 1:03}"
        case = CaseRow(
            0, f"N{next(_keys)}-{self.chance.getrandbits(40):x}", self.town.code, walker.kind.key, place, 1, "desk", "",
            "normal", "small", facts[0].to, "", False, facts[0].at, 1, 0, None, "bench", facts[0].answers,
        )  # fmt: skip
        row = _row(case, line, facts)
        store.insert_cases([row])
        case = CaseRow(row.id, *(getattr(case, name) for name in CaseRow.__slots__[1:]))
        self.known.append((line, walker, case, facts))
        return case, facts, [_entry(case.town, case.id, facts[0])]

    def _moved(self, at: int, now: datetime) -> tuple[CaseRow, list[Fact], list[store.Written]]:
        line, walker, case, facts = self.known[at]
        try:
            fact = walker.next(facts, clockwork.load(facts[-1].clocks))
        except MissingYear:  # a limit that ends in a year without a calendar
            fact = None
        if fact is None:
            return case, facts, []
        # whatever it waited for, it comes to pass today
        facts = [*facts, Fact(fact.seq, now, fact.verb, "", "", fact.frm, fact.to, fact.answers, fact.clocks)]
        row = _row(case, line, facts)
        row.state, end = fact.to, walker.procedure.end.get(fact.to)
        row.outcome, row.ended, row.closed = end or "", end is not None, now if end else None
        row.version = len(facts)
        store.update_case(row, len(facts) - 1)
        self.known[at] = (line, walker, case, facts)
        return case, facts, [_entry(case.town, case.id, facts[-1])]
