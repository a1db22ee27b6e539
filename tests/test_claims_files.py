"""Drafts in and out of files: what is read, where it stands, and notes in the margin."""

import json
import zipfile
from io import BytesIO

import docx
import pytest
from django.core.management import call_command
from docx.oxml import OxmlElement

from gridtown.report.claims.answering import files, margin, telling
from gridtown.report.claims.answering.files import Unreadable
from gridtown.report.claims.contradictions.within import findings
from gridtown.report.claims.ledger.checking import Checked, Verdict
from gridtown.report.claims.reading.reader import read

TEXT = "2023年工作总结\n完成财政总收入12.8亿元，同比增长10.3%。\n"


def checked_without_ledger(text: str) -> Checked:
    claims = read(text)
    return Checked(
        text, tuple(Verdict(c, "cannot", "no_indicator", ()) for c in claims), tuple(findings(text, claims))
    )


def word(*runs: str, table: tuple[tuple[str, ...], ...] = ()) -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for number, run in enumerate(runs):
        paragraph.add_run(run).bold = bool(number % 2)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, said in enumerate(table):
            for column, text in enumerate(said):
                grid.cell(row, column).text = text
    out = BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_the_encodings_of_offices(encoding):
    assert files.draft("稿.txt", TEXT.encode(encoding)).text == TEXT


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.pdf", b"%PDF", "pdf"), ("a.txt", b"%PDF-1.7 \xff", "pdf"), ("a.xlsx", b"PK", "kind"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "old"), ("a.docx", b"\xd0\xcf\x11\xe0", "old"),
        ("a.txt", b"", "empty"), ("a.txt", b" \n", "empty"), ("a.txt", b"1" * (files.MOST_LETTERS + 1), "long"),
        ("a.txt", b"\x00\x01\x02", "text"), ("a.txt", b"\xff\xff\xff", "text"),
        ("a.docx", b"PK", "docx"), ("a.docx", b"", "docx"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(name, content, key):
    with pytest.raises(Unreadable) as wrong:
        files.draft(name, content)
    assert wrong.value.key == key


def test_a_zip_that_is_no_word_file():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "x")
    with pytest.raises(Unreadable):
        files.draft("a.docx", out.getvalue())


def test_a_word_file_with_its_table():
    draft = files.draft(
        "a.docx",
        word("完成财政总收入", "12.8", "亿元。", table=(("指标", "2023年"), ("工业产值", "202亿元"))),
    )
    assert draft.text == "完成财政总收入12.8亿元。\n指标\t2023年\n工业产值\t202亿元\n"
    assert [(c.text, c.subject) for c in read(draft.text, period="2023")] == [
        ("12.8亿元", "财政总收入"),
        ("202亿元", "工业产值"),
    ]


