"""An edition stays what it was while the ledger grows, and comes out byte for byte when it is made again."""

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, timedelta
from hashlib import sha256

import docx
import msgspec
import pytest
from docx.oxml.ns import qn

from gridtown import town as towns
from gridtown.cases import actions, store
from gridtown.cases.actions import NotFound, Point
from gridtown.kernel.told import Refused
from gridtown.lines.reports.edition import holds
from gridtown.people import snapshot as people
from gridtown.people.scope import Scope
from gridtown.report.claims.ledger import checking, frozen
from gridtown.report.editions import difference, editions, making, showing
from gridtown.report.typeset import pdf
from gridtown.warehouse import past
from gridtown.warehouse.refresh import refresh
from tests.conftest import NOON, RESIDENT, Here

pytestmark = pytest.mark.slow

ALL = Scope.everything()
TEXT = """# 2026年工作报告

这一年收到 {% figure appeals.received %} 件，按期处置率 {% figure appeals.on_time_rate %}，其中 12 件上过门。
{% if known patrol.findings %}巡查发现 {% figure patrol.findings %} 处。{% else %}巡查尚未开始。{% endif %}

{% chart appeals.received by=month "逐月" %}

# 附件：分村

{% table "分村" by=village %}
appeals.received
{% endtable %}
"""


@pytest.fixture
def here(pingyao: Here, tmp_path, settings, monkeypatch) -> Here:
    """Pingyao with a report of its own of the year in which the tests happen."""
    settings.GRIDTOWN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    (tmp_path / "town" / "report").mkdir(parents=True)
    town = replace(pingyao.town, folder=tmp_path / "town")
    monkeypatch.setattr(towns, "current", lambda: town)
    write(town, TEXT)
    return Here(town)


def write(town, text: str) -> None:
    for name in ("2026.md", "2026.en.md"):
        (town.folder / "report" / name).write_text(text, "utf-8")


def report(here: Here, key: str, at=NOON) -> int:
    return actions.report(
        line="appeals", kind="matter", by=RESIDENT, now=at, key=key, channel="qr",
        answers={"description": "路灯不亮", "category": "street_light"}, point=Point(*here.inside()),
    ).id  # fmt: skip


def deal(here: Here, case: int, days: int) -> None:
    hour = timedelta(hours=1)
    actions.take(case=case, verb="dispatch", by=here.hats("dispatcher"), now=NOON + hour, key=f"d{case}")
    row = store.case_by("id", case)
    holder = next(post.key for post in people.current().posts if post.id == row.holder_id)
    actions.take(case=case, verb="fix", by=here.hats(holder), now=NOON + timedelta(days=days), key=f"f{case}",
                 answers={"answer": "灯已换"})  # fmt: skip


def freeze(here: Here, days: int, key: str) -> str:
    return editions.freeze("2026", by=here.hats("supervisor"), now=NOON + timedelta(days=days), key=key)


def figures(number: str) -> dict[str, str | None]:
    return {entry.key: entry.shown for entry in editions.find(number, scope=ALL).report("zh").entries}


def signed(here: Here, number: str) -> str:
    at = NOON + timedelta(days=41)
    actions.take(case=number, verb="check", by=here.hats("verifier"), now=at, key=f"c{number}",
                 answers={"remark": "与台账一致"})  # fmt: skip
    return editions.sign(number, by=here.hats("leader"), now=at, key=f"s{number}", gaps_read=True)


@pytest.fixture
def two(here: Here) -> tuple[str, str, int, int]:
    """Two editions between which a matter was dealt with late, another came in, and a sentence was changed."""
    first, second = report(here, "a"), report(here, "b")
    deal(here, first, 1)
    a = freeze(here, 40, "one")
    deal(here, second, 50)
    third = report(here, "c", NOON + timedelta(days=45))
    write(here.town, TEXT.replace("巡查尚未开始", "巡查明年开始"))
    return a, freeze(here, 60, "two"), second, third


def test_an_edition_stays_what_it_was(two):
    a, b, *_ = two
    assert (figures(a)["appeals.received"], figures(b)["appeals.received"]) == ("2", "3")
    assert editions.verify(a) == editions.verify(b) == ()


