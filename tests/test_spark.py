"""The very same expressions on a Spark cluster of separate processes give the numbers of DuckDB and of the oracle."""

import ibis
import pytest

from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Span
from gridtown.kernel.period import Period
from gridtown.report import indicators
from gridtown.warehouse import files, kept
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.refresh import refresh
from tests import oracle, spark_cluster
from tests.chance import AS_OF, Chance
from tests.test_oracle import LINES, a_town, same

MISSING = spark_cluster.missing()
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(bool(MISSING), reason=f"Spark was NOT tested: {MISSING}"),
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore"),  # Spark's Python side warns of its own age
]
PERIODS = ("2024", "2024-05")
PARTS = ("of", "count", "value")


def told(question, key: int, by: tuple[str, ...]):
    """A question's answer in columns that all have, so that many are asked at once."""
    columns = {name: question[name] for name in question.columns}
    null = ibis.null()
    return question.select(
        key=ibis.literal(key, "int64"), village=columns.get("village", ibis.literal("")) if by else ibis.literal(""),
        of=columns["of"].cast("int64"), count=columns.get("count", null).cast("int64"),
        value=columns.get("value", null).cast("float64"),
    )  # fmt: skip


def answers(lake, named, span: Span, by: tuple[str, ...]):
    """Every indicator's reading, or slices, by (indicator, village): one question a table, made of all of its own."""
    found = {}
    tables: dict = {}
    for n, one in enumerate(named):
        tables.setdefault((one.line.key, one.indicator.kind), []).append((n, one.indicator))
    for (line, kind), asked in tables.items():
        cases = lake.table(line, kind)
        first, *rest = (
            told(kernel.sliced(ind, cases, span, by) if by else kernel.reading(ind, cases, span), n, by)
            for n, ind in asked
        )
        for row in lake.run(first.union(*rest) if rest else first):
            found[(row["key"], row["village"])] = {name: row[name] for name in PARTS}
    return found


def expected(rows: dict, named, span: Span, by: tuple[str, ...]):
    """The same from plain Python."""
    found = {}
    for n, one in enumerate(named):
        mine = rows[(one.line.key, one.indicator.kind)]
        each = (
            oracle.sliced(one.indicator, mine, span, by)
            if by
            else [oracle.reading(one.indicator, mine, span)]
        )
        for part in each:
            said = {name: part.get(name) for name in PARTS}
            found[(n, part.get("village", ""))] = said | {
                "value": None if said["value"] is None else float(said["value"])
            }
    return found


def test_spark_is_duckdb_is_the_oracle(tmp_path, settings, monkeypatch):
    from gridtown.warehouse.spark import SparkLake, session_of  # noqa: PLC0415 - only where it is installed

    settings.GRIDTOWN_HOME = tmp_path
    monkeypatch.setattr(kept, "SMALL", 10**9)
    town = a_town(*LINES)
    chance = Chance(town, 11)
    for n in (5, 3):  # the second round lies beside the months, as changes
        for line in town.lines.values():
            chance.cases(line, n)
            chance.records(line, n)
        refresh(now=AS_OF, town=town)
    named = indicators.listed(town)
    duck = lakes.tables(town)
    keys = {(one.line.key, one.indicator.kind) for one in named}
    rows = {(line, kind): oracle.rows_of(town, town.lines[line], kind) for line, kind in keys}
    with spark_cluster.cluster(tmp_path) as master:
        session = session_of(master, memory="768m")
        try:
            spark = SparkLake(session, [files.folder_of(town.code)])
            for period in PERIODS:
                seen = Period.parse(period, town.zone).seen_at(AS_OF)
                span = Span(seen.since, seen.until, town.code)
                for by in ((), ("village",)):
                    here, there = answers(duck, named, span, by), answers(spark, named, span, by)
                    assert there == here, f"{period} {by}"
                    plain = expected(rows, named, span, by)
                    assert here.keys() == plain.keys()
                    assert all(same(plain[key], here[key]) for key in here)
                    assert sum(row["of"] > 0 for row in here.values()) > 50
            executors = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
            assert executors == 2, "both workers, each a process of its own, took part"
        finally:
            session.stop()


def test_a_town_without_a_warehouse_is_named(tmp_path):
    from gridtown.warehouse.spark import SparkLake, session_of  # noqa: PLC0415

    session = session_of("local[1]")
    try:
        with pytest.raises(ValueError, match="330110999 has no warehouse"):
            SparkLake(session, [tmp_path / "330110999"])
    finally:
        session.stop()
