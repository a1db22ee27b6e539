"""Safety: the edges of the grading tables, what is flagged as repeated, who follows an order up, and the tools."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import docx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gridtown import lines
from gridtown import town as towns
from gridtown.kernel.story import parse
from gridtown.kernel.told import Actor, Doing, Earlier, Kept, Refused, Told
from gridtown.kernel.tool import Asked, Proposal, Seen
from gridtown.lines.safety import grading, rules, tools
from gridtown.lines.safety.registers import RISK_POINTS
from gridtown.papers import printing
from gridtown.people import snapshot as people
from gridtown.people.scope import visible
from tests import telling

LINE = lines.found()["safety"]
TABLES = LINE.tables
DAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
INSPECTOR = Actor("somebody", "inspector", frozenset({"inspector"}), "330110110")


def valued(method: str, score: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers and tables in which the factors of a method come to exactly this score."""
    first, *others = grading.FACTORS[method]
    own = {first: {"x": {"value": score}}, **{name: {"x": {"value": "1"}} for name in others}}
    return {"method": method, **dict.fromkeys((first, *others), "x")}, {**TABLES, **own}


@pytest.mark.parametrize(
    ("method", "score", "key", "colour"),
    [
        ("lec", "10000", "extreme", "red"),
        ("lec", "320", "extreme", "red"),
        ("lec", "319.99", "high", "orange"),
        ("lec", "160", "high", "orange"),
        ("lec", "159.99", "marked", "yellow"),
        ("lec", "70", "marked", "yellow"),
        ("lec", "69.99", "some", "blue"),
        ("lec", "20", "some", "blue"),
        ("lec", "19.99", "acceptable", "blue"),
        ("lec", "0.05", "acceptable", "blue"),
        ("ls", "25", "extreme", "red"),
        ("ls", "20", "extreme", "red"),
        ("ls", "16", "high", "orange"),
        ("ls", "15", "high", "orange"),
        ("ls", "12", "marked", "yellow"),
        ("ls", "9", "marked", "yellow"),
        ("ls", "8", "low", "blue"),
        ("ls", "1", "low", "blue"),
    ],
)
def test_a_bound_belongs_to_the_upper_class(method: str, score: str, key: str, colour: str) -> None:
    answers, tables = valued(method, score)
    found = grading.grade(answers, tables, DAY)
    assert (found.score, found.bound, found.colour) == (
        Decimal(score),
        TABLES[f"{method}_bound"][key],
        colour,
    )


def colour_by_hand(method: str, score: Decimal) -> str:
    """The bounds as they are written in the books, apart from the tables."""
    red, orange, yellow = (320, 160, 70) if method == "lec" else (20, 15, 9)
    return "red" if score >= red else "orange" if score >= orange else "yellow" if score >= yellow else "blue"


@given(st.data())
def test_every_choice_of_factors_has_the_colour_of_its_product(data: st.DataObject) -> None:
    method = data.draw(st.sampled_from(sorted(grading.FACTORS)))
    chosen = {name: data.draw(st.sampled_from(sorted(TABLES[name]))) for name in grading.FACTORS[method]}
    product = Decimal(1)
    for name, key in chosen.items():
        product *= Decimal(TABLES[name][key]["value"])
    found = grading.grade({"method": method, **chosen}, TABLES, DAY)
    assert (found.score, found.colour) == (product, colour_by_hand(method, product))
    assert (found.grade, found.control) == (
        TABLES["colour"][found.colour]["grade"],
        TABLES["colour"][found.colour]["control"],
    )


@given(st.data())
def test_a_factor_that_is_worse_never_makes_a_risk_smaller(data: st.DataObject) -> None:
    order = ("blue", "yellow", "orange", "red")
    method = data.draw(st.sampled_from(sorted(grading.FACTORS)))
    chosen = {name: data.draw(st.sampled_from(sorted(TABLES[name]))) for name in grading.FACTORS[method]}
    name = data.draw(st.sampled_from(grading.FACTORS[method]))
    worse = max(TABLES[name], key=lambda key: Decimal(TABLES[name][key]["value"]))
    before = grading.grade({"method": method, **chosen}, TABLES, DAY).colour
    after = grading.grade({"method": method, **chosen, name: worse}, TABLES, DAY).colour
    assert order.index(after) >= order.index(before)


def test_a_rule_makes_it_red_whatever_it_scores_and_without_a_score() -> None:
    answers, tables = valued("lec", "1")
    scored = grading.grade({**answers, "direct": "major_source"}, tables, DAY)
    assert (scored.colour, scored.grade, scored.score) == ("red", "major", Decimal(1))
    bare = grading.grade({"method": "ls", "direct": "past_accident"}, TABLES, DAY)
    assert (bare.colour, bare.score, bare.bound) == ("red", None, None)


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({"method": "lec"}, {"likelihood", "exposure", "consequence"}),
        (
            {"method": "lec", "chance": "l5", "severity": "s5", "likelihood": "certain"},
            {"exposure", "consequence"},
        ),
        ({"method": "ls", "severity": "s5"}, {"chance"}),
        ({"method": "ls", "severity": "s5", "direct": "many_people"}, {"chance"}),
    ],
)
def test_half_a_score_is_none_and_says_what_is_missing(answers: dict[str, str], missing: set[str]) -> None:
    with pytest.raises(Refused) as refusal:
        grading.grade(answers, TABLES, DAY)
    assert refusal.value.fields == dict.fromkeys(missing, "mistake.missing")