def test_it_is_made_again_byte_for_byte_after_the_ledger_has_grown(two):
    for number in two[:2]:
        again = editions.reproduce(number)
        assert again.same, again.files
        assert again.differs == ()
        assert {"report.zh.json", "report.zh.docx", "report.en.json", "report.en.docx"} <= set(again.files)


PROMISES = """# 2026年工作报告

目标 {% figure appeals.received part=target %}，合并 {% figure appeals.merged part=target %}，
{% figure appeals.closed_of_handled part=target %}。
{% if figure appeals.received <= figure appeals.received part=target %}没有超过。{% endif %}
{% if figure appeals.merged <= figure appeals.merged part=target %}不知。
{% elif missing appeals.merged part=target %}没有目标。{% endif %}

{% table "主要数字" columns=this,target %}
appeals.received
appeals.merged
{% endtable %}

{% table "目标完成情况" of=targets %}
{% endtable %}
"""


def promise(here: Here, title: str, **more) -> str:
    answers = {
        "title": title,
        "amount": 5,
        "due": "2026-12-31",
        "to": "supervisor",
        "document": "计划",
        **more,
    }
    return actions.report(
        line="targets", kind="target", by=here.hats("leader"), now=NOON, key=title, channel="web",
        place=here.town.code, answers=answers,
    ).number  # fmt: skip


def cells(number: str, table: int) -> list[list[str]]:
    report = editions.find(number, scope=ALL).report("zh")
    rows = report.sections[0].blocks[table + 1].rows
    return [[cell if isinstance(cell, str) else cell.text for cell in row] for row in rows]


def test_the_targets_of_an_edition_are_those_of_its_position(here):
    write(here.town, PROMISES)
    report(here, "a")
    counted = promise(here, "收到", indicator="appeals.received", direction="at_most")
    told = promise(here, "公厕")
    promise(here, "办结", indicator="appeals.closed_of_handled", amount=0.985, unit="ratio")
    promise(here, "搬迁", openness="others")
    promise(here, "明年", due="2027-12-31", begins="2027-01-01")
    text = "目标5，合并［缺：本期没有公开的目标］，98.5%。没有超过。没有目标。"
    day = NOON + timedelta(days=20)
    actions.take(case=told, verb="tell", by=here.hats("supervisor"), now=day, key="t",
                 answers={"reached": 5, "as_of": "2026-03-20"})  # fmt: skip
    a = freeze(here, 40, "one")
    assert editions.find(a, scope=ALL).report("zh").sections[0].paragraphs[0].plain == text
    assert [row[1:] for row in cells(a, 0)] == [["1", "≤ 5"], ["0", "缺"]], "missing is not nought"
    assert [row[:4] for row in cells(a, 1)] == [
        ["收到", "≤ 5", "1", "进度正常（截至2026-04-11）"],
        ["公厕", "≥ 5", "5（责任岗位报告）", "提前达到目标（截至2026-03-20）"],
        ["办结", "≥ 98.5%", "缺", "暂无数据"],
    ]
    actions.take(case=counted, verb="ask_change", by=here.hats("supervisor"), now=day, key="ask",
                 answers={"ground": "policy", "reason": "口径", "amount": 8})  # fmt: skip
    actions.take(case=counted, verb="agree", by=here.hats("leader"), now=day, key="agree")
    actions.take(case=told, verb="disclose", by=here.hats("leader"), now=day, key="not",
                 answers={"openness": "safety", "reason": "选址未定"})  # fmt: skip
    b = freeze(here, 40, "two")
    assert [row[:2] for row in cells(b, 1)] == [["收到", "≤ 8"], ["办结", "≥ 98.5%"]]
    again = editions.reproduce(a)
    assert again.same, "a change of a target leaves no trace in what was frozen before it"
    found = difference.difference(*(editions.find(number, scope=ALL) for number in (a, b)))
    assert ("-", "收到 | ≤ 5 | {appeals.received value} | 进度正常（截至2026-04-11） | 计划") in found.text
    assert any(sign == "-" and line.startswith("公厕") for sign, line in found.text)


