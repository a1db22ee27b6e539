"""Documents: a text that is wrong is named, what a case says is never markup, the same case gives the same bytes."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from PIL import Image

from gridtown import town as towns
from gridtown.cases import actions, files, ledger, queries, store
from gridtown.dispatch import doctor
from gridtown.kernel.document import Document, Text
from gridtown.kernel.story import parse
from gridtown.kernel.told import Actor, Refused
from gridtown.papers import names, printing, template
from gridtown.papers.context import Case, names_of, numbered
from gridtown.papers.markup import Photos, Sign
from gridtown.papers.values import opened_up, sealed_off
from gridtown.people.scope import visible
from tests import test_docs
from tests.browsing import client_of, reported
from tests.calling import Api
from tests.conftest import NOON, Here
from tests.telling import LONG_AGO, Told, said_in

example = test_docs.example
REPLY = Document("reply", "matter", after=("refuse",))


@pytest.fixture
def refused_one(pingyao: Here) -> actions.Receipt:
    """A matter that was refused, so that its answer can be printed; its reporter can be called."""
    receipt = reported(pingyao, contact_name="张小明", contact_phone="10000000000")
    answer = {"answer": "此事由供电所办理"}
    actions.take(
        case=receipt.id, verb="refuse", answers=answer, by=pingyao.hats("receiver"), now=NOON, key="r"
    )
    return receipt


def told_by(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let the town have a text of its own for the answer to a matter."""
    town = towns.current()
    texts = {**town.texts, "appeals": {"reply": Text("documents/appeals.reply.txt", text)}}
    own = replace(town, texts=texts)
    monkeypatch.setattr(towns, "current", lambda: own)


def printed(here: Here, number: str, post: str = "receiver", **more: Any) -> printing.Printed:
    """The answer to a matter, as whoever holds a post prints it."""
    hats = here.hats(post)
    return printing.printed(number=number, key="reply", scope=visible(hats), hats=hats, now=NOON, **more)


