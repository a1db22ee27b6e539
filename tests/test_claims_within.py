"""What a text says against itself, and how far a number may be from what is written."""

from decimal import Decimal

import pytest

from gridtown.report.claims import judging
from gridtown.report.claims.reader import read
from gridtown.report.claims.within import findings

CASES = [
    ("全年财政总收入12.8亿元。全镇财政总收入达到13.1亿元。", ["contradiction"]),
    ("全年财政总收入12.8亿元。全镇财政总收入达到12.80亿元。", []),
    ("全年财政总收入12.8亿元，比2022年的财政总收入11.6亿元增加。", []),
    ("新增省级研发中心5家。新申报省级研发中心7家。", []),
    ("7个项目开工。34个项目推进。", []),
    ("常住人口6万人，其中城镇人口3万人。户籍人口8万人，其中城镇人口2万人。", []),
    ("水稻种植面积3万亩。茶叶种植面积1万亩。", []),
    ("东片新增床位430张；\n西片新增床位150张。", []),
    ("上半年新增床位430张。敬老院新增床位150张。", []),
    ("高新产业增加值6亿元。战略性新兴产业增加值3.2亿元。", []),
    ("引进项目27个，其中制造业项目30个。", ["part"]),
    ("引进项目27个，其中制造业项目20个、服务业项目9个。", ["parts"]),
    ("引进项目27个，其中制造业项目18个、服务业项目9个。", []),
    ("引进制造业项目18个、服务业项目9个，共26个。", ["sum"]),
    ("引进制造业项目18个、服务业项目9个，共27个。", []),
    ("引进制造业项目近20个、服务业项目9个，共27个。", []),
    ("三次产业结构为5.2:48.3:46.0。", ["shares"]),
    ("三次产业结构为5.2:48.3:46.5。", []),
    ("一产、二产、三产占比分别为5.2%、48.3%、45.0%。", ["shares"]),
    ("2023年财政总收入12.8亿元，同比增长10.3%。2022年财政总收入11.2亿元。", ["growth"]),
    ("2023年财政总收入12.8亿元，同比增长10.3%。2022年财政总收入11.6亿元。", []),
    ("公务支出86.4万元，较上年减少12.6万元，下降17.7%。", ["difference"]),
    ("公务支出86.4万元，较上年减少12.6万元，下降12.7%。", []),
    ("检查发现隐患3600条，已整改3580条，整改率97.1%。", ["share_of"]),
    ("检查发现隐患3600条，已整改3580条，整改率99.4%。", []),
]


@pytest.mark.parametrize(("text", "faults"), CASES)
def test_what_does_not_go_together(text, faults):
    assert [f.fault for f in findings(text, read(text, period="2023"))] == faults


def claim(text):
    (found,) = read(f"全年出让土地{text}。", period="2023")
    return found


@pytest.mark.parametrize(
    ("said", "yes", "no"),
    [
        ("12.8亿元", ["1275000000", "1284999999", "1280000000"], ["1274999999", "1285000000"]),
        ("3200场", ["3200"], ["3199", "3201"]),
        ("3200余场", ["3200", "3299"], ["3199", "3300"]),
        ("280万余人次", ["2800000", "2899999"], ["2799999", "2900000"]),
        ("30家以上", ["30", "31"], ["29"]),
        ("超过30家", ["31"], ["30"]),
        ("近100家", ["90", "99"], ["89", "100"]),
        ("不足100家", ["99", "3"], ["100"]),
        ("不超过100家", ["100"], ["101"]),
        ("约1200万元", ["11400000", "12600000"], ["11300000", "12700000"]),
        ("3至5家", ["3", "5"], ["2", "6"]),
    ],
)
def test_within_the_rounding_of_the_text_and_its_qualifier(said, yes, no):
    for number in yes:
        assert judging.agrees(claim(said), Decimal(number)), number
    for number in no:
        assert not judging.agrees(claim(said), Decimal(number)), number


def test_all_is_said_of_all_only():
    (rate,) = read("办结率达100%。", period="2023")
    assert judging.agrees(rate, 1, parts=(3840, 3840))
    assert not judging.agrees(rate, 1, parts=(3839, 3840))
