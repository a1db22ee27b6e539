"""The same tables and the same questions on Spark, when one machine is outgrown (extra `scale`; needs Java 17).

    session = session_of("spark://host:7077")
    SparkLake(session, [folder_of("330110110"), folder_of("330110111")]).run(question)

Reads the very files of the warehouse by their manifests, of one town or of many; Ibis puts the same expressions into
Spark's SQL. Medians and quantiles are exact there as here; moments are whole seconds in UTC.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
from pyspark.sql import DataFrame, SparkSession

from gridtown.kernel.table import name_of
from gridtown.warehouse import files
from gridtown.warehouse.files import Columns
from gridtown.warehouse.lake import NoTable, Shape

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # The files' moments have no zone; read as UTC they are the moments that DuckDB reads.
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
}


def session_of(master: str, *, memory: str = "1g") -> SparkSession:
    """A session on a cluster (spark://…) or in this process (local[2]); `memory` of each executor."""
    builder = SparkSession.builder.master(master).appName("gridtown").config("spark.executor.memory", memory)
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


class SparkLake:
    """The line tables of some towns, as their manifests have them, on Spark. ValueError where a town has none."""

    def __init__(self, session: SparkSession, folders: Sequence[Path]) -> None:
        self.session = session
        # Ibis asks the session what it can do; without one it cannot put a question into Spark's SQL.
        self._ibis = ibis.pyspark.connect(session)
        self._shapes: dict[str, Shape] = {}
        tables: dict[str, list[tuple[Path, Columns]]] = {}
        for folder in folders:
            manifest = files.read_manifest(folder)
            if manifest is None:
                raise ValueError(
                    f"{folder.name} has no warehouse that can be read: run `gridtown refresh` there"
                )
            for name, table in manifest.tables.items():
                tables.setdefault(name, []).append((folder, table))
        for name, each in tables.items():
            self._put(name, each)

    def _put(self, name: str, each: Sequence[tuple[Path, Columns]]) -> None:
        if len({table.schema for _, table in each}) > 1:
            raise ValueError(
                f"{name}: these towns have tables of different columns: refresh them all with one version"
            )
        rows = [one for folder, table in each if (one := self._rows(folder, table)) is not None]
        if not rows:
            return
        whole = rows[0]
        for more in rows[1:]:
            whole = whole.unionByName(more)
        whole.createOrReplaceTempView(name)
        self._shapes[name] = Shape(name, tuple(each[0][1].columns.items()))

    def _rows(self, folder: Path, table: Columns) -> DataFrame | None:
        """A town's rows: of its months without those that have changed since, and these as they are now."""
        read, changes = self.session.read.parquet, table.changes
        months = [str(folder / part.file) for parts in table.months.values() for part in parts]
        rows = read(*months) if months else None
        if rows is not None and changes and changes.gone:
            key = next(iter(table.columns))
            rows = rows.join(read(str(folder / changes.gone.file)).select(key), key, "left_anti")
        if changes is None:
            return rows
        fresh = read(str(folder / changes.fresh.file))
        return fresh if rows is None else rows.unionByName(fresh)

    def table(self, line: str, kind: str) -> Any:
        """A kind's table, to be asked with Ibis; NoTable where no town has a row of it."""
        try:
            return self._shapes[name_of(line, kind)].table()
        except KeyError:
            raise NoTable(f"{line}/{kind}") from None

    def sql(self, question: Any) -> str:
        """A question as Spark is asked it."""
        return str(self._ibis.compile(question))

    def run(self, question: Any) -> list[dict[str, Any]]:
        """The rows that answer a question."""
        return self.run_sql(self.sql(question))

    def run_sql(self, sql: str) -> list[dict[str, Any]]:
        """The rows that answer a question compiled before."""
        return [row.asDict() for row in self.session.sql(sql).collect()]