# a text that is wrong


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# t\n{{ fix.answr }}", "line 2: there is no answr in fix.answr"),
        ("# t\n\n{{ fixed.answer }}", "line 3: there is no fixed (in fixed.answer)"),
        ("# t\n{% if report.colour %}x{% endif %}", "line 2: there is no colour in report.colour"),
        ("# t\n{% if not report.title or 1 < paper.time %}x{% endif %}", "line 2: there is no time in paper.time"),
        ("# t\n{% for one in all.fix %}\n{{ one.nothing }}{% endfor %}", "line 3: there is no nothing in one.nothing"),
        ("# t\n{% for one in report.title %}{% endfor %}", "line 2: report.title is no list"),
        ("# t\n{% for a, b in all.fix %}{% endfor %}", "line 2: a loop gives one name to what it goes through"),
        ("# t\n{% with it=all.fix|last %}{{ it.photo }}{% endwith %}", "line 2: there is no photo in it.photo"),
        ("# t\n{{ fix }}", "line 2: fix has several parts: name one of them"),
        ("# t\n{{ fix.photos }}", "line 2: fix.photos is a picture: write [photo {{ fix.photos }}]"),
        ("# t\n[photo {{ fix.answer }}]", "line 2: fix.answer is no picture"),
        ("# t\n{{ report.title|default:fix.nothing }}", "line 2: there is no nothing in fix.nothing"),
        ("# t\n{{ report.category.price }}", "line 2: there is no price in report.category.price"),
        ("# t\n{% if x %}", "line 2: Unclosed tag on line 2: 'if'"),
        ("# t\n{% include 'x' %}", "line 2: Invalid block tag on line 2: 'include'. Did you forget"),
        ("# t\n{{ fix.answer|upper }}", "line 2: Invalid filter: 'upper'"),
        ("# t\n#! organs: x", "line 2: #! knows organ, number, head, date, copies, each with a colon; not organs: x"),
        ("# t\n#! head: blue", "line 2: head is red or plain or none, not blue"),
        ("# t\n[stamp]", "line 2: there is no [stamp] line"),
        ("# t\n[seal] and more", "line 2: there is no [seal] line, or something stands around it"),
        ("# t\n##x", "line 2: a heading needs a space after #, ## or ###"),
        ("text", "line 1: there is no title: a line that begins with # and a space"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_line(monkeypatch, text: str, fault: str) -> None:
    told_by(monkeypatch, text)
    [said] = [fault for fault in template.faults(towns.current()) if fault.startswith("documents/appeals")]
    assert said.startswith(f"documents/appeals.reply.txt: {fault}")


def test_all_faults_are_said_at_once(monkeypatch) -> None:
    told_by(monkeypatch, "{{ a.b }}\n{{ c }}\n[stamp]")
    assert len(template.faults(towns.current())) == 4


def test_a_wrong_text_is_refused_in_words_and_found_by_the_doctor(pingyao, refused_one, monkeypatch) -> None:
    told_by(monkeypatch, "# t\n{{ refuse.anser }}")
    page = client_of(pingyao, "receiver").get(f"/case/{refused_one.number}/document/reply")
    assert page.status_code == 422
    assert "documents/appeals.reply.txt: line 2: there is no anser in refuse.anser" in page.content.decode()
    found = [finding for finding in doctor.examine(now=NOON) if finding.key == "paper_faulty"]
    assert [finding.level for finding in found] == ["trouble"]


def test_a_town_words_a_paper_itself_and_only_one_that_is_there(tmp_path: Path) -> None:
    own = towns.current().lines
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "appeals.reply.txt").write_text("# 复函", "utf-8")
    found = towns._texts(tmp_path, own)
    assert found["appeals"]["reply"] == Text("documents/appeals.reply.txt", "# 复函")
    assert found["patrol"] == own["patrol"].texts
    (tmp_path / "documents" / "appeals.replay.txt").write_text("# 复函", "utf-8")
    with pytest.raises(towns.TownFolderError, match="there is no document replay of a line appeals"):
        towns._texts(tmp_path, own)


def test_every_name_that_may_be_used_is_there_when_it_is_printed(pingyao, refused_one) -> None:
    town, scope = towns.current(), visible(pingyao.hats("receiver"))
    line = town.lines["appeals"]
    held = queries.dossier(town=town, number=refused_one.number, scope=scope)
    known, values = names.known(town, line, held.kind), Case(town, line, REPLY, held, {}).values()
    assert set(known) == set(values) - {"record"}
    for group in ("case", "town", "line", "paper", "settings"):
        assert set(known[group].parts) == set(values[group].parts), group
    assert set(known["report"].parts) >= set(values["report"].parts)
    assert set(known["refuse"].parts) >= set(values["refuse"].parts)


# what a case says


MEAN = "# 不是标题\n| a | b |\n---\n[seal]\n{{ case.number }} **x** [x] \x00\ud800\ue023 <b>&amp;"


def test_what_a_case_says_is_printed_as_written_and_never_read_as_markup(pingyao, monkeypatch) -> None:
    told_by(monkeypatch, "# t\n{{ report.description }}\n| {{ report.description }} | {{ report.address }} |")
    receipt = reported(pingyao, description=MEAN.replace("\ud800", ""), address="| 一 |")
    actions.take(
        case=receipt.id,
        verb="refuse",
        answers={"answer": "x"},
        by=pingyao.hats("receiver"),
        now=NOON,
        key="r",
    )
    paper = printed(pingyao, receipt.number)
    lines = ["# 不是标题", "| a | b |", "---", "[seal]", "{{ case.number }} **x** [x]  <b>&amp;"]
    *said, table = paper.sheet.blocks
    assert [block.spans for block in said] == [((line, False),) for line in lines]
    assert [len(row) for row in table.rows] == [2]
    assert table.rows[0][1].lines == ((("| 一 |", False),),)
    assert [text for text in said_in(paper.docx()) if text in lines] == lines * 2