def test_a_report_quotes_last_year_as_the_edition_that_stands_for_it(two, here):
    """The ledger says three by now; the first edition said two, and once signed it stands before the newer."""
    draft = "2027年收到群众诉求1件。2026年收到群众诉求{}件。"

    def said(n: int) -> tuple[str, str | None]:
        verdict = checking.check(draft.format(n), town=here.town, edition=frozen.figures()).verdicts[1]
        return verdict.reason, verdict.edition

    refresh(now=NOON + timedelta(days=70), town=here.town)
    assert editions.standing_for("2025") is None
    assert said(3) == ("agrees", f"2026年工作报告（{two[1]}）")
    signed(here, two[0])
    assert said(2) == ("agrees", f"2026年工作报告（{two[0]}）")
    assert said(3)[0] == "misquoted"


def test_the_difference_names_the_figures_the_cases_and_the_text(two, here):
    a, b, second, third = two
    found = difference.difference(*(editions.find(number, scope=ALL) for number in (a, b)))
    changed = {change.key: change for change in found.figures}
    assert set(changed) == {"appeals.received", "appeals.on_time_rate"}
    (due,) = changed["appeals.on_time_rate"].moved
    assert (due.part, [m.id for m in due.entered]) == ("of", [second]), (
        "it was not yet with anybody when the first was frozen"
    )
    (moved,) = changed["appeals.received"].moved
    (mover,) = moved.entered
    assert (moved.part, moved.left, mover.id, mover.verbs) == ("of", (), third, ("report",))
    assert [sign for sign, _ in found.text] == ["-", "+"]
    assert "巡查明年开始" in found.text[1][1]
    told = "\n".join(showing.told(found))
    assert "2 → 3" in told
    assert f"+ 分母  {mover.number}" in told
    assert difference.seen_by(found, Scope.none()) == frozenset()
    assert {mover.id for mover in difference.seen_by(found, ALL)} == {second, third}


def keep(here: Here, value: str, key: str, days: int, record: int | None = None, **more) -> int:
    said = {
        "statistic": "exports",
        "period": "2026年1-3月",
        "value": value,
        "body": "commerce",
        "document": "月报",
    }
    return actions.keep(
        line="economy", register="figure", answers=said | more, by=here.hats("economy-statistician"),
        now=NOON + timedelta(days=days), key=key, place=here.town.code, record=record,
    )  # fmt: skip


def test_a_revised_record_is_named_and_so_is_one_that_came_in(here):
    write(
        here.town,
        "# 报告\n\n出口 {% figure economy.exports %}。\n"
        "记录 {% figure economy.figures %}，修订 {% figure economy.revisions %}。",
    )
    said = {"period": "2026年"}
    record = keep(here, "12.8亿元", "k1", 30, **said)
    a = freeze(here, 40, "one")
    keep(here, "12.9亿元", "k2", 45, record, **said, why="年报修订")
    other = keep(here, "3亿元", "k3", 46)
    b = freeze(here, 60, "two")
    found = difference.difference(*(editions.find(number, scope=ALL) for number in (a, b)))
    moved = {change.key: change.moved[0] for change in found.figures}
    (revised,) = moved["economy.exports"].changed
    assert (moved["economy.exports"].part, revised.id, revised.register, revised.verbs) == (
        "value", record, "economy/figure", ("keep",),
    )  # fmt: skip
    assert revised.link == f"/registers/economy/figure/{record}"
    assert [m.id for m in moved["economy.figures"].entered] == [other]
    assert [m.id for m in moved["economy.revisions"].entered] == [record]
    told = "\n".join(showing.told(found))
    assert f"~ 取值  {revised.number}  keep #" in told
    assert difference.seen_by(found, ALL) == {revised, *moved["economy.figures"].entered}
    assert difference.seen_by(found, Scope.none()) == frozenset()


