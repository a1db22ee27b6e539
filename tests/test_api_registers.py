"""Registers over the interface and by command: the same sheets, the same rules, the same masks."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from gridtown.cases import actions, queries
from gridtown.cases.models import Entry, Record
from gridtown.kernel.told import Actor
from tests import books
from tests.calling import Api
from tests.conftest import NOON, Here

TOWN = "330110110"
VILLAGE, OTHER = f"{TOWN}001", f"{TOWN}002"
PHONE = "13800000000"
ADMIN = Actor("somebody", "a-post", frozenset({"admin"}), TOWN, clearance=2)


@pytest.fixture(autouse=True)
def _books(pingyao: Here) -> Iterator[None]:
    with books.kept():
        yield


def firm(key: str = "k", place: str = VILLAGE, **said: Any) -> int:
    answers = {"name": "甲厂", **said}
    return actions.keep(
        line="books", register="firm", answers=answers, by=ADMIN, now=NOON, key=key, place=place
    )


def sheet(data: bytes, **changes: Any) -> bytes:
    """A downloaded workbook with its fourth row changed by column key."""
    book = load_workbook(io.BytesIO(data))
    rows = book.worksheets[0]
    for cell in rows[3]:
        key = str(cell.value).partition(":")[0]
        if key in changes:
            rows.cell(4, cell.column).value = changes[key]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(api: Api, data: bytes, key: str | None = None, **asked: Any) -> Any:
    path = "/api/registers/books/firm/import" + ("?dry_run=true" if asked.get("dry_run") else "")
    return api.client.post(path, {"file": SimpleUploadedFile("x.xlsx", data)}, headers=api.headers(key))


def test_a_sheet_goes_out_is_looked_at_and_comes_in_once(pingyao: Here) -> None:
    api = Api(pingyao, "admin")
    template = api.get("registers/books/firm.xlsx", template=True)
    assert template.headers["Content-Disposition"] == 'attachment; filename="books-firm.xlsx"'
    data = sheet(template.content, name="New works", harm=2, _place=VILLAGE, phone=PHONE)
    counts = {"read": 1, "new": 1, "changed": 0, "same": 0, "wrong": 0}
    looked = sent(api, data, dry_run=True)
    assert looked.json() == {**counts, "written": False, "mistakes": []}
    assert not Record.objects.exists()
    assert sent(api, data, "once-and-only-once").json() == {**counts, "written": True, "mistakes": []}
    for key in ("once-and-only-once", "another-submission"):
        assert sent(api, data, key).json() == {**counts, "new": 0, "same": 1, "written": True, "mistakes": []}
    assert Entry.objects.count() == 1
    out = api.get("registers/books/firm.xlsx").content
    assert PHONE not in str(list(load_workbook(io.BytesIO(out)).worksheets[0].values))
    wrong = sent(api, sheet(out, harm=9)).json()
    assert wrong["wrong"] == 1
    assert wrong["mistakes"] == [{"row": 4, "column": "E", "heading": "Harm", "reason": "Too large"}]


def test_a_sheet_that_is_none_is_a_problem_in_words(pingyao: Here) -> None:
    api = Api(pingyao, "admin")
    said = sent(api, b"no workbook")
    assert (said.status_code, said.json()["detail"]) == (
        422,
        "This is neither an .xlsx workbook nor a .csv sheet",
    )
    assert api.client.post("/api/registers/books/firm/import", headers=api.headers()).status_code == 400
    assert sent(Api(pingyao, "leader"), b"x").json()["type"] == "urn:gridtown:may_not"
    assert sent(api, b"x", "").status_code == 400
    assert api.get("registers/books/nothing.xlsx").status_code == 404


def test_a_download_is_within_the_callers_places(pingyao: Here) -> None:
    firm("k1")
    firm("k2", name="乙厂", place=OTHER)
    rows = load_workbook(
        io.BytesIO(Api(pingyao, f"village-{OTHER}-receiver").get("registers/books/firm.xlsx").content)
    )
    assert [row[2].value for row in rows.worksheets[0].iter_rows(min_row=4)] == ["乙厂"]


def test_a_record_is_read_with_its_past_and_masked(pingyao: Here) -> None:
    record = firm(phone=PHONE)
    said = Api(pingyao, "leader").get(f"records/{record}").json()
    assert said["record"]["masked"] == {"phone": "138****0000"}
    assert said["steps"][0]["verb"] == "keep"
    assert PHONE not in str(said)
    assert PHONE not in Api(pingyao, "leader").get("registers/books/firm", text="甲").content.decode()
    stranger = Api(pingyao, f"village-{OTHER}-receiver")
    assert stranger.get(f"records/{record}").status_code == 404
    for verb in ("retire", "restore", "erase", "unseal"):
        assert stranger.post(f"records/{record}/{verb}", {"reason": "x", "fields": []}).status_code in (
            400,
            404,
        )
    assert stranger.get(f"records/{record}/files/{'0' * 64}").status_code == 404


def test_off_on_in_clear_and_erased(pingyao: Here) -> None:
    record = firm(phone=PHONE)
    admin, handler = Api(pingyao, "admin"), Api(pingyao, "handler-urban")
    assert admin.post(f"records/{record}/retire", {"reason": "closed"}).status_code == 200
    assert admin.post(f"records/{record}/restore", {"reason": "open again"}).status_code == 200
    assert admin.post(f"records/{record}/restore", {"reason": ""}).status_code == 200, (
        "it is on the register already"
    )
    clear = handler.post(f"records/{record}/unseal", {"fields": ["phone"], "reason": "to call"})
    assert clear.json() == {"answers": {"phone": PHONE}}
    assert handler.post(f"records/{record}/unseal", {"fields": ["phone"], "reason": ""}).status_code == 422
    assert admin.post(f"records/{record}/erase", {"reason": "asked for"}).status_code == 200
    assert (
        handler.post(f"records/{record}/unseal", {"fields": ["phone"], "reason": "to call"}).status_code
        == 422
    )


def test_the_commands_do_the_same(pingyao: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firm("k1", phone=PHONE)
    firm("k2", name="乙厂", place=OTHER)
    out = tmp_path / "firms.xlsx"
    call_command("export", "register", "books", "firm", to=out, all=True)
    assert "2 " in capsys.readouterr().out
    assert Entry.objects.filter(verb="export").count() == 1
    out.write_bytes(sheet(out.read_bytes(), harm=9))
    call_command("import", "register", "books", "firm", str(out), "--dry-run")
    assert "未变 1，有错 1" in capsys.readouterr().out
    assert not (tmp_path / "firms-errors.xlsx").exists()
    call_command("import", "register", "books", "firm", str(out))
    said = capsys.readouterr().out
    assert "E4  危害程度  太大" in said
    back = tmp_path / "firms-errors.xlsx"
    assert load_workbook(back).worksheets[0]["A2"].value == "错误"
    back.write_bytes(sheet(back.read_bytes(), harm=3))
    call_command("import", "register", "books", "firm", str(back), lang="en")
    assert "1 changed" in capsys.readouterr().out
    (found, _) = queries.records(line="books", register="firm")
    assert (found.answers["harm"], found.masked["phone"]) == (3, "138****0000")


def test_a_command_goes_by_a_persons_posts(
    pingyao: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firm("k1")
    firm("k2", name="乙厂", place=OTHER)
    out = tmp_path / "firms.xlsx"
    call_command("export", "register", "books", "firm", to=out, all=True)
    out.write_bytes(sheet(out.read_bytes(), harm=3))
    call_command("import", "register", "books", "firm", str(out), "--as", "leader")
    assert "有错 2" in capsys.readouterr().out
    call_command(
        "export", "register", "books", "firm", to=tmp_path / "t.xlsx", person="leader", template=True
    )
    assert load_workbook(tmp_path / "t.xlsx").worksheets[0].max_row == 3


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("export", "register", "books", "nothing", "--all", "--to"), "没有台账“books/nothing”"),
        (("export", "register", "books", "--all", "--to"), "用法"),
        (("export", "register", "books", "firm", "--as", "nobody", "--to"), "没有账号“nobody”"),
        (("import", "register", "books", "firm"), "这不是 .xlsx 或 .csv 表格"),
    ],
)
def test_a_command_refuses_in_words(said: tuple[str, ...], why: str, tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_text("x")
    with pytest.raises(CommandError, match=why):
        call_command(*said, str(file))