def test_what_cannot_stand_in_a_word_file_is_left_out() -> None:
    assert opened_up(sealed_off(MEAN)).endswith("[x]  <b>&amp;")
    assert opened_up(sealed_off("a\r\nb\tc")) == "a\nb c"


def test_what_the_case_does_not_say_is_a_blank(pingyao, refused_one, monkeypatch) -> None:
    text = """# t
{{ fix.answer }}{{ fix.done_at|time }}{{ fix.done_at|workdays:5 }}{{ fix.photos|length }}
{{ case.closed|blank:2 }}{{ report.address|default:"无" }}{% if fix.photos %}x{% endif %}
[photo {{ fix.photos }}]
[signature {{ fix.photos }} 签字]"""
    told_by(monkeypatch, text.replace("{{ case.closed|blank:2 }}", "{{ case.due|blank:2 }}"))
    blocks = printed(pingyao, refused_one.number).sheet.blocks
    assert blocks[0].spans == (("＿＿＿＿＿＿＿＿＿＿＿＿0", False),)
    assert blocks[1].spans == (("＿＿无", False),)
    assert blocks[2:] == (Sign(("签字",)),)


def test_keys_and_codes_are_said_in_words(pingyao, refused_one, monkeypatch) -> None:
    told_by(
        monkeypatch,
        """# t
{{ report.category }} {{ report.category.desk }} {% if report.category == "street_light" %}!{% endif %}
{{ case.state }} {{ case.urgency }} {{ report.nature }}{{ report.nature|box:"help" }}{{ report.nature|box:"question" }}
{{ report.done_by }} {{ refuse.done_by }} {{ refuse.done_post }} {{ refuse.done_at|time }} {{ refuse.done_at|hanzi }}
{{ refuse.done_at|workdays:1 }} {{ refuse.done_at|days:1 }} {{ paper.date }} {{ paper.year }}-{{ paper.serial }}
{{ town.organ }} {{ town.short }} {{ line.name }} {{ settings.reopen_days|hanzi }} {{ all.refuse|length }}
""",
    )
    said = [block.spans[0][0] for block in printed(pingyao, refused_one.number).sheet.blocks]
    row = towns.current().tables["appeals"]["category"]["street_light"]
    assert said[0] == f"{row['zh']} {row['desk']} !"
    assert said[1] == "不予受理 一般 求助☑□"
    assert said[2].startswith("反映人 ")
    assert said[2].endswith(" 2026年3月2日12时00分 二〇二六年三月二日")
    assert said[3] == "2026年3月3日 2026年3月3日 2026年3月2日 2026-1"
    assert said[4] == "瓶窑镇人民政府 瓶窑 群众诉求 七 1"


def test_a_record_is_named_with_its_answers_and_those_it_names(monkeypatch, pingyao) -> None:
    town = towns.current()
    line = town.lines["patrol"]
    admin = pingyao.hats("admin")
    route = actions.keep(
        line="patrol", register="route", answers={"name": "老街线", "kind": "fire", "points": ["甲", "乙"]},
        by=admin, now=NOON, key="route", place=town.code,
    )  # fmt: skip
    number = actions.report(
        line="patrol", kind="round", answers={"route": route}, by=pingyao.hats("supervisor"), now=NOON, key="round",
        channel="counter", place=town.code,
    ).number  # fmt: skip
    document = Document("sheet", "round")
    text = (
        "# t\n{{ report.route }} {{ report.route.kind }} {{ report.route.points }} {{ report.route.place }}"
    )
    listed = {**town.lines, "patrol": replace(line, documents=(document,))}
    own = replace(town, lines=listed, texts={**town.texts, "patrol": {"sheet": Text("x", text)}})
    monkeypatch.setattr(towns, "current", lambda: own)
    hats = pingyao.hats("supervisor")
    paper = printing.printed(number=number, key="sheet", scope=visible(hats), hats=hats, now=NOON)
    assert paper.sheet.blocks[0].spans == (("老街线 消防 甲、乙 瓶窑镇", False),)


