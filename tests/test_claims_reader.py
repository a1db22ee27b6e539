"""Figures read out of text: tables of sentences, the seed report by labels made by hand, and what holds of any text."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridtown.report.claims.reading.folding import fold
from gridtown.report.claims.reading.reader import read
from tests.claims.sentences import measure, sentences

SEED = Path(__file__).parents[2] / "shared" / "data" / "work_report_2023.txt"
LABELS = Path(__file__).parent / "claims" / "seed.tsv"
SAID = """
12.8 亿元 三 两项 百分之 成 近 超过 余 多 以上 左右 同比增长 下降 分别为 、 和 ， 。 第 位 年 2023年
月 “ ” 项目 企业 % 1,234 家 平方米 其中
一 万 由 提高到 翻一番 首位 全省第3 (一) 1. 零 十余 〔2023〕5号
"""
PIECES = [*SAID.split(), "\n", "\t", " "]
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=80)


def asked(sentence):
    return read(sentence, period="2023")


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("first", 0.99),
        ("second", 0.99),
        ("third", 0.99),
        ("fourth", 0.97),
        ("fifth", 0.99),
        ("sixth", 0.99),
        ("seventh", 0.99),
        ("eighth", 0.99),
        ("ninth", 0.99),
        ("tenth", 0.99),
    ],
)
def test_sentences_of_many_kinds_of_reports(name, least):
    score = measure(asked, sentences(name))
    assert score.precision >= least, score.wrong
    assert score.recall >= least, score.wrong
    assert score.subjects / score.wanted >= 0.84, score.wrong
    assert score.kinds / score.wanted >= 0.95, score.wrong


@pytest.mark.shared
def test_the_work_report_of_2023():
    if not SEED.exists():
        pytest.skip(f"{SEED} is not there")
    text = SEED.read_text("utf-8")
    rows = [row.split("\t") for row in LABELS.read_text("utf-8").splitlines() if not row.startswith("#")]
    found = {(claim.start, claim.end): claim for claim in read(text)}
    right = subjects = kinds = 0
    for start, end, first, last, value, unit, qualifier, kind, period in rows:
        claim = found.get((int(start), int(end)))
        if claim is None:
            continue
        right += (claim.unit, claim.qualifier, claim.period) == (
            unit,
            qualifier,
            period,
        ) and claim.value == pytest.approx(float(value))
        shared = min(claim.subject_end, int(last)) - max(claim.subject_start, int(first))
        subjects += shared / (max(claim.subject_end, int(last)) - min(claim.subject_start, int(first))) >= 0.5
        kinds += claim.kind == kind
    assert right / len(found) >= 0.98
    assert right / len(rows) >= 0.98
    assert subjects / len(rows) >= 0.95
    assert kinds / len(rows) >= 0.98


@given(texts)
def test_claims_are_places_in_the_text_and_never_overlap(text):
    claims = asked(text)
    assert all(text[c.start : c.end] == c.text and c.start < c.end for c in claims)
    assert all(0 <= c.subject_start <= c.subject_end <= len(text) for c in claims)
    assert all(a.end <= b.start for a, b in pairwise(claims))


WIDE = str.maketrans("0123456789%.", "０１２３４５６７８９％．")


@pytest.mark.parametrize("name", ["first", "second"])
def test_wide_digits_are_read_as_narrow_ones(name):
    for sentence, _wanted in sentences(name):
        said = [(c.start, c.end, c.value, c.unit, c.qualifier, c.kind, c.period) for c in asked(sentence)]
        assert said == [
            (c.start, c.end, c.value, c.unit, c.qualifier, c.kind, c.period)
            for c in asked(sentence.translate(WIDE))
        ]


@given(
    st.integers(2, 999), st.sampled_from("家个场件处"), st.sampled_from(["省级农场", "安全隐患", "老年食堂"])
)
def test_a_count_before_or_behind_its_noun_is_the_same_claim(number, unit, noun):
    (behind,) = asked(f"新增{noun}{number}{unit}。")
    (before,) = asked(f"新增{number}{unit}{noun}。")
    assert (behind.subject, behind.value) == (before.subject, before.value) == (noun, number)


def test_a_level_carries_its_change_and_the_change_is_a_claim_of_its_own():
    level, change = asked("完成财政总收入12.8亿元，同比增长10.3%。")
    assert (level.kind, level.comparison, level.comparison_value) == ("level", "yoy", 0.103)
    assert (change.kind, change.value, change.subject) == ("growth", 0.103, "财政总收入")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("重点工作汇报\n一、环境整治。拆除棚屋12处。", ["level"]),
        (
            "新增企业5家。\n今年定下这些具体目标：\n产业\n新增企业20家\n新建公园2个\n一、民生\n新增岗位9个。",
            ["level", "target", "target", "level"],
        ),
        ("今年完成了以下目标：\n新增企业20家。", ["level"]),
        (
            "2023年重点工作1-9月进展情况的通报\n新增企业5家。\n二、重点工作和实事方面\n新增岗位9个。",
            ["level", "level"],
        ),
        ("已超预期完成投资3亿元。", ["level"]),
        ("主要预期目标是：产值增长5%，税收增长4%。", ["target", "target"]),
        ("各项存贷款余额增长6%和9%。", ["growth", "growth"]),
        ("产值比2020年增3万元。", ["growth"]),
        ("年度任务：新增托位60个、床位90张。已完成：新增托位58个。", ["target", "target", "level"]),
        ("计划改造20个小区，截至目前完工12个小区。", ["target", "level"]),
        ("完成造林11万亩，占年计划12万亩的91.7%。", ["level", "level", "rate"]),
        ("结合“争创文明城市”活动，宣讲8场。", ["level"]),
        ("某镇：2023年十大民生实事出炉\n新建停车位200个以上。", ["target"]),
        ("申报人才计划项目4个，税收保持20%以上的增速，调减租金收入9万元。", ["level", "growth", "growth"]),
    ],
)
def test_what_kind_of_claim_a_sentence_makes(text, kinds):
    assert [claim.kind for claim in read(text, period="2023")] == kinds


def test_what_a_history_tells_of_later_years_is_no_plan():
    claims = read("该村\n2011年收入3万元。2023年投资9亿元，2024年培训60人。到2030年新增企业9家。")
    assert [claim.kind for claim in claims] == ["level", "level", "level", "target"]


@pytest.mark.parametrize(
    "text",
    [
        "走访“第一书记”，建成“15分钟”生活圈，打造“千亿”产业。",
        "实现了“一心引领，两翼齐飞，三区联动”的格局。",
        "这是充满考验的一年。",
        "验证码是十位数，没有变化。",
        "守牢发展和生态两条底线，推进三位一体发展，浏览次数：419次。",
    ],
)
def test_what_looks_like_a_figure_and_is_none(text):
    assert read(text, period="2023") == []


def test_from_one_level_to_another():
    first, last = asked("森林覆盖率由2020年的61.2%提高到62.5%。")
    assert (first.period, last.comparison, last.comparison_value) == ("2020", "from", first.value)


@given(st.integers(18, 40))
@settings(max_examples=10, deadline=None)
def test_lines_broken_anywhere_are_read_as_whole_ones(width):
    text = (
        "。".join(sentence.strip("。") for sentence, _wanted in sentences("third") if "\n" not in sentence)
        + "。"
    )
    broken = "\n".join(text[at : at + width] for at in range(0, len(text), width))
    said = [(c.value, c.unit, c.qualifier, c.kind, c.period, c.subject) for c in asked(text)]
    assert said == [(c.value, c.unit, c.qualifier, c.kind, c.period, c.subject) for c in asked(broken)]


def test_prose_broken_at_no_even_width_is_read_as_a_whole_and_a_list_is_not():
    prose = (
        "作物种植面积稳定，综合利用中低产田，重点抓好了三大基地建设工作，各项任务进展都很顺利，也为下一步打下了扎实而又可靠的基础。\n"
        "其中鱼虾养殖1200亩。二是养兔业，以皮毛厂为依托，全乡畜牧业总\n产值实现1530万元。三是水产业，突出了名优品种养殖，农民人\n均纯收入增长6%。"
    )
    assert [claim.subject for claim in asked(prose)] == ["鱼虾养殖", "畜牧业总产值", "农民人均纯收入"]
    items = (
        "新建公办幼儿园和小学，新增义务教育和学前教育学位\n"
        "改造老旧小区，惠及众多老年居民朋友\n"
        "新增停车位，建成充电桩，方便市民"
    )
    assert fold(items).text == items.replace("，", ",")
    long = (
        "完成投资5970万元，全年新造林3万亩，抚育中幼林1万亩，四旁植树138万株，育苗210亩。"
        "全县林业专业合作社达到17个，参加农户三千户，带动增收明显。"
    )
    headed = f"{long}\n（二）以造林绿化和项目建设为重点，抓林业产业融合发展\n{long}"
    assert fold(headed).text.count("\n") == 2


def test_marks_of_markdown_belong_to_no_name():
    claims = asked("## 二、总体要求\n- **税收增长**：5%左右\n- **研发强度**：达到3.2%")
    assert [claim.subject for claim in claims] == ["税收增长", "研发强度"]


TABLE = """主要指标
单位：亿元、%
指标\t2023年\t上年\t同比增长
工业产值\t32.15\t30.8\t4.4
税收\t1,204.5\t1,230\t-2.1
城镇化率（%）\t61.2\t60.5\t0.7

