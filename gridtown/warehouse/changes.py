"""What changes in a table between two writings of its months: merged when it is read, folded in when it is much.

A case of years ago that moves once more must not cost the month it was opened in. Its row as it is now goes into
`fresh`, and the row of the month into `gone`, which readers leave out. Whoever adds up adds `fresh` and takes away
`gone`: both together are exact. When a table has many changes, `fold_in` writes the months they belong to anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from gridtown.warehouse import files
from gridtown.warehouse.files import Changes, Columns, Damaged, Part

# Changes that are merged at every reading, before they are folded in: so many, or a share of the table.
MOST, SHARE = 10_000, 1 / 40


@dataclass(frozen=True)
class Place:
    """A table's folder and name, and the columns of its rows that are kept when they go."""

    folder: Path
    name: str
    told: Sequence[str]


def read(folder: Path, part: Part | None) -> pa.Table | None:
    """A file's rows; None for no file."""
    return files.read_parts(folder, [part], without=pa.array([], pa.int64()))[0] if part else None


def change(
    db: duckdb.DuckDBPyConnection, at: Place, table: Columns, rows: pa.Table, months: Collection[str]
) -> None:  # fmt: skip
    """Let these rows stand for all that their cases or records had before, in `months` or in earlier changes."""
    known = table.changes
    fresh, gone = (read(at.folder, known.fresh), read(at.folder, known.gone)) if known else (None, None)
    if gone is not None and gone.column_names != list(at.told):
        fold_in(at, table)  # other columns are kept today
        known = fresh = gone = None
    ids = pc.unique(rows.column(0))
    told = [rows]
    first_time = ids
    if fresh is not None:
        told = [fresh.filter(pc.invert(pc.is_in(fresh.column(0), value_set=ids))), rows]
        first_time = ids.filter(pc.invert(pc.is_in(ids, value_set=pc.unique(fresh.column(0)))))
    held = sorted({table.held_in(month) for month in months})
    looked_at = {key: table.months[key] for key in held if table.months.get(key)}
    went = _went(db, at, looked_at, first_time)
    left = [t for t in (gone, went) if t is not None and t.num_rows]
    # A row's month is that of its case's opening, so one that went lies in one of those that were looked at.
    dirty = {*(known.months if known else ()), *(looked_at if went is not None and went.num_rows else ())}
    table.changes = Changes(
        files.write_part(at.folder, at.name, "changes", pa.concat_tables(told), passing=True),
        files.write_part(at.folder, at.name, "gone", pa.concat_tables(left), passing=True) if left else None,
        tuple(sorted(dirty)),
    )


def _went(
    db: duckdb.DuckDBPyConnection, at: Place, months: dict[str, list[Part]], ids: pa.Array
) -> pa.Table | None:  # fmt: skip
    """The rows that the months have of these cases or records, with the columns that are kept of them."""
    paths = [str(at.folder / part.file) for parts in months.values() for part in parts]
    if not paths or not len(ids):
        return None
    key = at.told[0]
    names = ", ".join(f'r."{name}"' for name in at.told)
    low, high = pc.min(ids).as_py(), pc.max(ids).as_py()
    db.register("ids", pa.table({"id": ids}))
    try:
        return db.execute(
            f'SELECT {names} FROM read_parquet(?) r SEMI JOIN ids ON r."{key}" = ids.id '
            f'WHERE r."{key}" BETWEEN {low} AND {high}',
            [paths],
        ).to_arrow_table()
    except duckdb.Error as error:
        raise Damaged(f"{at.name}: {error}") from error
    finally:
        db.unregister("ids")


def much(table: Columns) -> bool:
    """Whether its changes are so many that they ought to be folded in."""
    return table.changes is not None and table.changes.fresh.rows > max(MOST, int(table.rows * SHARE))


def fold_in(at: Place, table: Columns) -> None:
    """Write the months that have changes anew, and forget the changes."""
    if table.changes is None:
        return
    fresh = read(at.folder, table.changes.fresh)
    gone = read(at.folder, table.changes.gone)
    ids = pc.unique(gone.column(0)) if gone is not None else pa.array([], pa.int64())
    began = fresh.column("stood_from" if "stood_from" in fresh.column_names else "opened")
    months = pc.strftime(began, "%Y-%m").dictionary_encode().combine_chunks()
    held = pa.array([table.held_in(month) for month in months.dictionary.to_pylist()], pa.string())
    belongs = pa.DictionaryArray.from_arrays(months.indices, held).cast(pa.string())
    written = sorted({*held.to_pylist(), *table.changes.months})
    for month in written:
        old = files.read_parts(at.folder, table.months.get(month, []), without=ids)
        rows = pa.concat_tables([*old, fresh.filter(pc.equal(belongs, month))])
        if rows.num_rows:
            table.months[month] = [files.write_part(at.folder, at.name, month, rows)]
        else:
            table.months.pop(month, None)
    table.changes = None


def join(at: Place, table: Columns, now: datetime) -> bool:
    """Write neighbouring months that are over and have few rows into one file; whether there were any.

    Opening a file costs as much as reading some ten thousand rows of it, and most kinds have fewer in a month.
    """
    runs: list[list[str]] = [[]]
    for key in sorted(key for key in table.months if key[-7:] < f"{now:%Y-%m}"):
        run = [*runs[-1], key]
        if sum(part.rows for one in run for part in table.months[one]) > files.GROUP:
            runs.append([key])
        else:
            runs[-1] = run
    runs = [run for run in runs if len(run) > 1]
    for run in runs:
        parts = [part for key in run for part in table.months.pop(key)]
        rows = pa.concat_tables(files.read_parts(at.folder, parts, without=pa.array([], pa.int64())))
        joined = f"{run[0][:7]}..{run[-1][-7:]}"
        table.months[joined] = [files.write_part(at.folder, at.name, joined, rows)]
        if table.changes:
            dirty = {joined if key in run else key for key in table.changes.months}
            table.changes = msgspec.structs.replace(table.changes, months=tuple(sorted(dirty)))
    table.months = dict(sorted(table.months.items()))
    return bool(runs)
