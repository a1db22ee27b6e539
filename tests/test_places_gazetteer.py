"""Places that a text names."""

import pytest

from gridtown.places.gazetteer import gazetteer

A, B, C, D = "330110110001", "330110110223", "330110110240", "330110110006"
VILLAGES = [
    (A, "学府社区", "学府社区", []),
    (B, "石濑村委会", "石濑村", ["石濑"]),
    (C, "彭公村委会", "彭公村", ["彭公"]),
    (D, "瓶窑社区", "瓶窑社区", []),
]
GRIDS = {f"{v}{n:03}": f"第{w}网格" for v in (A, B, C, D) for n, w in ((1, "一"), (2, "二"), (12, "十二"))}
FOUND = gazetteer(VILLAGES, [(B, "样例市场", ["样市"])], GRIDS)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("学府社区三幢门口的下水道堵了", [A]),
        ("石濑村口的路灯", [B]),
        ("石濑那边有人烧秸秆", [B]),
        ("石濑村委会旁边", [B]),
        ("从石濑到彭公", [B, C]),
        ("彭公大道上有个坑", []),
        ("彭公路口", []),
        ("彭公村路边", [C]),
        ("瓶窑镇上", []),
        ("样市后门", [B]),
        ("没有地名的一句话", []),
        ("", []),
    ],
)
def test_the_village(text, codes):
    assert [found.code for found in FOUND.find_place(text)] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("石濑村第二网格", f"{B}002"),
        ("石濑村2网格", f"{B}002"),
        ("石濑村12号网格", f"{B}012"),
        ("石濑村第十二网格", f"{B}012"),
        ("石濑村的第一网格", f"{B}001"),
        ("石濑村第九网格", B),
        ("石濑村网格", B),
    ],
)
def test_the_grid_if_there_is_one_of_that_number(text, code):
    (found,) = FOUND.find_place(text)
    assert found.code == code
    assert found.name == ("石濑村" if code == B else f"石濑村{GRIDS[code]}")


def test_where_in_the_text():
    text = "昨天石濑村第二网格和学府社区"
    assert [text[slice(*found.span)] for found in FOUND.find_place(text)] == ["石濑村第二网格", "学府社区"]


def test_a_name_of_two_places_names_neither():
    both = gazetteer([(A, "甲村委会", "甲村", ["河边"]), (B, "乙村委会", "乙村", ["河边"])], [], {})
    assert both.find_place("河边") == []
    assert [found.code for found in both.find_place("乙村河边")] == [B]


def test_no_names_at_all():
    assert gazetteer([], [], {}).find_place("石濑村") == []
