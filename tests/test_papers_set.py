"""A paper's text and the file that it becomes: sums in capitals, markup, the layout of official papers."""

import io
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from gridtown.papers import figures, markup, word
from gridtown.papers.markup import Paragraph, Seal, Sign, Table
from gridtown.papers.values import sealed_off
from tests.conftest import NOON

# figures


@pytest.mark.parametrize(
    ("yuan", "said"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角"), ("6007.14", "陆仟零柒元壹角肆分"), ("325.04", "叁佰贰拾伍元零肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"), ("12300", "壹万贰仟叁佰元整"), ("0", "零元整"), ("0.05", "伍分"),
        ("100000000", "壹亿元整"), ("100010001", "壹亿零壹万零壹元整"), ("1000010", "壹佰万零壹拾元整"),
        ("-5", "负伍元整"), ("0.005", "壹分"), ("1000000000000", "1,000,000,000,000.00元"),
    ],
)  # fmt: skip
def test_a_sum_in_capitals(yuan: str, said: str) -> None:
    assert figures.capital(Decimal(yuan)) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "零"), (10, "十"), (15, "十五"), (20, "二十"), (102, "一百零二"), (215, "二百一十五"), (10010, "一万零一十"),
     (-3, "负三"), (10**12, "1000000000000")],
)  # fmt: skip
def test_a_number_in_characters(number: int, said: str) -> None:
    assert figures.hanzi(number) == said


# markup


def test_each_line_is_what_its_beginning_says() -> None:
    text = """#! organ: 某镇
#! head: red
# 一
# 二
## 一、甲
### （一）乙
< 某公司：
> 中
>> 右
+ 清单
正文 **重** 半 ** 开
---
[sign 甲方 | 乙方]
[seal]
[seal 某委员会]"""
    sheet = markup.parse(text, {"organ": "x", "date": "某日"})
    assert (sheet.title, sheet.head, sheet.about["organ"]) == (("一", "二"), "red", "某镇")
    styles = [block.style for block in sheet.blocks if isinstance(block, Paragraph)]
    assert styles == ["level1", "level2", "left", "centre", "right", "annex", "body"]
    assert sheet.blocks[6].spans == (("正文 ", False), ("重", True), (" 半 ** 开", False))
    assert sheet.blocks[-3:] == (Sign(("甲方", "乙方")), Seal("某镇", "某日"), Seal("某委员会", "某日"))


def test_annexes_are_numbered_where_there_are_several() -> None:
    one = markup.parse("+ 清单\n正文\n+ 甲\n+ 乙", {}).blocks
    assert [(b.label, b.number) for b in one] == [("附件：", ""), ("", ""), ("附件：", "1. "), ("", "2. ")]


def test_a_table_has_a_head_widths_and_cells_that_run_on() -> None:
    [table] = markup.parse("| a | b | c |\n|-|:---:|--:|\n\n| 1 | 2 |\n| x |", {}).blocks
    assert isinstance(table, Table)
    assert (len(table.head), table.widths, table.aligns) == (1, (1, 3, 2), ("", "centre", "right"))
    assert [[cell.over for cell in row] for row in table.rows] == [[1, 2], [3]]
    [bare] = markup.parse("| a | b |", {}).blocks
    assert (bare.head, len(bare.rows), bare.widths) == ((), 1, (3, 3))


# the Word file


def set_(text: str, pictures: dict[str, Path] | None = None) -> Any:
    """A text as a Word file, opened again."""
    sheet = markup.parse(text, {"organ": "瓶窑镇人民政府", "date": "2026年3月2日"})
    return docx.Document(io.BytesIO(word.docx(sheet, made=NOON, subject="x", pictures=pictures or {})))


def test_the_page_is_that_of_official_papers() -> None:
    document = set_("#! number: 瓶〔2026〕1号\n# 通知\n正文\n[seal]")
    [section] = document.sections
    sides = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    assert [round(side.mm) for side in (*sides, section.left_margin, section.right_margin)] == [
        210,
        297,
        37,
        35,
        28,
        26,
    ]
    body = document.styles["公文正文"]
    assert body.paragraph_format.first_line_indent.pt == 31.5
    assert document.styles["Normal"].paragraph_format.line_spacing.pt == 28.95
    assert [p.text for p in document.paragraphs][:3] == ["瓶窑镇人民政府", "通知", "瓶〔2026〕1号"]
    closing = document.paragraphs[-1]
    assert (closing.style.name, closing.text.count("\n")) == ("落款", 1), "organ and date on one page"
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.text, even.text) == ("— 1 —", "— 1 —")
    assert (odd.alignment, even.alignment) == (2, 0)
    assert document.settings.odd_and_even_pages_header_footer


