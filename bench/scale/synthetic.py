"""Fills a warehouse with synthetic cases: journeys walked by the kernel, each taken again at other weeks and places.

For each kind some thousands of journeys are walked in the town's real calendar and folded after each of their entries
(`kernel.table`). A case is one of these, moved on by whole weeks and to a village and grid of its own, as far as it
had come by AS_OF. Its due times are moved with it, so holidays of its new week are not counted anew. `consistent`
takes a sample of what was written, makes each case's entries, folds them, and compares every column.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.scale.journeys import Journey, Walker
from gridtown import town as towns
from gridtown.kernel.clocks import Clock
from gridtown.kernel.line import Kind
from gridtown.kernel.table import Table, name_of, stored
from gridtown.kernel.told import Fact
from gridtown.town import Town
from gridtown.warehouse import files
from gridtown.warehouse.files import Columns, Part

FIRST, AS_OF = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 11, 20, 4, tzinfo=UTC)
WEEK = timedelta(weeks=1)
VILLAGES, GRIDS = 23, 8  # of a town; grids in each village
SEED = 20251120
# Shares of all cases; every other kind has an equal part of the rest.
SHARES = {
    ("appeals", "matter"): 0.40, ("patrol", "finding"): 0.08, ("patrol", "round"): 0.10, ("rivers", "walk"): 0.07,
    ("food", "visit"): 0.05, ("safety", "hazard"): 0.06, ("safety", "check"): 0.04, ("safety", "self_check"): 0.04,
}  # fmt: skip


@dataclass(frozen=True)
class Pool:
    """A kind's journeys, the row of each after each of its entries, and where those rows begin."""

    journeys: tuple[Journey, ...]
    rows: pa.Table
    first: np.ndarray
    ages: np.ndarray  # seconds from opening to each entry, by journey; beyond the last: never


@dataclass(frozen=True)
class Drawn:
    """The cases of one kind, oldest first: ids, journeys, weeks moved on, places, entries so far, newest entry's id."""

    ids: np.ndarray
    journey: np.ndarray
    weeks: np.ndarray
    place: np.ndarray  # village * GRIDS + grid
    steps: np.ndarray
    upto: np.ndarray
    opened: np.ndarray  # seconds since 1970


def kinds_of(town: Town) -> list[tuple[str, Kind]]:
    """Every kind of case, in the town's order."""
    return [(line.key, kind) for line in town.lines.values() for kind in line.kinds]


def pool(town: Town, line: str, kind: Kind, size: int) -> Pool:
    """So many journeys, begun at working hours of weeks by chance, with their rows."""
    walker, chance, table = (
        Walker(town, line, kind, SEED),
        random.Random(f"{SEED}/{line}"),
        Table(kind, town.zone),
    )
    weeks = (AS_OF - FIRST) // WEEK
    journeys, rows, first, ages = [], [], [], np.full((size, 64), 1 << 40, np.int64)
    for n in range(size):
        at = (
            FIRST
            + WEEK * chance.randrange(weeks)
            + timedelta(days=chance.choice((0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6)))
        )
        journey = walker.walk(
            at + timedelta(seconds=chance.randrange(0, 11 * 3600))
        )  # from eight in the morning
        first.append(len(rows))
        for step, fact in enumerate(journey.facts):
            ages[n, step] = int((fact.at - journey.opened).total_seconds())
            case = journey.case(step + 1, case=0, number="", town=town.code, place="", upto=0)
            rows.append(table.fold(case, journey.facts[: step + 1]))
        journeys.append(journey)
    return Pool(tuple(journeys), files.arrow(rows, table.columns), np.array(first), ages)