def saved(document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_merged_cell_is_read_once_and_keeps_the_columns_apart():
    document = docx.Document()
    grid = document.add_table(3, 3)
    for row, said in enumerate(
        (("指标", "2023年", ""), ("", "产值（万元）", "增长%"), ("工业", "820", "6.5"))
    ):
        for column, text in enumerate(said):
            grid.cell(row, column).text = text
    grid.cell(0, 1).merge(grid.cell(0, 2))
    grid.cell(0, 0).merge(grid.cell(1, 0))
    lines = files.draft("a.docx", saved(document)).text.split("\n")
    cells = [[cell.strip() for cell in line.split("\t")] for line in lines if "\t" in line]
    assert cells == [["指标", "2023年", ""], ["", "产值（万元）", "增长%"], ["工业", "820", "6.5"]]


def test_a_table_within_a_table_stands_behind_it():
    document = docx.Document()
    cell = document.add_table(1, 2).cell(0, 0)
    cell.text = "附表"
    inner = cell.add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "泵站", "7座"
    assert [c.text for c in read(files.draft("a.docx", saved(document)).text, period="2023")] == ["7座"]


def test_what_is_struck_out_or_moved_away_is_not_read():
    document = docx.Document()
    paragraph = document.add_paragraph("新增泵站")
    for tag, said in (("del", "5座"), ("moveFrom", "6座"), ("ins", "7座"), ("moveTo", "，闸门2扇")):
        change = OxmlElement(f"w:{tag}")
        run = docx.text.run.Run(OxmlElement("w:r"), paragraph)
        run.text = said
        change.append(run._r)
        paragraph._p.append(change)
    assert files.draft("a.docx", saved(document)).text == "新增泵站7座，闸门2扇\n"


def test_text_in_a_content_control_is_read():
    document = docx.Document()
    paragraph = document.add_paragraph("新增泵站7座。")._p
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    paragraph.addprevious(control)
    control.append(content)
    content.append(paragraph)
    assert files.draft("a.docx", saved(document)).text == "新增泵站7座。\n"


def commented(content: bytes) -> list[tuple[str, str]]:
    """Each comment's text with the text that it is anchored to, read from the file's own XML."""
    document = docx.Document(BytesIO(content))
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    anchored: dict[str, str] = {}
    inside: set[str] = set()
    for element in document.element.body.iter():
        if element.tag == f"{w}commentRangeStart":
            inside.add(element.get(f"{w}id"))
        elif element.tag == f"{w}commentRangeEnd":
            inside.discard(element.get(f"{w}id"))
        elif element.tag == f"{w}t":
            for one in inside:
                anchored[one] = anchored.get(one, "") + (element.text or "")
    return [(comment.text, anchored[str(comment.comment_id)]) for comment in document.comments]


@pytest.mark.parametrize(
    "runs", [("完成财政总收入12.8亿元，增长10.3%。",), ("完成财政总收入1", "2.8亿", "元，增长", "10.3%。")]
)
def test_each_figure_has_its_note_in_the_margin(runs):
    draft = files.draft("a.docx", word(*runs))
    content = margin.annotated(draft, checked_without_ledger(draft.text), "zh")
    assert sorted(anchor for _said, anchor in commented(content)) == ["10.3%", "12.8亿元"]
    assert all("无法证明" in said for said, _anchor in commented(content))
    assert files.draft("b.docx", content).text == draft.text  # nothing is written into the text itself


def test_plain_text_becomes_a_word_file_with_notes():
    draft = files.draft("a.txt", TEXT.encode())
    content = margin.annotated(draft, checked_without_ledger(TEXT), "en")
    assert sorted(anchor for _said, anchor in commented(content)) == ["10.3%", "12.8亿元"]
    assert files.draft("b.docx", content).text.strip() == TEXT.strip()


def test_the_look_of_a_run_stays(tmp_path):
    draft = files.draft("a.docx", word("完成", "财政总收入12.8亿元，", "好。"))
    content = margin.annotated(draft, checked_without_ledger(draft.text), "zh")
    runs = docx.Document(BytesIO(content)).paragraphs[0].runs
    assert [(run.text, bool(run.bold)) for run in runs if run.text] == [
        ("完成", False), ("财政总收入", True), ("12.8亿元", True), ("，", True), ("好。", False),
    ]  # fmt: skip


@pytest.fixture
def said(pingyao, tmp_path, settings, capsys):
    """Runs the command on a text and gives its exit code and what it printed."""
    settings.GRIDTOWN_HOME = tmp_path

    def run(what: str, text: str | bytes, *options: str) -> tuple[int, str]:
        path = tmp_path / "draft.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        try:
            call_command("claims", what, str(path), *options)
        except SystemExit as end:
            return int(end.code or 0), capsys.readouterr().out
        return 0, capsys.readouterr().out

    return run


def test_the_command_reads(said):
    code, out = said("read", TEXT, "--json")
    level, change = json.loads(out)
    assert code == 0
    assert {
        "text",
        "start",
        "end",
        "subject",
        "indicator",
        "value",
        "unit",
        "qualifier",
        "kind",
        "period",
        "comparison",
        "comparison_value",
    } <= set(level)
    assert (level["value"], level["unit"], level["period"], change["value"]) == (
        1_280_000_000,
        "yuan",
        "2023",
        0.103,
    )
    assert TEXT[level["start"] : level["end"]] == level["text"] == "12.8亿元"


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("没有数字。", (), 0),
        ("2024年工作思路\n力争引进企业3家。", (), 0),
        ("引进企业3家。", ("--period", "2023"), 3),
        ("引进企业3家。", ("--period", "2023", "--allow-unshown"), 0),
        ("引进制造业企业3家、服务业企业4家，共8家。", ("--period", "2023"), 1),
        (b"\x00\x00", (), 2),
    ],
)  # fmt: skip
def test_the_commands_exit_code_says_how_it_went(said, text, options, code):
    assert said("check", text, *options)[0] == code


def test_the_command_writes_the_draft_with_notes(said, tmp_path):
    code, out = said("check", TEXT, "--json", "--docx", str(tmp_path / "out.docx"))
    told = json.loads(out)
    assert (code, told["counts"]["cannot"], told["wrong"]) == (3, 2, False)
    assert len(commented((tmp_path / "out.docx").read_bytes())) == 2


def test_a_file_that_is_not_there(pingyao, capsys):
    with pytest.raises(SystemExit) as end:
        call_command("claims", "read", "/nowhere/draft.txt")
    assert (end.value.code, "draft.txt" in capsys.readouterr().err) == (2, True)


def test_json_is_one_object_for_each_claim(said):
    code, out = said("check", "全年办结率达99%。", "--json", "--period", "2023")
    (claim,) = json.loads(out)["claims"]
    assert (code, claim["state"], claim["reason"]) == (3, "cannot", "no_data")
    assert claim["suggested"][0]["indicator"] == "appeals.closed_of_handled"
    assert claim["question"].startswith("Of the matters")


def test_what_a_check_says_as_json_needs_no_ledger():
    told = telling.plain(checked_without_ledger(TEXT), lambda key, **said: key)
    assert (told["counts"], len(told["claims"])) == ({"agrees": 0, "differs": 0, "cannot": 2}, 2)
