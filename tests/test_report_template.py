"""What may stand in a report's template, what it becomes, and how a mistake in it is told."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template.base import TemplateSyntaxError
from hypothesis import example, given
from hypothesis import strategies as st

from gridtown import town as towns
from gridtown.kernel.period import Period
from gridtown.report.editions.unproven import unproven
from gridtown.report.figures import indicators
from gridtown.report.figures.reading import Reading
from gridtown.report.prose import annual, asking, conditions, template
from gridtown.report.prose.conditions import Asked, Compare, Join, There
from gridtown.report.prose.template import BadTemplate, Source
from gridtown.report.typeset import charts, levels
from gridtown.report.typeset.blocks import (
    Chart,
    Figure,
    Paragraph,
    Section,
    Table,
    canonical,
    compact,
    read_back,
)
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.refresh import refresh

TOWN = towns.current()


def said(text: str) -> str:
    """What is wrong with a text."""
    with pytest.raises(BadTemplate) as wrong:
        template.parsed("2023.md", text)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# a\n\n{{ x }}", "2023.md, line 3: {{ x }} cannot stand here"),
        ("# a\n{% for x in y %}{% endfor %}", "line 2: there is no tag {% for %}; a report knows figure, if"),
        ("{% figure %}", "line 1: figure needs the key of an indicator"),
        ("{% figure appeals %}", "appeals is no key of an indicator"),
        ("{% figure a.b part=half %}", "part=half: a figure has part=value|count|of|target"),
        ("{% figure a.b part=target change=yoy %}", "part=target is this year's"),
        ("{% figure a.b places=x %}", "places=x is no number of decimals"),
        ("{% figure a.b in=千 %}", "in=千: a figure is given in 万"),
        ("{% figure a.b colour=red %}", "figure knows part="),
        ("{% figure a.b change=mom %}", "compared with the year before"),
        ("{% figure a.b year=-2 %}", "of this year, or of the one before"),
        ("{% if figure a.b > 3 %}x", "line 1: {% if %} is not closed by {% endif %}"),
        ("{% if a.b > 3 %}x{% endif %}", "a condition begins with figure, known, missing or not; not a.b"),
        ("{% if figure a.b %}x{% endif %}", "the condition ends where a comparison should stand"),
        ("{% if figure a.b > x %}y{% endif %}", "x is no number: write 1000, 95%, 1.5万 or 2亿"),
        ("{% if figure a.b > 3 4 %}y{% endif %}", "nothing should follow in a condition, but '4' does"),
        ("{% if (figure a.b > 3 %}y{% endif %}", "where a closing bracket should stand"),
        ("{% if __import__('os') %}y{% endif %}", "a condition"),
        ("{% table by=colour %}a.b{% endtable %}", "the rows of a table go by village or month"),
        (
            "{% table columns=this,next %}a.b{% endtable %}",
            "columns= knows this, last, change, target, not next",
        ),
        ("{% table of=honours %}{% endtable %}", "of=honours: a table is of targets"),
        ("{% table of=targets by=month %}{% endtable %}", "no other option"),
        ("{% table of=targets %}a.b{% endtable %}", "lists no indicators"),
        ("{% table in=千 %}a.b{% endtable %}", "in=千: amounts are given in 万"),
        ("{% table %}\n{% endtable %}", "a table needs at least one indicator"),
        ("{% table %}{% figure a.b %}{% endtable %}", "no tags"),
        ("{% chart %}", "chart needs the key"),
        ("{% chart a.b by=week %}", "a chart goes by village or month"),
        ("a\n\ue000b", "line 2: a character that stands for nothing (U+E000)"),
    ],
)
def test_a_mistake_is_told_with_its_line(text, why):
    assert why in said(text)


def test_a_condition_is_read_as_it_is_written():
    read = conditions.parse("figure a.b part=of >= 1.5万 and (known c.d or not figure a.b change=yoy < -3)")
    assert read == Join("and", (
        Compare(Asked("a.b", "of"), ">=", Decimal(15000)),
        Join("or", (There(Asked("c.d"), False), Join("not", (Compare(Asked("a.b", change="yoy"), "<", Decimal(-3)),)))),
    ))  # fmt: skip
    assert [one.key for one in conditions.figures(read)] == ["a.b", "c.d", "a.b"]


VALUES = st.sampled_from([None, Decimal(0), Decimal(1), Decimal(2)])


@given(VALUES, VALUES)
def test_what_compares_a_missing_figure_is_unknown_and_so_is_its_contrary(one, other):
    known = {"a.a": one, "b.b": other}

    def holds(text: str) -> bool | None:
        return conditions.holds(conditions.parse(text), lambda asked: known[asked.key])

    less = holds("figure a.a < figure b.b")
    assert less == (None if one is None or other is None else one < other)
    assert holds("not figure a.a < figure b.b") == (None if less is None else not less)
    assert holds("known a.a") == (one is not None)
    assert holds("missing a.a or figure a.a >= 0") is True
    if one is None and other is not None:
        assert holds("figure a.a > 0 or figure b.b >= 0") is True, "the other alternative decides"
        assert holds("figure a.a > 0 and figure b.b < 0") is False


@given(st.text(alphabet="figureknownmissing andor().<>=!1%a_b ", max_size=40))
def test_any_text_is_a_condition_or_a_sentence_about_it(text):
    with suppress(TemplateSyntaxError):  # and nothing else is raised
        list(conditions.figures(conditions.parse(text)))


@pytest.fixture
def year(pingyao, tmp_path, settings):
    """Read a text as the report of 2026 over a ledger with nothing in it but what the test puts there."""
    settings.GRIDTOWN_HOME = tmp_path
    refresh(now=datetime(2026, 12, 31, tzinfo=UTC), town=pingyao.town)

    def read(text: str):
        return annual.read("2026", town=pingyao.town, source=Source("2026.md", text))

    return read


def test_sections_levels_notes_and_annexes(year):
    report = year(
        "# 题\n\n> 注\n\n## 甲\n一行\n续行\n\n### 乙\n\n#### 丙\n\n话\n\n# 附件1：表\n\n## 丁\n\n# 附件：图\n\n话"
    )
    assert report.title == "题"
    assert [(s.level, s.title) for s in report.sections] == [(2, ""), (2, "甲"), (3, "乙"), (4, "丙")]
    assert report.sections[0].blocks == (Paragraph(("注",), True),)
    assert report.sections[1].blocks == (Paragraph(("一行续行",)),)
    assert [one.title for one in report.annexes] == ["表", "图"]
    assert [number for number, _ in levels.numbered(report.sections)] == ["", "一、", "（一）", "1. "]
    assert [number for number, _ in levels.numbered(report.sections, "en")] == ["", "1 ", "1.1 ", "1.1.1 "]


def test_numbers_of_headings_begin_anew_below_each():
    heads = [Section("x", (), level) for level in (2, 3, 3, 2, 3, 4, 5, 5)]
    assert [number for number, _ in levels.numbered(heads)] == [
        "一、", "（一）", "（二）", "二、", "（一）", "1. ", "（1）", "（2）",
    ]  # fmt: skip


def test_what_is_missing_says_so_and_is_never_nought(year):
    report = year("# 题\n\n收到 {% figure appeals.received %} 件，按期 {% figure appeals.on_time_rate %}。\n\n"
                  "{% if figure appeals.received < 5 %}很少{% else %}不知{% endif %}")  # fmt: skip
    assert [figure.text for figure in report.figures] == [
        "［缺：台账中本期无此类事项］",
        "［缺：本期没有应计入的事项］",
    ]
    assert report.sections[0].paragraphs[1].plain == "不知", (
        "no sentence stands on a number that is not there"
    )
    assert len(report.missing) == 2


def cells(row) -> list[str]:
    return [cell if isinstance(cell, str) else cell.text for cell in row]


def test_a_table_compares_with_the_year_before_and_says_where_nothing_was_promised(year):
    report = year(
        '# 题\n\n{% table "表" columns=this,last,change,target %}\nappeals.received | 收到\n{% endtable %}'
    )
    (table,) = report.sections[0].blocks
    assert isinstance(table, Table)
    assert table.head == ("指标", "2026年", "2025年", "比上年", "目标值")
    assert cells(table.rows[0]) == ["收到", "缺", "缺", "缺", "缺"]
    assert [entry.period for entry in report.entries] == ["2026", "2025"]


def test_a_table_of_targets_without_any_says_so(year):
    (table,) = year('# 题\n\n{% table "表" of=targets %}{% endtable %}').sections[0].blocks
    assert cells(table.rows[0]) == ["台账中没有公开的年度目标", *["缺"] * 4]


def test_a_report_needs_a_title_and_indicators_that_are_there(year):
    with pytest.raises(BadTemplate, match="there is no title"):
        year("话")
    with pytest.raises(BadTemplate, match=r"2026.md, line 3: there is no indicator a\.b"):
        year("# 题\n\n{% figure a.b %}")
    with pytest.raises(BadTemplate, match="on_time_rate is in percent and is not given in=亿"):
        year("# 题\n\n{% figure appeals.on_time_rate in=亿 %}")
    with pytest.raises(BadTemplate, match="is no share"):
        year("# 题\n\n{% figure appeals.received part=count %}")


def test_a_report_is_the_same_after_it_was_written_down(year):
    report = year("# 题\n\n{% figure appeals.received %}\n\n{% chart appeals.received by=month %}\n\n"
                  "{% table by=village %}\nappeals.received\n{% endtable %}")  # fmt: skip
    assert read_back(canonical(report)) == report


def test_a_report_asks_a_question_of_each_table_and_way_of_slicing_however_many_figures_it_has(
    year, monkeypatch
):
    asked = []
    run = lakes.Lake.run_sql
    monkeypatch.setattr(lakes.Lake, "run_sql", lambda self, sql: asked.append(sql) or run(self, sql))
    line = "{% figure appeals.received %}{% figure patrol.findings %}{% figure appeals.on_time_rate change=yoy %}"
    table = "{% table by=village %}\nappeals.received\nappeals.on_time_rate\n{% endtable %}"
    chart = "{% chart appeals.received by=month %}"
    for text in (line, line * 9 + table + chart):
        del asked[:]
        assert year(f"# 题\n\n{text}").figures
        assert len(asked) <= 4
    year(f"# 题\n\n{text}")
    assert len(asked) <= 4, "what was asked of this state of the ledger is remembered"


def test_many_at_once_answer_what_each_answers_alone(year, pingyao):
    pond, period = lakes.tables(pingyao.town), Period.parse("2026", pingyao.town.zone)
    keys = [named.key for named in indicators.listed(pingyao.town)][::9]
    for (key, *_), answer in asking.read_all(
        [(key, period, "") for key in keys], town=pingyao.town, lake=pond
    ).items():
        alone = indicators.read(key, period="2026", town=pingyao.town, lake=pond)
        told = (answer.of, answer.count, answer.value, answer.missing, answer.shown())
        assert told == (alone.of, alone.count, alone.value, alone.missing, alone.shown()), key


def answer(of: int, count: int | None = None, key: str = "appeals.received") -> Reading:
    named = indicators.find(key, TOWN)
    shape = lakes.tables(TOWN).shape(named.line.key, named.indicator.kind)
    return Reading(
        named, Period.parse("2026", TOWN.zone), "", of, count, None, False, None, None, 0, (), shape
    )


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (answer(110), answer(100), "增长10.0%"), (answer(90), answer(100), "下降10.0%"),
        (answer(100), answer(100), "持平"), (answer(5), answer(0), None),
        (answer(5), replace(answer(9), missing=True), None),
        (answer(100, 93, "appeals.on_time_rate"), answer(200, 180, "appeals.on_time_rate"), "提高3.0个百分点"),
    ],
)  # fmt: skip
def test_a_change_against_the_year_before_is_said_in_words(now, before, said):
    teller = SimpleNamespace(lang="zh")
    assert annual.Filling._changed(teller, now, before) == said


def test_numbers_that_somebody_typed_are_listed():
    figure = Figure(1, "a.b", "98.2%", False)
    paragraph = Paragraph(
        (
            "解决了",
            figure,
            "；走访 1,200 户，投入1.2亿元。2024年5月前完成；104国道、第3批照旧。",
        )
    )
    report = SimpleNamespace(whole=lambda: [Section("办事", (paragraph,))])
    found = unproven(report)
    assert [one.number for one in found] == ["1,200 户", "1.2亿元"]
    assert found[0].sentence == "走访 1,200 户，投入1.2亿元。"


@example([400_000_000.0, -0.2])
@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e9).map(lambda x: round(x, 1))), max_size=24))
def test_an_axis_holds_all_values_and_a_gap_stays_a_gap(values):
    marks = charts.ticks(values)
    known = [value for value in values if value is not None]
    assert marks[0] <= min([0, *known])
    assert marks[-1] >= max([0, *known])
    assert len(marks) <= 8
    labels = tuple(str(n) for n in range(len(values)))
    for kind in ("bar", "line"):
        drawn = charts.svg(Chart("<b>", kind, "%", labels, tuple(values), Table("", (), ())))
        assert drawn.count("<circle") == (len(known) if kind == "line" else 0)
        assert "<b>" not in drawn


def test_a_long_table_of_two_columns_is_set_beside_itself():
    table = Table("", ("月", "数"), tuple((f"{n}月", str(n)) for n in range(1, 13)))
    beside = compact(table)
    assert beside.head == ("月", "数") * 3
    assert beside.rows[0] == ("1月", "1", "5月", "5", "9月", "9")
    assert compact(replace_rows(table, 5)).rows == table.rows[:5]


def replace_rows(table: Table, n: int) -> Table:
    return Table(table.title, table.head, table.rows[:n])


def test_faults_cover_every_year_and_language(tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "2025.md").write_text("# a\n\n{% figure appeals.received %}", "utf-8")
    (folder / "2025.en.md").write_text(
        "# a\n\n{% figure appeals.refused %}{% if known no.such %}x{% endif %}", "utf-8"
    )
    (folder / "2026.md").write_bytes(b"# \xff")
    faults = annual.faults(replace(TOWN, folder=tmp_path))
    assert any("2026.md: it is not written in UTF-8" in fault for fault in faults)
    assert "2025.en.md, line 3: there is no indicator no.such" in faults
    assert any(fault.startswith("2025: the languages do not give the same") for fault in faults)