def drawn(pool: Pool, which: np.ndarray, opened: np.ndarray, seed: int) -> tuple[Drawn, np.ndarray]:
    """Cases of one kind for ids `which`, wished to open at these moments; their places and how far each had come."""
    chance, size = np.random.default_rng(seed), len(which)
    journey = chance.integers(0, len(pool.journeys), size)
    begun = np.array([int(j.opened.timestamp()) for j in pool.journeys])
    weeks = (opened - begun[journey]) // int(WEEK.total_seconds())
    at = begun[journey] + weeks * int(WEEK.total_seconds())
    order = np.argsort(at, kind="stable")
    journey, weeks, at = journey[order], weeks[order], at[order]
    known = int(AS_OF.timestamp()) - at
    steps = (pool.ages[journey] < known[:, None]).sum(axis=1)
    # some villages are larger than others
    village = np.minimum(chance.zipf(1.4, size) - 1, VILLAGES - 1)
    place = village * GRIDS + chance.integers(0, GRIDS, size)
    return Drawn(which, journey, weeks, place, steps, np.zeros(size, np.int64), at), steps


def _moved(column: pa.ChunkedArray, weeks: np.ndarray) -> pa.ChunkedArray:
    """A column of moments or days, so many weeks later."""
    kind = column.type
    raw = column.cast(pa.int64() if pa.types.is_timestamp(kind) else pa.int32())
    step = weeks * (7 * 86_400_000_000 if pa.types.is_timestamp(kind) else 7)
    return pc.add(raw, pa.array(step).cast(raw.type)).cast(kind)


def rows(pool: Pool, cases: Drawn, town: Town, number: str) -> pa.Table:
    """Cases as rows of their table."""
    table = pool.rows.take(pa.array(pool.first[cases.journey] + cases.steps - 1))
    village, _grid = np.divmod(cases.place, GRIDS)
    villages = pa.array([f"{town.code}{v + 201:03}" for v in range(VILLAGES)])
    grids = pa.array([f"{town.code}{v + 201:03}{g + 1:03}" for v in range(VILLAGES) for g in range(GRIDS)])
    own: dict[str, Any] = {
        "case_id": pa.array(cases.ids), "upto": pa.array(cases.upto),
        "number": pc.binary_join_element_wise(number, pa.array(cases.ids).cast(pa.string()), "-"),
        "village": villages.take(pa.array(village)), "grid": grids.take(pa.array(cases.place)),
    }  # fmt: skip
    columns = []
    for field in table.schema:
        column = own.get(field.name, table.column(field.name))
        if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type):
            column = _moved(column, cases.weeks)
        columns.append(column)
    return pa.table(columns, schema=table.schema)


def case_of(pool: Pool, cases: Drawn, n: int, town: Town, number: str) -> tuple[Any, list[Fact]]:
    """The n-th case with its entries, as the ledger would have them."""
    journey, on = pool.journeys[cases.journey[n]], WEEK * int(cases.weeks[n])
    village, grid = divmod(int(cases.place[n]), GRIDS)
    said = replace(journey, opened=journey.opened + on, answers=_later(journey.answers, on))
    facts = [
        replace(f, at=f.at + on, answers=_later(f.answers, on), clocks=_clocks_later(f.clocks, on))
        for f in journey.facts[: int(cases.steps[n])]
    ]
    case = said.case(
        len(facts), case=int(cases.ids[n]), number=f"{number}-{cases.ids[n]}", town=town.code,
        place=f"{town.code}{village + 201:03}{grid + 1:03}", upto=int(cases.upto[n]),
    )  # fmt: skip
    return case, facts