@pytest.mark.parametrize(
    ("pattern", "number", "found"),
    [
        ("AP{year}-{n:05}", "AP2026-00012", ("2026", "12")),
        ("{n:03}/{year}", "012/2026", ("2026", "12")),
        ("AP{year}-{n:05}", "old 7", ("", "old 7")),
    ],
)
def test_a_number_is_taken_apart(pattern: str, number: str, found: tuple[str, str]) -> None:
    assert numbered(pattern, number) == found


def test_a_street_has_an_office_and_a_town_may_say_otherwise() -> None:
    street = replace(towns.current(), names={"zh": "蒋村街道", "en": "Jiangcun"})
    assert names_of(street) == {"name": "蒋村街道", "organ": "蒋村街道办事处", "short": "蒋村"}
    other = replace(street, names={"zh": "某市", "en": "Somewhere"})
    assert names_of(other) == {"name": "某市", "organ": "某市", "short": "某市"}
    own = replace(street, options={"papers": {"organ": "某区蒋村街道办事处", "short": "蒋"}})
    assert names_of(own) == {"name": "蒋村街道", "organ": "某区蒋村街道办事处", "short": "蒋"}


# the same again


def test_the_same_case_gives_the_same_bytes_whenever_it_is_printed(pingyao, refused_one) -> None:
    first = printed(pingyao, refused_one.number).docx()
    clear = printed(pingyao, refused_one.number, reason="送达", once="p1").docx()
    assert clear != first
    later = printed(pingyao, refused_one.number).docx()
    assert later == first, "that it was printed is an entry, and changes no paper"
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(2026, 3, 2, 4, 0, 0)}
    about = docx.Document(io.BytesIO(first)).core_properties
    assert about.created == about.modified == NOON
    assert (about.author, about.subject) == ("瓶窑镇人民政府", refused_one.number)


# who may print what


def test_a_document_is_there_only_after_its_move_and_within_the_scope(pingyao) -> None:
    receipt = reported(pingyao)
    with pytest.raises(actions.NotFound):
        printed(pingyao, receipt.number)
    actions.take(
        case=receipt.id,
        verb="refuse",
        answers={"answer": "x"},
        by=pingyao.hats("receiver"),
        now=NOON,
        key="r",
    )
    assert printed(pingyao, receipt.number).document.key == "reply"
    with pytest.raises(actions.NotFound):
        printed(pingyao, receipt.number, "village-330110110002-receiver")


def test_personal_answers_are_masked_until_somebody_says_why(pingyao, refused_one) -> None:
    masked = printed(pingyao, refused_one.number)
    assert masked.sealed == ("contact_name",)
    assert masked.sheet.blocks[0].spans[0][0] == "张**："
    assert "张小明" not in str(masked.sheet)
    with pytest.raises(Refused, match="reason_needed"):
        printed(pingyao, refused_one.number, reason=" ", once="p0")
    with pytest.raises(Refused, match="may_not"):
        printed(pingyao, refused_one.number, "leader", reason="看看", once="p0")
    before = store.entries_of(refused_one.id)
    clear = printed(pingyao, refused_one.number, reason="送达答复", once="p1")
    assert clear.sheet.blocks[0].spans[0][0] == "张小明："
    assert clear.sealed == ()
    again = printed(pingyao, refused_one.number, reason="送达答复", once="p1")
    assert again.docx() == clear.docx()
    [entry] = store.entries_of(refused_one.id)[len(before) :]
    assert entry.verb == "unseal"
    assert entry.answers == '{"fields":["contact_name"],"reason":"送达答复"}', "the phone was not asked for"
    assert not ledger.verify().faults


