"""Registers on their pages: narrowed lists, a sheet looked at before it is written, a record with its past."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from PIL import Image

from gridtown.cases import actions, files, queries
from gridtown.cases.models import Record
from gridtown.dispatch import duties
from gridtown.feeds.registers import drafts
from gridtown.kernel.told import Actor
from gridtown.people.models import Account
from gridtown.people.scope import Scope
from tests import books
from tests.conftest import NOON, Here

TOWN = "330110110"
VILLAGE, OTHER = f"{TOWN}001", f"{TOWN}002"
PHONE = "13800000000"
ADMIN = Actor("somebody", "a-post", frozenset({"admin"}), TOWN, clearance=2)
FIRMS = "/registers/books/firm"


@pytest.fixture(autouse=True)
def _books(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("gridtown.town.clock.now", lambda: NOON)
    with books.kept():
        yield


def firm(key: str = "k", record: int | None = None, place: str = VILLAGE, **said: Any) -> int:
    point = said.pop("point", None)
    return actions.keep(
        line="books", register="firm", answers={"name": "甲厂", **said}, by=ADMIN, now=NOON, key=key, place=place,
        record=record, point=point,
    )  # fmt: skip


def machine(firm: int, key: str = "m") -> int:
    said = {"name": f"电梯 {key}", "firm": firm}
    return actions.keep(
        line="books", register="machine", answers=said, by=ADMIN, now=NOON, key=key, place=VILLAGE
    )


def signed_in(here: Here, post: str = "admin", lang: str = "zh") -> Client:
    browser = Client(raise_request_exception=True)
    browser.force_login(Account.objects.get(pk=here.post(post).holders[0]))
    browser.cookies["gridtown_lang"] = lang
    return browser


def page(browser: Client, path: str, status: int = 200, **asked: str) -> str:
    answer = browser.get(path, asked)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def sheet_of(browser: Client, path: str, **changes: Any) -> bytes:
    """A workbook as it is downloaded, its fourth row changed by column key."""
    book = load_workbook(io.BytesIO(b"".join(browser.get(path).streaming_content)))
    sheet = book.worksheets[0]
    for cell in sheet[3]:
        key = str(cell.value).partition(":")[0]
        if key in changes:
            sheet.cell(4, cell.column).value = changes[key]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(browser: Client, data: bytes) -> Any:
    return browser.post(f"{FIRMS}/import", {"file": SimpleUploadedFile("企业.xlsx", data)})


def test_a_list_is_narrowed_and_counted(pingyao: Here) -> None:
    firm("k1", name="红厂", harm=4)
    firm("k2", name="蓝厂", trade="food", place=OTHER)
    retired = firm("k3", name="旧厂")
    actions.retire(record=retired, reason="停业", by=ADMIN, now=NOON, key="r")
    browser = signed_in(pingyao)

    def names(**asked: str) -> set[str]:
        text = page(browser, FIRMS, **asked)
        found = {name for name in ("红厂", "蓝厂", "旧厂") if f">{name}</a>" in text}
        assert f'num">{len(found)}</small>' in text
        return found

    assert names() == {"红厂", "蓝厂"}
    assert names(f_colour="red") == {"红厂"}
    assert names(f_trade="food") == {"蓝厂"}
    assert names(place=OTHER) == {"蓝厂"}
    assert names(q="红") == {"红厂"}
    assert names(retired="1") == {"红厂", "蓝厂", "旧厂"}
    assert names(f_colour="purple", place="x' OR 1=1") == {"红厂", "蓝厂"}
    assert 'class="grade red"' in page(browser, FIRMS)
    assert "每年（红 每月）" in page(browser, FIRMS)


def test_a_list_goes_on_by_key_and_keeps_what_it_is_narrowed_to(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridtown.web.views.registers.PAGE", 2)
    ids = [firm(f"k{n}", name=f"厂 {n}", harm=4) for n in range(3)]
    text = page(signed_in(pingyao), FIRMS, f_colour="red")
    assert f"?f_colour=red&amp;after={ids[1]}" in text
    assert "厂 2" in page(signed_in(pingyao), FIRMS, f_colour="red", after=str(ids[1]))


@pytest.mark.parametrize("path", [FIRMS, "/registers/books/machine", "/registers"])
def test_a_list_costs_the_same_however_long_it_is(
    pingyao: Here, path: str, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(pingyao)
    for many in (2, 40):
        for n in range(many):
            machine(firm(f"k{many}-{n}", name=f"厂 {many} {n}", phone=PHONE), f"m{many}-{n}")
        page(browser, path)
        with django_assert_max_num_queries(9):
            page(browser, path)


def test_a_machine_is_shown_with_its_firm_by_name(pingyao: Here) -> None:
    record = firm()
    machine(record)
    text = page(signed_in(pingyao), "/registers/books/machine")
    assert f'<a href="{FIRMS}/{record}">甲厂</a>' in text


def test_a_record_out_of_scope_is_not_there(pingyao: Here) -> None:
    record = firm(place=OTHER, phone=PHONE)
    browser = signed_in(pingyao, f"village-{VILLAGE}-receiver")
    assert "甲厂" not in page(browser, FIRMS)
    for path in (f"{FIRMS}/{record}", f"{FIRMS}/{record}/file/{'0' * 64}"):
        page(browser, path, 404)
    for path in ("", "/retire", "/unseal", "/erase"):
        assert browser.post(f"{FIRMS}/{record}{path}", {"reason": "试一试"}).status_code == 404
    rows = load_workbook(io.BytesIO(b"".join(browser.get(f"{FIRMS}.xlsx").streaming_content))).worksheets[0]
    assert rows.max_row == 3


def test_a_change_on_the_page_keeps_what_it_does_not_show(pingyao: Here) -> None:
    photo = _photo()
    record = firm(phone=PHONE, photos=[photo])
    browser = signed_in(pingyao)
    text = page(browser, f"{FIRMS}/{record}")
    assert "138****0000" in text
    assert PHONE not in text
    assert f"{FIRMS}/{record}/file/{photo}" in text
    form = {"name": "甲厂", "harm": "4", "place": VILLAGE, "_stay.photos": photo, "lon": "119.97", "lat": "30.38",
            "_version": "1", "_key": "once"}  # fmt: skip
    for _ in range(2):
        assert browser.post(f"{FIRMS}/{record}", form).status_code == 302
    found = queries.record(record=record)
    assert found is not None
    assert (found.masked, found.answers["photos"]) == ({"phone": "138****0000"}, [photo])
    assert (found.lon, found.lat, found.version, found.answers["colour"]) == (119.97, 30.38, 2, "red")
    assert browser.post(f"{FIRMS}/{record}", form | {"_key": "late", "harm": "1"}).status_code == 409
    form |= {"_version": "2", "_key": "third", "_drop.phone": "1", "_stay.photos": ""}
    assert browser.post(f"{FIRMS}/{record}", form).status_code == 302
    found = queries.record(record=record)
    assert found is not None
    assert found.masked == {}
    assert "photos" not in found.answers
    picture = browser.get(f"{FIRMS}/{record}/file/{photo}")
    assert b"".join(picture.streaming_content).startswith(b"\xff\xd8"), "its past keeps its pictures"


def test_new_pictures_are_not_lost_when_a_change_is_refused(pingyao: Here) -> None:
    old = _photo()
    record = firm(photos=[old])
    browser = signed_in(pingyao)
    raw = io.BytesIO()
    Image.new("RGB", (9, 9), (9, 100, 7)).save(raw, "PNG")
    fresh = SimpleUploadedFile("new.png", raw.getvalue(), "image/png")
    form = {"name": "", "harm": "4", "place": VILLAGE, "_stay.photos": old, "_version": "1", "_key": "once"}
    refused = browser.post(f"{FIRMS}/{record}", form | {"photos": fresh})
    text = refused.content.decode()
    (had,) = re.findall(r'name="_had.photos" value="(\w{64})" checked', text)
    assert (refused.status_code, f'name="_stay.photos" value="{old}"' in text) == (422, True)
    assert browser.post(f"{FIRMS}/{record}", form | {"name": "甲厂", "_had.photos": had}).status_code == 302
    kept = queries.record(record=record)
    assert kept is not None
    assert kept.answers["photos"] == [old, had]


def _photo() -> str:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), (90, 10, 7)).save(raw, "PNG")
    raw.seek(0)
    return files.put_photo(raw, "x.png", now=NOON)


def test_a_mistake_brings_the_form_back_as_it_was(pingyao: Here) -> None:
    browser = signed_in(pingyao)
    answer = browser.post(f"{FIRMS}/new", {"name": "新厂", "harm": "9", "place": VILLAGE})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="新厂"' in text
    assert "太大" in text
    assert not Record.objects.exists()
    assert browser.post(f"{FIRMS}/new", {"name": "新厂", "harm": "2", "place": VILLAGE}).status_code == 302
    assert Record.objects.get().name == "新厂"


def test_who_does_not_keep_it_reads_it_only(pingyao: Here) -> None:
    record = firm()
    browser = signed_in(pingyao, "leader")
    text = page(browser, f"{FIRMS}/{record}")
    assert "_version" not in text
    assert f"{FIRMS}/import" not in page(browser, FIRMS)
    page(browser, f"{FIRMS}/new", 404)
    page(browser, f"{FIRMS}/import", 403)
    assert sent(browser, b"PK").status_code == 403
    assert browser.post(f"{FIRMS}/{record}", {"name": "改名", "place": VILLAGE}).status_code == 422
    assert browser.post(f"{FIRMS}/{record}/retire", {"reason": "试一试"}).status_code == 422


def test_its_page_tells_its_past_its_duties_and_its_cases(pingyao: Here) -> None:
    record = firm("k1", phone=PHONE, hazards=["氨"])
    duties.open_owed(now=NOON)
    firm("k2", record, harm=4, phone="13911112222", hazards=["氨", "粉尘"])
    case, _ = queries.listing(scope=Scope.everything(), now=NOON, filters=queries.Filters(record=record)).rows
    for lang, words in (("zh", ("首次登记", "修改", "下一期从", "2026年4月1日", "氨、粉尘", "在办事项")),
                        ("en", ("Put on record", "Change", "Next period from", "Open matters"))):  # fmt: skip
        text = page(signed_in(pingyao, lang=lang), f"{FIRMS}/{record}")
        assert [word for word in words if word not in text] == []
        assert "138****0000" in text
        assert "139****2222" in text
        assert f"/case/{case.number}" in text
    about = page(signed_in(pingyao, "dispatcher"), f"/case/{case.number}")
    assert f'href="{FIRMS}/{record}"' in about


def test_the_page_of_a_record_has_its_budget(pingyao: Here, django_assert_max_num_queries: Any) -> None:
    record = firm()
    for n in range(30):
        firm(f"c{n}", record, harm=1 + n % 2)
    browser = signed_in(pingyao)
    page(browser, f"{FIRMS}/{record}")
    with django_assert_max_num_queries(11):
        page(browser, f"{FIRMS}/{record}")


def test_off_and_on_again_with_a_reason(pingyao: Here) -> None:
    record, browser = firm(), signed_in(pingyao)
    assert browser.post(f"{FIRMS}/{record}/retire", {"reason": " "}).status_code == 422
    assert browser.post(f"{FIRMS}/{record}/retire", {"reason": "停业"}).status_code == 302
    text = page(browser, f"{FIRMS}/{record}")
    assert "已注销" in text
    assert "停业" in text
    assert "_version" not in text, "what is off the register is not changed"
    assert browser.post(f"{FIRMS}/{record}/restore", {"reason": "复工"}).status_code == 302
    assert "_version" in page(browser, f"{FIRMS}/{record}")
    assert browser.post(f"{FIRMS}/{record}/explode", {"reason": "试一试"}).status_code == 404


def test_reading_in_clear_is_for_those_cleared_and_is_told(pingyao: Here) -> None:
    record = firm(phone=PHONE)
    assert f"{FIRMS}/{record}/unseal" not in page(signed_in(pingyao, "admin"), f"{FIRMS}/{record}")
    browser = signed_in(pingyao, "handler-urban")
    assert f"{FIRMS}/{record}/unseal" in page(browser, f"{FIRMS}/{record}")
    answer = browser.post(f"{FIRMS}/{record}/unseal", {"reason": "联系检查"})
    assert PHONE in answer.content.decode()
    assert "联系检查" in page(browser, f"{FIRMS}/{record}")
    part = browser.post(f"{FIRMS}/{record}/unseal", {"reason": "再看"}, headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith("<div")
    assert signed_in(pingyao).post(f"{FIRMS}/{record}/erase", {"reason": "本人申请"}).status_code == 302
    assert "138****" not in page(browser, f"{FIRMS}/{record}")


def test_a_sheet_is_looked_at_and_then_written(pingyao: Here) -> None:
    browser = signed_in(pingyao)
    data = sheet_of(browser, f"{FIRMS}/template.xlsx", name="新厂", harm=3, phone=PHONE, _place=VILLAGE)
    answer = sent(browser, data)
    assert answer.status_code == 302
    where = answer.headers["Location"]
    text = page(browser, where)
    assert "写入 1 行" in text
    assert not Record.objects.exists()
    token = where.rpartition("/")[2]
    account = pingyao.post("admin").holders[0]
    lies = next(path for path in drafts._folder().iterdir() if path.name == f"{account}-{token}")
    assert PHONE.encode() not in lies.read_bytes()
    assert lies.read_bytes()[:2] != b"PK", "what waits is encrypted"
    assert browser.post(where).headers["Location"] == FIRMS
    assert Record.objects.get().name == "新厂"
    assert not lies.exists()
    page(browser, where, 404)


def test_wrong_rows_come_back_and_the_good_ones_are_in(pingyao: Here) -> None:
    browser = signed_in(pingyao)
    firm("k1", name="旧厂")
    data = sheet_of(browser, f"{FIRMS}.xlsx", harm=9)
    where = sent(browser, data).headers["Location"]
    text = page(browser, where)
    assert "E4" in text
    assert "太大" in text
    back = load_workbook(
        io.BytesIO(b"".join(browser.get(f"{where}/wrong.xlsx").streaming_content))
    ).worksheets[0]
    assert (back["A2"].value, back["A4"].value) == ("错误", "危害程度：太大")
    assert browser.post(where).headers["Location"] == where
    assert "没有需要写入的行" in page(browser, where)
    english = signed_in(pingyao, lang="en")
    assert "Too large" in page(english, where)


def test_all_that_is_wrong_with_a_row_is_said_at_once_and_in_ones_language(pingyao: Here) -> None:
    firm()
    browser = signed_in(pingyao, lang="en")
    data = sheet_of(browser, f"{FIRMS}.xlsx", name=None, trade="nonsense", _id=None)
    answer = page(browser, sent(browser, data).headers["Location"])
    assert "is not one of the choices" in answer
    assert "、" not in answer.split("is not one of the choices")[1].split("</td>")[0]
    assert "must not be empty" in answer


def test_nobody_else_finds_what_somebody_has_sent(pingyao: Here) -> None:
    browser = signed_in(pingyao)
    data = sheet_of(browser, f"{FIRMS}/template.xlsx", name="新厂", _place=VILLAGE)
    where = sent(browser, data).headers["Location"]
    page(signed_in(pingyao, f"village-{VILLAGE}-receiver"), where, 404)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"x", "这不是 .xlsx 或 .csv 表格"), (b"\xd0\xcf\x11\xe0", "旧格式"), (None, "请选择文件")],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(pingyao: Here, data: bytes | None, said: str) -> None:
    browser = signed_in(pingyao)
    answer = sent(browser, data) if data else browser.post(f"{FIRMS}/import")
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_lines_and_registers_lead_to_each_other(pingyao: Here) -> None:
    browser = signed_in(pingyao)
    assert f'href="{FIRMS}"' in page(browser, "/lines/books")
    assert 'href="/lines/books"' in page(browser, FIRMS)
    assert FIRMS in page(browser, "/registers")


def test_where_there_are_many_records_one_is_found_by_its_name(pingyao):
    many = [firm(f"k{n}", name=f"第{n}厂") for n in range(20)]
    browser = signed_in(pingyao)
    asked = "/registers/books/firm/named"
    assert f'hx-get="{asked}?field=firm' in page(browser, "/registers/books/machine/new")
    found = page(browser, asked, field="firm", firm=str(many[3]), **{"_find.firm": "第17"})
    assert f'<option value="{many[17]}">第17厂' in found
    assert f'<option value="{many[3]}" selected>' in found  # what is chosen stays chosen
    assert f'value="{many[5]}"' not in found
    assert "没有找到" in page(browser, asked, field="firm", **{"_find.firm": "无此厂"})


def test_a_name_is_found_on_ones_own_ground_only(pingyao):
    here, there = firm("here", name="本村厂"), firm("there", name="邻村厂", place=OTHER)
    browser = signed_in(pingyao, f"village-{VILLAGE}-receiver")
    found = page(browser, "/registers/books/firm/named", field="firm", firm=str(there))
    assert f'value="{here}"' in found
    assert "邻村厂" not in found


def test_records_of_the_place_come_first_and_the_others_after(pingyao):
    here, there = firm("b", name="本村厂"), firm("a", name="邻村厂", place=OTHER)
    found = page(signed_in(pingyao), "/registers/books/firm/named", field="firm", place=VILLAGE)
    assert found.index(f'value="{here}"') < found.index(f'value="{there}"')
    other = page(signed_in(pingyao), "/registers/books/firm/named", field="firm", place=OTHER)
    assert other.index(f'value="{there}"') < other.index(f'value="{here}"')


def test_a_point_that_was_wrong_is_taken_away_and_that_is_told(pingyao: Here) -> None:
    record = firm(point=actions.Point(119.97, 30.38))
    browser = signed_in(pingyao)
    path = f"{FIRMS}/{record}"
    assert 'name="_unpin"' in page(browser, path)
    said = {"name": "甲厂", "place": VILLAGE, "lon": "119.97", "lat": "30.38", "_version": "1", "_key": "u"}
    assert browser.post(path, said | {"_unpin": "1"}).status_code == 302
    kept = Record.objects.get(pk=record)
    assert (kept.lon, kept.lat, kept.version) == (None, None, 2)
    after = page(browser, path)
    assert 'name="_unpin"' not in after
    assert "119.97" in after, "its history tells where it was said to be"
