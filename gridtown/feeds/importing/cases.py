"""Cases of another system come in: rows in batches, points routed together, each row once however often it is read."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from gridtown.cases.actions import Outside, bring_in
from gridtown.feeds.importing.mapping import FileMapping
from gridtown.feeds.importing.reading import Bad, OutsideRow, RowReader
from gridtown.feeds.importing.report import ErrorFile, Result, why
from gridtown.feeds.importing.rules import BadMapping
from gridtown.feeds.importing.sheets import rows
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.told import Actor
from gridtown.places import coords, router
from gridtown.town import Town

BATCH = 2000


@dataclass(frozen=True)
class Ends:
    """How an outside outcome and an open row are called in our procedure."""

    open_state: str
    by_outcome: dict[str, str]

    @classmethod
    def of(cls, procedure: Procedure, open_state: str) -> "Ends":
        """The first end of each outcome; BadMapping where the open state is none."""
        state = open_state or procedure.start
        if state not in procedure.states or state in procedure.end:
            raise BadMapping("unknown_key", value=f"case.open_state = {state}")
        ends: dict[str, str] = {}
        for end, outcome in procedure.end.items():
            ends.setdefault(outcome, end)
        return cls(state, ends)


def import_cases(
    path: Path,
    mapping: FileMapping,
    *,
    town: Town,
    by: Actor,
    errors: Path,
    lang: str = "zh",
    progress: Callable[[int], object] = lambda n: None,
) -> Result:
    """Read a file by its mapping; answers the counts, writes rows that did not go in to `errors` with their reasons.

    Reading the same file again changes nothing; a later file with more closings adds only these.
    """
    kind = town.kind(mapping.line, mapping.kind)
    if mapping.limit and mapping.limit not in {limit.key for limit in kind.procedure.limits}:
        raise BadMapping("unknown_key", value=f"case.limit = {mapping.limit}")
    ends = Ends.of(kind.procedure, mapping.open_state)
    result, reasons = Result(), Counter[str]()
    with rows(path, **mapping.file) as (headings, lines), ErrorFile(errors, headings, lang) as bad_rows:
        reader = RowReader(mapping, headings)
        for batch in _batches(reader.read(lines)):
            good, bad = _placed([r for r in batch if isinstance(r, OutsideRow)], mapping, town)
            bad += [r for r in batch if isinstance(r, Bad)]
            bad += _bring(good, mapping, ends, by, result)
            for one in sorted(bad, key=lambda b: b.row):
                bad_rows.add(one)
                reasons[f"{one.column}: {why(one, lang)}" if one.column else why(one, lang)] += 1
            result.read += len(batch)
            result.bad += len(bad)
            progress(len(batch))
        result.errors = errors if bad_rows.made else None
    result.reasons = dict(reasons.most_common())
    return result


def _batches(read: Iterator[OutsideRow | Bad]) -> Iterator[list[OutsideRow | Bad]]:
    while batch := list(islice(read, BATCH)):
        yield batch


def _placed(
    read: Sequence[OutsideRow], mapping: FileMapping, town: Town
) -> tuple[list[OutsideRow], list[Bad]]:
    """Give each row its grid by its point (converted at this edge), else by the code that the file names."""
    places = router.current(town.code)
    pointed = [row for row in read if row.lon is not None and row.lat is not None]
    if pointed:
        lons, lats = coords.to_wgs84(
            np.array([row.lon for row in pointed]), np.array([row.lat for row in pointed]), mapping.crs
        )
        found = places.route_many(lons, lats)
        codes = places.router.codes_of(found)
        for row, lon, lat, code in zip(pointed, lons.tolist(), lats.tolist(), codes, strict=True):
            row.lon, row.lat = lon, lat
            if code:
                row.place, row.generation = code, places.generation
    good: list[OutsideRow] = []
    bad: list[Bad] = []
    for row in read:
        if not row.generation:
            if not places.knows(row.place):
                bad.append(
                    Bad(row.row, row.cells, mapping.column("place" if row.place else "lon"), "no_place")
                )
                continue
            row.generation = places.generation
        good.append(row)
    return good, bad


def _bring(
    read: Sequence[OutsideRow], mapping: FileMapping, ends: Ends, by: Actor, result: Result
) -> list[Bad]:
    """Write one batch; answers the rows that the ledger refused."""
    by_number = {row.number: row for row in read}
    brought = bring_in(rows=[_outside(row, mapping, ends) for row in read], source=mapping.source, by=by)
    result.added += brought.new
    result.closed += brought.ended
    result.same += brought.known
    said = []
    for number, why_not in brought.refused:
        row = by_number[number]
        detail = ", ".join(why_not.fields) or why_not.key
        said.append(Bad(row.row, row.cells, "", "refused", {"value": detail}))
    return said


def _outside(row: OutsideRow, mapping: FileMapping, ends: Ends) -> Outside:
    return Outside(
        key=row.number,
        line=mapping.line,
        kind=mapping.kind,
        answers=row.answers,
        opened=row.opened,
        state=ends.open_state,
        closed=row.closed,
        end=ends.by_outcome[row.outcome] if row.closed else "",
        limit=mapping.limit if row.due else "",
        due=row.due,
        place=row.place,
        generation=row.generation,
        lon=row.lon,
        lat=row.lat,
        crs=mapping.crs if row.lon is not None else "",
        channel=row.channel,
        # our own limits begin only for what is still open here; a foreign past is not judged by them
        own_clocks=mapping.own_limits and row.closed is None and row.due is None,
    )