def test_tables_hold_from_a_day_to_a_day() -> None:
    answers, tables = valued("lec", "300")
    lowered = {
        "old": {**TABLES["lec_bound"]["extreme"], "until": "2027-01-01"},
        "new": {**TABLES["lec_bound"]["extreme"], "at_least": "300", "since": "2027-01-01"},
        **{key: row for key, row in TABLES["lec_bound"].items() if key != "extreme"},
    }
    dated = {**tables, "lec_bound": lowered}
    assert grading.grade(answers, dated, date(2026, 12, 31)).colour == "orange"
    assert grading.grade(answers, dated, date(2027, 1, 1)).colour == "red"
    assert grading.grade(answers, dated, date(2026, 12, 31)).bound == TABLES["lec_bound"]["high"]
    with pytest.raises(Refused) as refusal:
        grading.grade({"method": "ls", "direct": "many_people"}, TABLES, date(2021, 8, 31))
    assert refusal.value.fields == {"direct": "mistake.not_in_table"}


@pytest.mark.parametrize(
    ("colour", "period"),
    [("red", "month"), ("orange", "quarter"), ("yellow", "182 days exact"), ("blue", "year")],
)
def test_a_re_inspection_is_owed_by_colour(colour: str, period: str) -> None:
    (duty,) = RISK_POINTS.duties
    assert str(duty.period({"colour": colour})) == period


def again(days_ago: int, outcome: str = "solved") -> Earlier:
    closed = NOW - timedelta(days=days_ago)
    return Earlier("HZ2026-00001", "written_off", outcome, True, closed - timedelta(days=2), closed, {})


def test_a_hazard_is_repeated_when_it_was_put_right_within_the_days_of_the_setting() -> None:
    told = Told("safety", "hazard", "found", NOW, "330110110", {})
    known = (
        again(180),
        again(181),
        again(1, "refused"),
        replace(again(1), closed=None, ended=False, outcome=""),
    )
    doing = Doing(
        "report", INSPECTOR, {}, NOW, towns.current().calendar, {"repeat_days": 180}, earlier=lambda: known
    )
    assert rules.repeats(told, doing) == {"repeats": 1}


@pytest.mark.parametrize(
    ("state", "role"),
    [
        ("found", "inspector"), ("ordered", "patch"), ("fixed", "inspector"), ("major", "inspector"),
        ("planning", "inspector"), ("planned", "leader"), ("treating", "patch"), ("treated", "inspector"),
        ("reviewing", "leader"), ("transferred", "inspector"),
    ],
)  # fmt: skip
def test_a_hazard_waits_for_whoever_has_to_do_something_about_it(state: str, role: str) -> None:
    assert LINE.kind("hazard").procedure.waits_on(state)[0] == role