def test_what_closes_a_paper_stays_with_the_text_before_it() -> None:
    text = "#! copies: 一式两份。\n# t\n正文\n| a | b |\n|-|-|\n| 1 | 2 |\n[sign 甲 | 乙]\n[seal]"
    document = set_(text)
    closing = [p for p in document.paragraphs if p.text][-4:]
    assert [p.style.name for p in closing] == ["签名栏", "签名栏", "落款", "版记"]
    assert [p.paragraph_format.keep_with_next for p in closing] == [True, True, True, None]


def test_a_table_stays_with_the_seal_below_it() -> None:
    [table] = set_("# t\n| a | b |\n|-|-|\n| 1 | 2 |\n| 3 | 4 |\n[seal]").tables
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert kept == [None, True, True], "the row before the last goes along"


def test_a_break_begins_the_next_page_and_ends_none() -> None:
    document = set_("# t\n正文\n[seal]\n---\n附")
    assert [p.paragraph_format.page_break_before for p in document.paragraphs][-2:] == [True, None]
    assert 'w:type="page"' not in document.element.body.xml


def test_a_red_head_has_a_rule_and_no_second_organ() -> None:
    document = set_("#! head: red\n#! number: 瓶〔2026〕1号\n# 通知\n正文")
    assert [p.text for p in document.paragraphs if p.text] == [
        "瓶窑镇人民政府",
        "瓶〔2026〕1号",
        "通知",
        "正文",
    ]
    assert (
        document.paragraphs[1]._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}").get(qn("w:color")) == "FF0000"
    )


def test_a_table_over_pages_repeats_its_head_and_is_set_quickly() -> None:
    rows = "\n".join(f"| {n} | 问题 {n} | {'长' * 40} |" for n in range(2000))
    started = perf_counter()
    document = set_(f"# t\n| 序号 | 问题 | 说明 |\n|-|---|------|\n{rows}")
    assert perf_counter() - started < 5
    [table] = document.element.body.iter(qn("w:tbl"))
    every = list(table.iter(qn("w:tr")))
    assert len(every) == 2001
    assert [bool(list(row.iter(qn("w:tblHeader")))) for row in every[:3]] == [True, False, False]
    assert not list(every[1].iter(qn("w:cantSplit"))), "a long cell goes on overleaf"
    assert [bool(list(row.iter(qn("w:keepNext")))) for row in every[-3:]] == [False, True, False], (
        "nor one row alone"
    )
    grid = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
    assert min(grid) >= 720
    assert abs(sum(grid) - 8844) < 3


def test_many_narrow_columns_stay_on_the_page() -> None:
    document = set_("# t\n|" + " x |" * 20 + "\n")
    assert sum(int(c.get(qn("w:w"))) for c in document.element.body.iter(qn("w:gridCol"))) <= 8845


def test_a_huge_text_is_set_whole() -> None:
    document = set_(f"# t\n{sealed_off('很长' * 100_000)}")
    assert len(document.paragraphs[-1].text) == 200_000


def test_pictures_two_in_a_row_and_one_that_is_gone(tmp_path: Path) -> None:
    for name, size in (("a", (400, 300)), ("b", (100, 900)), ("c", (300, 100))):
        Image.new("RGB", size).save(tmp_path / f"{name}.jpg")
    digests = {letter * 64: tmp_path / f"{letter}.jpg" for letter in "abc"}
    document = set_(f"# t\n[photo {' '.join(digests)} {'d' * 64}]\n[signature {'c' * 64} 负责人]", digests)
    [table] = document.tables
    assert len(table.rows) == 2
    assert "图片文件缺失" in table.cell(1, 1).text
    shapes = list(document.element.body.iter(qn("wp:extent")))
    assert len(shapes) == 4
    assert all(int(shape.get("cx")) <= 75 * 36000 and int(shape.get("cy")) <= 52 * 36000 for shape in shapes)


@pytest.mark.parametrize(
    "text", ["[sign 当事人]", "[sign 一个很长很长很长很长很长很长的签名栏]", "[sign 甲 | 乙 | 丙]"]
)
def test_a_place_to_sign_has_a_line_and_a_day(text: str) -> None:
    document = set_(f"# t\n{text}")
    said = [p.text for p in document.paragraphs] + [c.text for t in document.tables for c in t.rows[0].cells]
    assert sum(one.count("年　　月　　日") for one in said) == text.count("|") + 1
    assert document.element.body.xml.count('w:leader="underscore"') == text.count("|") + 1


def test_long_labels_to_sign_stand_below_each_other_and_stay_with_the_seal() -> None:
    long = "被检查单位现场负责人或者受委托人签字"
    document = set_(f"# t\n| 项 | 说 |\n| 末 | 行 |\n[sign {long} | {long}]\n[seal]")
    assert len(document.tables) == 1, "a table to sign in would not stay with the seal in LibreOffice"
    signing = [p for p in document.paragraphs if p.style.name == "签名栏"]
    assert [p.text.count("年　　月　　日") for p in signing] == [0, 1, 0, 1]
    assert all(p.paragraph_format.keep_with_next for p in signing)
