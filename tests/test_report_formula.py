"""A formula in words is said from the expressions, for every indicator of every line, in both languages."""

import re

import pytest

from gridtown import town as towns
from gridtown.kernel.expression import tree
from gridtown.kernel.indicator import _
from gridtown.report.figures import indicators
from gridtown.report.figures.formula import Unsayable, explain

RAW = re.compile(r"[A-Za-z]\w*_\w+|explain\.|\b(field|state|verb|limit|choice|kind|outcome)\.\w|\{|\}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_indicator_of_every_line_is_said_without_a_raw_name(lang):
    town = towns.current()
    for named in indicators.listed(town):
        sentence = explain(named, town, lang).sentence()
        assert not RAW.search(sentence), f"{named.key}: {sentence}"
        if lang == "zh":
            assert re.search("[\u4e00-\u9fff]", sentence)
            assert not re.search(r"[a-z]{3,}", re.sub("“[^”]*”", "", sentence)), f"{named.key}: {sentence}"


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        (
            "appeals.closed_rate",
            "“处置时限”在期内届满，未曾进入“已合并”，未曾进入“已撤回”，未曾进入“已拆分”。分子：其中已办结，办结在期末之前。",
            None,
        ),
        (
            "appeals.days_to_close",
            None,
            "Measured: the median of the time from opening to closing.",
        ),
        ("safety.found_by_units", "“隐患来源”为“单位自查”。", '"Source of the hazard" is "'),
        ("safety.major_found", "“判定为重大隐患”次数多于“改判”次数。", None),
    ],
)
def test_what_it_says(key, zh, en):
    town = towns.current()
    named = indicators.find(key, town)
    kind = town.say(f"kind.{named.indicator.kind}", "zh", named.line.key)
    if zh:
        assert zh.format(kind=kind) in explain(named, town, "zh").sentence()
    if en:
        assert en in explain(named, town, "en").sentence()


def test_a_tree_keeps_what_is_done():
    node = tree((_.a > 0) & ~_.b.isin(["x"]) & (_.closed < _.until))
    assert [part.op for part in node.parts("and")] == ["gt", "invert", "lt"]
    assert node.parts("and")[2].args[1].op == "moment"
    assert tree(1 + _.a).args[0] == 1


def test_what_has_no_word_is_not_made_up():
    town = towns.current()
    named = indicators.find("appeals.received", town)
    told = type(named)(named.key, named.line, type(named.indicator)(
        "odd", "Odd?", kind="matter", of=_.title.contains("x")))  # fmt: skip
    with pytest.raises(Unsayable):
        explain(told, town, "en")