ORDERED = """
- story: An order
  kind: hazard
  records:
    - [unit, {name: 示例厂, kind: enterprise, trade: metal, patch: PATCH}]
  tell:
    - [2026-11-02 09:00, inspector, report, {description: 漏电, source: patrol, unit: record 1, category: gas}]
    - [2026-11-02 09:10, patch/other, note, {remark: 已知悉}]
    - [2026-11-02 09:20, patch/own, note, {remark: 已知悉}]
    - [2026-11-02 09:30, inspector, order, {demand: 更换}]
  ends: ordered
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("patch", "holder"),
    [("patch-own", "patch-own"), ("patch-gone", "patch-other"), ("leader", "patch-other")],
)
def test_an_order_is_followed_up_by_the_post_that_answers_for_the_unit(patch: str, holder: str) -> None:
    text = ORDERED.replace("PATCH", patch)
    (story,) = parse(yaml.safe_load(text), towns.current().zone)
    row = telling.Told(LINE, story).tell().row(1)
    held = people.current().by_id(row.holder_id or 0)
    assert held is not None
    assert held.key == holder, "one that is gone or cannot act gives way to the matrix"


def asked(answers: dict[str, Any], records: Any = None, cases: Any = None) -> Asked:
    return Asked(
        answers,
        INSPECTOR,
        NOW,
        towns.current().calendar,
        {"progress_days": 7},
        TABLES,
        records or {},
        cases or {},
    )


def test_the_calculator_says_what_it_follows_from() -> None:
    said = {"method": "lec", "likelihood": "unusual", "exposure": "daily", "consequence": "three_dead"}
    (found,) = tools.GRADING.run(asked(said))
    assert found.what == {"score": 720.0, "colour": "red", "grade": "major", "control": "company"}
    assert [why.key for why in found.why] == ["likelihood", "exposure", "consequence", "bound"]
    assert found.does == ()
    words = [LINE.words[f"why.{why.key}"]["zh"].format(**why.params) for why in found.why]
    assert words[0] == "事故可能性 L＝3：可能，但不经常"
    assert words[-1] == "达到“极其危险”的下限 320"
    (direct,) = tools.GRADING.run(asked({"method": "ls", "direct": "many_people"}))
    assert (direct.what["score"], direct.what["colour"], [why.key for why in direct.why]) == (
        None,
        "red",
        ["direct"],
    )


def unit(n: int, name: str, trade: str = "metal") -> Kept:
    return Kept(n, "unit", name, "330110110001", {"name": name, "trade": trade})


def seen(kind: str, state: str, unit: int, *, due: int = 1, moved: Any = None, **answers: Any) -> Seen:
    """A case of a unit that is due so many days from now."""
    opened = NOW - timedelta(days=20)
    return Seen(
        1, "HZ2026-00001", kind, state, "", False, opened, None, "330110110001", None, None, "", unit,
        {"unit": unit, **answers}, moved or {}, NOW + timedelta(days=due),
    )  # fmt: skip


def test_the_gravest_unit_comes_first_and_a_quiet_one_not_at_all() -> None:
    units = (unit(1, "静"), unit(2, "红"), unit(3, "迟"), unit(4, "重"), unit(5, "木", trade="wood"))
    points = (Kept(9, "risk_point", "库", "330110110001", {"unit": 2, "colour": "red"}),)
    cases = {
        "hazard": (
            seen("hazard", "treating", 4, moved={"progress": {"day": "2026-11-19"}}),
            seen("hazard", "treating", 4, moved={"progress": {"day": "2026-11-20"}}),
            seen("hazard", "treating", 4),
            seen("hazard", "planning", 4),
            seen("hazard", "ordered", 3, due=-1, repeats=2),
            seen("hazard", "ordered", 3, moved={"identify": {"repeats": 0}}, repeats=1),
        ),
        "check": (seen("check", "owed", 2, due=-1),),
        "self_check": (seen("self_check", "asked", 5, due=-1),),
    }
    question = {"at_most": 20}
    found = list(tools.PRIORITIES.run(asked(question, {"unit": units, "risk_point": points}, cases)))
    assert [reasons(p) for p in found] == [
        (4, {"major": 4, "silent": 2}),
        (3, {"overdue": 1, "repeated": 1, "open": 2}),
        (2, {"check_late": 1, "red": 1}),
        (5, {"self_check_late": 1}),
    ]
    wood = tools.PRIORITIES.run(
        asked({"at_most": 20, "trade": "wood"}, {"unit": units, "risk_point": points}, cases)
    )
    assert [p.what["unit"] for p in wood] == [5]
    one = tools.PRIORITIES.run(asked({"at_most": 1}, {"unit": units, "risk_point": points}, cases))
    assert [p.what["unit"] for p in one] == [4]


def reasons(proposal: Proposal) -> tuple[int, dict[str, int]]:
    return proposal.what["unit"], {why.key: why.params["n"] for why in proposal.why}


def printed(begins: str, key: str, upto: int | None = None) -> str:
    """The text of a document of the story that so begins, told up to a step."""
    told = yaml.safe_load((files("gridtown.lines.safety") / "stories.yaml").read_text("utf-8"))
    story = next(s for s in parse(told, towns.current().zone) if s.title.startswith(begins))
    steps = story.steps[:upto]
    refused = {n: why for n, why in story.refused.items() if n <= len(steps)}
    number = telling.Told(LINE, replace(story, steps=steps, refused=refused)).tell().numbers[0]
    hats = (replace(INSPECTOR, place=towns.current().code, clearance=4),)
    paper = printing.printed(number=number, key=key, scope=visible(hats), hats=hats, now=NOW)
    document = docx.Document(io.BytesIO(paper.docx()))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("begins", "upto", "key", "says"),
    [
        ("An order runs out", 2, "rectification_order", "责令你单位于2026年11月4日前整改完毕"),
        ("Put right on the spot", 4, "recheck_opinion", "未达到整改要求：还有一只过期。"),
        ("Put right on the spot", None, "recheck_opinion", "现场复查：同意销号"),
        ("A major hazard", 3, "stop_decision", "☑ 暂时停产停业"),
        ("A major hazard", 3, "stop_decision", "县级消防救援机构\n现场处理措施决定书"),
        ("A major hazard", 13, "listing_notice", "区县级挂牌督办（督办文号：区挂〔2026〕3号）"),
        ("A major hazard", None, "resume_opinion", "二楼恢复营业"),
        ("An orange point", None, "check_record", "1．除尘系统停用"),
        ("An orange point", None, "check_record", "拒绝签字"),
    ],
)
def test_a_paper_says_what_the_case_says(begins: str, upto: int | None, key: str, says: str) -> None:
    assert says in printed(begins, key, upto)