def test_what_cannot_be_made_again_names_the_words_that_are_others(two, here, monkeypatch):
    line = here.town.lines["appeals"]
    name = line.words["indicator.received"]
    monkeypatch.setitem(line.words, "indicator.received", {**name, "zh": "收到几件？"})
    again = editions.reproduce(two[0])
    assert not again.same
    was = name["zh"]
    assert f"appeals.received 的名称已变：定稿时“{was}”，现在“收到几件？”" in again.differs
    assert not any("appeals.on_time_rate" in said for said in again.differs), "only what is another is named"


def test_what_asks_for_an_indicator_that_is_gone_says_so(two, here, monkeypatch):
    line = here.town.lines["appeals"]
    monkeypatch.setitem(
        here.town.lines, "appeals",
        replace(line, indicators=tuple(i for i in line.indicators if i.key != "received")),
    )  # fmt: skip
    again = editions.reproduce(two[0])
    assert not again.same
    assert any("there is no indicator appeals.received" in said for said in again.differs)


def test_an_edition_is_no_different_from_itself(two):
    one = editions.find(two[0], scope=ALL)
    assert difference.difference(one, one).nothing


def test_an_edition_waits_for_whoever_has_the_next_step(here):
    report(here, "a")
    number = freeze(here, 40, "one")
    keys = {post.id: post.key for post in people.current().posts}

    def waits_for() -> str:
        row = editions.find(number, scope=ALL).row
        return keys[row.holder_id]

    assert waits_for() == "verifier"
    actions.take(
        case=number, verb="check", by=here.hats("verifier"), now=NOON + timedelta(days=41), key="c",
        answers={"remark": "与台账一致"},
    )  # fmt: skip
    assert waits_for() == "leader"
    editions.sign(number, by=here.hats("leader"), now=NOON + timedelta(days=41), key="s", gaps_read=True)
    assert waits_for() == "supervisor"


def test_a_third_person_signs_and_the_signature_can_be_checked(here):
    report(here, "a")
    number = freeze(here, 40, "one")
    with pytest.raises(Refused) as why:
        actions.take(case=number, verb="check", by=here.hats("supervisor"), now=NOON, key="x",
                     answers={"remark": "自己核"})  # fmt: skip
    assert why.value.key == "guard.by_another"
    signature = signed(here, number)
    edition = editions.find(number, scope=ALL)
    assert edition.state == "signed"
    assert holds(edition.public_key, edition.digest, signature)
    assert not holds(edition.public_key, "0" * 64, signature)
    assert editions.verify(number) == ()


def test_a_manifest_of_before_with_targets_beside_its_text_is_still_read(two):
    edition = editions.find(two[0], scope=ALL)
    told = msgspec.json.decode(making.canonical(edition.manifest))
    for source in told["sources"].values():
        source["targets"] = '["appeals.received"]\nat_least = 1\nsource = "x"'
    assert making.read_manifest(msgspec.json.encode(told)) == edition.manifest


def test_nobody_signs_over_gaps_unread(here):
    report(here, "a")
    number = freeze(here, 40, "one")
    manifest = editions.find(number, scope=ALL).manifest
    assert [gap.split(":")[0] for gap in manifest.unproven] == ["12 件"], "typed, not asked"
    actions.take(
        case=number, verb="check", by=here.hats("verifier"), now=NOON, key="c", answers={"remark": "核"}
    )
    with pytest.raises(Refused) as why:
        editions.sign(number, by=here.hats("leader"), now=NOON, key="s", gaps_read=False)
    assert why.value.key == "guard.gaps_unread"


def test_an_empty_ledger_is_not_frozen(here):
    with pytest.raises(Refused) as why:
        freeze(here, 40, "one")
    assert why.value.key == "ledger_empty"


def test_only_who_drafts_may_freeze(here):
    with pytest.raises(Refused):
        editions.freeze("2026", by=here.hats("receiver"), now=NOON, key="k")