def test_what_was_erased_is_a_blank_and_needs_no_reason(pingyao, refused_one) -> None:
    actions.erase(case=refused_one.id, reason="本人要求", by=pingyao.hats("admin"), now=NOON, key="e")
    paper = printed(pingyao, refused_one.number, reason="送达", once="p1")
    assert paper.sealed == ()
    assert paper.sheet.blocks[0].spans[0][0] == "反映人："
    with pytest.raises(Refused, match="reason_needed"):
        printed(pingyao, refused_one.number, reason="", once="p2")


CLAIMED = """
- story: The first claim does not fit, the second does
  kind: item
  tell:
    - [2023-03-06 09:00, receiver/one, report, {description: 钥匙一串, category: keys}]
    - [2023-03-06 10:00, receiver/one, announce, {answer: 请凭特征认领}]
    - [2023-03-07 10:00, receiver/one, claim, {name: 王大力, proof: 说是三把}]
    - [2023-03-07 11:00, receiver/two, turn_down, {reason: 应为五把}]
    - [2023-03-08 10:00, receiver/one, claim, {name: 李中华, proof: 说对五把}]
    - [2023-03-08 11:00, receiver/two, hand_back, {cost: 12.5}]
  ends: handed_back
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "fields", "there", "not_there"),
    [
        ("", ["5.name"], ["李中华", "12.50元（壹拾贰元伍角）"], ["王大力", "None"]),
        (
            "# t\n{% for one in all.claim %}{{ one.name }}{% endfor %}",
            ["3.name", "5.name"],
            ["王大力李中华"],
            [],
        ),
        ("# t\n{{ claim.proof }}", [], ["说对五把"], ["李中华"]),
    ],
)
def test_only_what_the_text_prints_is_opened(example, monkeypatch, text, fields, there, not_there) -> None:
    town = towns.current()
    if text:
        texts = {**town.texts, example.key: {"receipt": Text("x", text)}}
        monkeypatch.setattr(towns, "current", lambda: replace(town, texts=texts))
    [story] = parse(yaml.safe_load(CLAIMED), town.zone)
    told = Told(example, story).tell()
    [masked] = told.papers()[f"{example.key}.receipt"]
    assert masked.sealed == (("name",) if fields else ())
    row, hat = told.row(1), Actor("x", "", frozenset({"supervisor"}), town.code, clearance=4)
    clear = printing.printed(
        number=row.number,
        key="receipt",
        scope=visible((hat,)),
        hats=(hat,),
        now=LONG_AGO,
        reason="发还",
        once="p1",
    )
    said = "\n".join(said_in(clear.docx()))
    assert all(part in said for part in there)
    assert not any(part in said for part in not_there)
    assert not any(name in "\n".join(said_in(masked.docx())) for name in ("王大力", "李中华"))
    entries = [json.loads(e.answers)["fields"] for e in store.entries_of(row.id) if e.verb == "unseal"]
    assert entries == ([fields] if fields else [])


# over the web


def test_the_page_of_a_case_lists_shows_and_gives_its_documents(pingyao, refused_one) -> None:
    browser = client_of(pingyao, "receiver")
    path = f"/case/{refused_one.number}/document/reply"
    page = browser.get(f"/case/{refused_one.number}").content.decode()
    assert f'href="{path}"' in page
    assert f'href="{path}.docx"' in page
    shown = browser.get(path).content.decode()
    assert "群众诉求答复单" in shown
    assert "张**" in shown
    assert "此事由供电所办理" in shown
    assert 'name="reason"' in shown
    assert 'name="reason"' not in client_of(pingyao, "leader").get(path).content.decode()
    got = browser.get(f"{path}.docx")
    assert got.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert any("张**" in text for text in said_in(got.content))
    clear = browser.post(f"{path}.docx", {"reason": "送达答复", "_key": "k1"})
    assert any("张小明" in text for text in said_in(clear.content))
    assert browser.post(f"{path}.docx", {"reason": ""}).status_code == 422
    assert browser.get(f"/case/{refused_one.number}/document/nothing.docx").status_code == 404


def test_every_kind_of_block_is_shown_on_the_screen(pingyao, refused_one, monkeypatch) -> None:
    told_by(
        monkeypatch,
        "#! head: red\n#! number: 瓶〔2026〕1号\n#! copies: 一式两份\n# 答复\n## 一、甲\n### （一）乙\n"
        "< 某人：\n+ 甲\n+ 乙\n"
        "| a | b |\n|-|-|\n| **c** |\n---\n[sign 签收人]\n[seal]",
    )
    page = client_of(pingyao, "receiver").get(f"/case/{refused_one.number}/document/reply").content.decode()
    for part in ('class="red"', "<h2>一、甲</h2>", "附件：1. 甲", "2. 乙", '<td colspan="2"><strong>c</strong>', "<hr>",
                 "签收人", 'class="seal-room">瓶窑镇人民政府<br>', 'class="copies">一式两份'):  # fmt: skip
        assert part in page, part


def test_a_photo_of_the_case_is_on_the_paper(pingyao, monkeypatch) -> None:
    sent = io.BytesIO()
    Image.new("RGB", (64, 48), (9, 9, 9)).save(sent, "PNG")
    digest = files.put_photo(io.BytesIO(sent.getvalue()), "x.png", now=NOON)
    receipt = actions.report(
        line="patrol", kind="finding", by=pingyao.hats("dispatcher"), now=NOON, key="photo", channel="counter",
        answers={"description": "占道", "category": "street_goods", "photos": [digest]}, place=pingyao.town.code,
    )  # fmt: skip
    hats = pingyao.hats("dispatcher")
    actions.take(case=receipt.id, verb="order", answers={}, by=hats, now=NOON, key="o")
    paper = printing.printed(
        number=receipt.number, key="rectification", scope=visible(hats), hats=hats, now=NOON
    )
    assert [block for block in paper.sheet.blocks if isinstance(block, Photos)] == [Photos((digest,))]
    assert "请于2026年3月9日前整改完毕" in paper.sheet.blocks[1].spans[0][0], "as the limit's clock says"
    with zipfile.ZipFile(io.BytesIO(paper.docx())) as packed:
        assert [name for name in packed.namelist() if name.startswith("word/media/")]


def test_a_download_has_its_budget(
    pingyao, refused_one, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    browser, api = client_of(pingyao, "receiver"), Api(pingyao, "receiver")
    path = f"/case/{refused_one.number}/document/reply.docx"
    browser.get(path)
    with django_assert_max_num_queries(8):
        assert browser.get(path).status_code == 200
    with django_assert_max_num_queries(5):
        assert api.get(f"cases/{refused_one.number}/documents").status_code == 200
    with django_assert_max_num_queries(6):
        assert api.get(f"cases/{refused_one.number}/documents/reply").status_code == 200


def test_programs_list_and_print(pingyao, refused_one) -> None:
    api = Api(pingyao, "receiver")
    path = f"cases/{refused_one.number}/documents"
    [listed] = api.get(path).json()["documents"]
    assert (listed["key"], listed["name"]) == ("reply", "Written answer")
    got = api.get(f"{path}/reply")
    assert got.headers["Content-Type"] == printing_type()
    assert any("张**" in text for text in said_in(got.content))
    assert api.post(f"{path}/reply", {"reason": ""}).status_code == 422
    assert api.post(f"{path}/reply", {}).status_code == 400
    clear = api.post(f"{path}/reply", {"reason": "送达"})
    assert any("张小明" in text for text in said_in(clear.content))
    assert api.get(f"{path}/nothing").status_code == 404
    assert Api(pingyao, "village-330110110002-receiver").get(path).status_code == 404


def printing_type() -> str:
    return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
