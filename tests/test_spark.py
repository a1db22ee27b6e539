"""The very same expressions on a Spark cluster of separate processes give the numbers of DuckDB and of the oracle."""

import ibis
import pytest

from gridtown.kernel import indicator as kernel
from gridtown.kernel.indicator import Span
from gridtown.kernel.period import Period
from gridtown.report.figures import indicators
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


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    from gridtown.warehouse.spark import session_of  # noqa: PLC0415 - only where it is installed

    with spark_cluster.cluster(tmp_path_factory.mktemp("spark")) as master:
        session = session_of(master, memory="768m")
        yield session
        session.stop()


@pytest.mark.parametrize("line", sorted(LINES))
def test_spark_is_duckdb_is_the_oracle(line, session, tmp_path, settings, monkeypatch):
    from gridtown.warehouse.spark import SparkLake  # noqa: PLC0415

    settings.GRIDTOWN_HOME = tmp_path
    monkeypatch.setattr(kept, "SMALL", 10**9)
    town = a_town(line)
    chance = Chance(town, 11)
    for n in (7, 5):  # the second round lies beside the months, as changes
        chance.cases(town.lines[line], n)
        chance.records(town.lines[line], n)
        refresh(now=AS_OF, town=town)
    named = indicators.listed(town)
    duck, spark = lakes.tables(town), SparkLake(session, [files.folder_of(town.code)])
    kinds = {one.indicator.kind for one in named}
    rows = {(line, kind): oracle.rows_of(town, town.lines[line], kind) for kind in kinds}
    # that a month is asked as a year is, `test_oracle` shows
    seen = Period.parse("2024", town.zone).seen_at(AS_OF)
    span = Span(seen.since, seen.until, town.code)
    for by in ((), ("village",)):
        here, there = answers(duck, named, span, by), answers(spark, named, span, by)
        assert there == here, f"by {by}"
        plain = expected(rows, named, span, by)
        assert here.keys() == plain.keys()
        assert all(same(plain[key], here[key]) for key in here)
        assert any(row["of"] for row in here.values())


def test_two_workers_of_their_own_took_part(session):
    assert session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() == 1 + 2, (
        "the driver and both workers"
    )


def test_a_town_without_a_warehouse_is_named(session, tmp_path):
    from gridtown.warehouse.spark import SparkLake  # noqa: PLC0415

    with pytest.raises(ValueError, match="330110999 has no warehouse"):
        SparkLake(session, [tmp_path / "330110999"])