def test_the_public_knows_of_an_edition_once_it_is_published(here):
    report(here, "a")
    number = freeze(here, 40, "one")
    signed(here, number)
    with pytest.raises(NotFound):
        editions.find(number, scope=Scope.none())
    assert editions.published("2026") is None
    actions.take(case=number, verb="publish", by=here.hats("supervisor"), now=NOON + timedelta(days=42), key="p",
                 answers={"where": "公开栏"})  # fmt: skip
    assert editions.find(number, scope=Scope.none()).number == number
    public = editions.published("2026")
    assert public is not None
    assert public.number == number
    assert editions.published("2025") is None
    actions.take(case=number, verb="withdraw", by=here.hats("leader"), now=NOON + timedelta(days=50), key="w",
                 answers={"reason": "有误"})  # fmt: skip
    assert editions.published("2026") is None
    assert editions.find(number, scope=Scope.none()).state == "withdrawn", "that it was withdrawn is said"


def test_a_changed_file_is_found(here):
    report(here, "a")
    number = freeze(here, 40, "one")
    edition = editions.find(number, scope=ALL)
    lost = editions.files.path_of(edition.manifest.files["report.zh.docx"])
    lost.write_bytes(lost.read_bytes() + b" ")
    assert editions.verify(number) == ("report.zh.docx is missing or was changed",)
    actions.take(
        case=number, verb="check", by=here.hats("verifier"), now=NOON, key="c", answers={"remark": "核"}
    )
    with pytest.raises(editions.Unreadable):
        editions.sign(number, by=here.hats("leader"), now=NOON, key="s", gaps_read=True)


def test_another_ledger_is_not_taken_for_this_one(here):
    report(here, "a")
    with pytest.raises(past.NoPosition):
        past.tables(here.town, cursor=1, digest="0" * 64, as_of=NOON.astimezone(UTC))


def test_the_word_file_is_an_official_paper_whose_numbers_lead_to_the_annex(two):
    document = docx.Document(io.BytesIO(editions.find(two[1], scope=ALL).file("report.zh.docx")))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in margins] == [37, 35, 28, 26]
    assert document.settings.odd_and_even_pages_header_footer
    assert document.styles["公文正文"].element.rPr is not None
    body = document.element.body
    anchors = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} - {None}
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert anchors
    assert anchors <= marks, "every number leads to a line that is there"
    pages = [rel.target_ref for rel in document.part.rels.values() if rel.is_external]
    assert any(page.endswith("/indicators/appeals.received?period=2026") for page in pages)
    texts = [p.text for p in document.paragraphs]
    assert texts[0] == "2026年工作报告"
    assert any(text.startswith("附件：1. 分村") for text in texts)
    assert "附件1" in texts
    assert any(rel.reltype.endswith("/chart") for rel in document.part.rels.values())


def test_the_pdf_is_the_same_however_often_it_is_set(two):
    try:
        known = pdf.fonts()
    except pdf.NoFont as none:
        pytest.skip(str(none))
    edition = editions.find(two[0], scope=ALL)
    data = edition.file("report.zh.pdf")
    assert data.startswith(b"%PDF-")
    again = pdf.pdf(edition.report("zh"), site=edition.manifest.site)
    assert sha256(again).hexdigest() == edition.manifest.files["report.zh.pdf"]
    assert edition.manifest.made["fonts"] == known.digest
    if reads := shutil.which("pdftotext"):
        said = subprocess.run([reads, "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
        assert "2026年工作报告" in said.replace(" ", "")
        assert "附件1" in said
        assert "数字出处" in said
        assert "—2—" in said.replace(" ", "")


def test_without_a_chinese_font_there_is_a_sentence_and_no_empty_boxes(here, monkeypatch):
    monkeypatch.setattr(pdf, "FAMILIES", dict.fromkeys(pdf.FAMILIES, ("No Such Font",)))
    pdf._fonts.cache_clear()
    try:
        report(here, "a")
        edition = editions.find(freeze(here, 40, "one"), scope=ALL)
        assert sorted(edition.manifest.files) == [
            "report.en.docx", "report.en.json", "report.zh.docx", "report.zh.json",
        ]  # fmt: skip
        with pytest.raises(pdf.NoFont, match="fonts-noto-cjk"):
            pdf.fonts()
    finally:
        pdf._fonts.cache_clear()