序号\t村名\t户数\t耕地（亩）\t目标（万元）\t电话
1\t东溪村\t320\t1,280.5\t56.8\t88160001
"""


def test_a_bare_number_of_a_table_takes_its_unit_from_the_head_the_row_or_the_caption():
    told = [(c.subject, c.value, c.unit, c.kind, c.period, c.of) for c in asked(TABLE)]
    assert told == [
        ("工业产值", 3_215_000_000, "yuan", "level", "2023", ""),
        ("工业产值", 3_080_000_000, "yuan", "level", "2022", ""),
        ("工业产值", 0.044, "ratio", "growth", "2023", ""),
        ("税收", 120_450_000_000, "yuan", "level", "2023", ""),
        ("税收", 123_000_000_000, "yuan", "level", "2022", ""),
        ("税收", -0.021, "ratio", "growth", "2023", ""),
        ("城镇化率", 0.612, "ratio", "rate", "2023", ""),
        ("城镇化率", 0.605, "ratio", "rate", "2022", ""),
        ("城镇化率", 0.007, "ratio", "growth", "2023", ""),
        ("户数", 320, "count", "level", "2023", "东溪村"),
        ("耕地", 1280.5, "mu", "level", "2023", "东溪村"),
        ("东溪村", 568_000, "yuan", "target", "2023", "目标"),
    ]


TWO_ROWS = """
指标\t2023年\t\t2022年\t
\t绝对值（万元）\t比上年增长%\t绝对值（万元）\t比上年增长%
工业税收\t820\t6.5\t770\t-2.1
"""
SPREAD = """
指标|2023年|2022年
|面积（亩）|产量（吨）|面积（亩）|产量（吨）
--|--|--|--|--
油菜|300|45|280|41
"""
NAMED = """
村名\t茶园\t\t果园\t
\t面积（亩）\t产值（万元）\t面积（亩）\t产值（万元）
北坡村\t310\t96\t\t12
"""


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            TWO_ROWS,
            [
                ("工业税收", 8200000, "yuan", "2023", "level"),
                ("工业税收", 0.065, "ratio", "2023", "growth"),
                ("工业税收", 7700000, "yuan", "2022", "level"),
                ("工业税收", -0.021, "ratio", "2022", "growth"),
            ],
        ),
        (
            SPREAD,
            [
                ("面积", 300, "mu", "2023", "level"),
                ("产量", 45, "t", "2023", "level"),
                ("面积", 280, "mu", "2022", "level"),
                ("产量", 41, "t", "2022", "level"),
            ],
        ),
        (
            NAMED,
            [
                ("茶园", 310, "mu", "2023", "level"),
                ("茶园", 960000, "yuan", "2023", "level"),
                ("果园", 120000, "yuan", "2023", "level"),
            ],
        ),
    ],
)
def test_a_table_whose_head_has_two_rows(table, said):
    assert [(c.subject, c.value, c.unit, c.period, c.kind) for c in asked(table)] == said


def test_a_cell_with_its_unit_is_of_the_year_or_plan_that_its_column_says():
    claims = asked("指标\t2023年\t2022年\t目标值\n办结率\t97.1%\t96.4%\t≥ 95.0%\n")
    assert [(c.subject, c.value, c.period, c.kind) for c in claims] == [
        ("办结率", 0.971, "2023", "rate"),
        ("办结率", 0.964, "2022", "rate"),
        ("办结率", 0.95, "2023", "target"),
    ]


def test_an_empty_cell_moves_no_number_under_another_head():
    claims = asked("村\t商户（户）\t税收（万元）\n东岗村\t\t35\n西岗村\t12\t\n")
    assert [(c.subject, c.value, c.unit) for c in claims] == [("税收", 350000, "yuan"), ("商户", 12, "count")]


def test_numbers_of_a_table_without_any_unit_claim_nothing():
    assert asked("事项\t甲\t乙\n受理\t12\t30\n办结\t11\t28\n") == []
    assert asked("序号\t事项\t期间\n25\t双随机检查\t2023\t期内\n") == []
    assert asked("索引号 | 2023-0096 | 发布机构 | 办公室\n文号 | 12 | 发布日期 | 2023-04-15\n") == []