def _later(answers: dict[str, Any], on: timedelta) -> dict[str, Any]:
    """Answers with their days and moments so many weeks later."""

    def moved(value: Any) -> Any:
        if not (isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-"):
            return value
        if len(value) == 10:
            return (date.fromisoformat(value) + on).isoformat()
        return (datetime.fromisoformat(value) + on).isoformat(timespec="seconds")

    return {name: moved(value) for name, value in answers.items()}


def _clocks_later(clocks: Any, on: timedelta) -> dict[str, Any]:
    loaded = {key: Clock.from_json(said) for key, said in clocks.items()}
    return {
        key: replace(
            clock, start=clock.start + on, run=clock.run + on, due=clock.due and clock.due + on,
            paused=clock.paused and clock.paused + on,
        ).to_json()
        for key, clock in loaded.items()
    }  # fmt: skip


def shares(town: Town, cases: int) -> list[int]:
    """How many cases each kind has."""
    known = kinds_of(town)
    rest = [i for i, (line, kind) in enumerate(known) if (line, kind.key) not in SHARES]
    left = 1 - sum(SHARES.values())
    counts = [int(cases * SHARES.get((line, kind.key), left / len(rest))) for line, kind in known]
    counts[0] += cases - sum(counts)
    return counts


@dataclass(frozen=True)
class Job:
    """One kind to be written: by a process of its own."""

    at: int
    folder: Path
    cases: int


def made(at: int, cases: int) -> tuple[Pool, Drawn, str]:
    """The pool and the cases of the town's at-th kind, the same on every call."""
    town = towns.current()
    counts = shares(town, cases)
    line, kind = kinds_of(town)[at]
    size = max(500, min(20_000, counts[at] // 150))
    chance = np.random.default_rng(SEED)
    kind_of = np.repeat(np.arange(len(counts), dtype=np.int8), counts)
    chance.shuffle(kind_of)
    which = np.flatnonzero(kind_of == at) + 1
    wished = np.linspace(FIRST.timestamp() + 8 * 86400, AS_OF.timestamp() - 3600, cases).astype(np.int64)
    walked = pool(town, line, kind, size)
    found, _ = drawn(walked, which, wished[which - 1], SEED + at)
    # ids of entries: six for each case before it, so that they ascend over all kinds
    upto = found.ids * 6
    return walked, replace(found, upto=upto), f"B{at}"


def _write(job: Job) -> tuple[str, str, dict[str, str], dict[str, list[Part]]]:
    town = towns.current()
    line, kind = kinds_of(town)[job.at]
    walked, cases, number = made(job.at, job.cases)
    table, name = Table(kind, town.zone), name_of(line, kind.key)
    month = np.array(cases.opened, dtype="datetime64[s]").astype("datetime64[M]")
    months: dict[str, list[Part]] = {}
    for one in np.unique(month):
        chosen = np.flatnonzero(month == one)
        part = rows(walked, _some(cases, chosen), town, number)
        months[str(one)] = [files.write_part(job.folder, name, str(one), part)]
    return name, files.schema_of(table.columns), dict(table.columns), months


def _some(cases: Drawn, chosen: np.ndarray) -> Drawn:
    return Drawn(*(getattr(cases, name)[chosen] for name in Drawn.__dataclass_fields__))


def _begin() -> None:
    import django  # noqa: PLC0415 - in a process of its own

    django.setup()


def fill(cases: int, folder: Path) -> dict[str, Columns]:
    """Write so many cases; a table's months by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [Job(at, folder, cases) for at in range(len(kinds_of(towns.current())))]
    with get_context("spawn").Pool(2, _begin) as workers:
        found = workers.imap_unordered(_write, jobs)
        return {name: Columns(schema, columns, months) for name, schema, columns, months in found}


def consistent(cases: int, sample: int, read: Any) -> int:
    """Fold the entries of a sample of each kind and compare with what was written; how many were compared.

    read: the written rows of a table by ids. ValueError with the first difference.
    """
    town, compared = towns.current(), 0
    for at, (line, kind) in enumerate(kinds_of(town)):
        walked, drawn_cases, number = made(at, cases)
        table = Table(kind, town.zone)
        chosen: Sequence[int] = random.Random(at).sample(
            range(len(drawn_cases.ids)), min(sample, len(drawn_cases.ids))
        )
        written = {
            row["case_id"]: row for row in read(name_of(line, kind.key), drawn_cases.ids[chosen].tolist())
        }
        for n in chosen:
            case, facts = case_of(walked, drawn_cases, n, town, number)
            folded = table.fold(case, facts)
            for name, value in folded.items():
                if written[case.id][name] != value:
                    raise ValueError(
                        f"{line}/{kind.key} {case.id}: {name} {written[case.id][name]!r} != {value!r}"
                    )
            compared += 1
    return compared


__all__ = ["AS_OF", "FIRST", "case_of", "consistent", "fill", "kinds_of", "made", "stored"]
