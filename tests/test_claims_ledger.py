"""A draft against the ledger: by the real actions, so that one entry's number turns exactly one claim red."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gridtown.cases import actions
from gridtown.report.claims.ledger import catalogue, checking, matching, phrases, places
from gridtown.report.claims.ledger.checking import Frozen, check
from gridtown.report.claims.ledger.matching import Guess
from gridtown.report.claims.reading.reader import read
from gridtown.report.typeset.blocks import Entry
from gridtown.warehouse.refresh import refresh
from tests.conftest import NOON, Here
from tests.test_report_appeals import LATER, holder, take, told

DRAFT = (
    "2026年工作总结\n"
    "全年收到群众诉求4件，累计处置群众反映各类事项3件，办结率达66.7%。"
    "全年收到信访事项2件，信访涉及12人次。引进企业3家，项目数量居全市第2位。\n"
    "2027年工作思路\n力争处置群众反映各类事项10件以上。\n"
)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.GRIDTOWN_HOME = tmp_path


def petition(here: Here, key: str, people: int) -> int:
    said = {
        "description": "路不好走", "request": "修路", "category": "traffic", "contact_name": "甲", "people": people,
        "came_by": "visit",
    }  # fmt: skip
    return actions.report(
        line="petitions", kind="petition", by=here.hats("petitions-office"), now=NOON, key=key, channel="window",
        answers=said, place=here.town.code,
    ).id  # fmt: skip


@pytest.fixture
def year(pingyao: Here) -> Here:
    """Four reports, of which three are dealt with and two closed; two petitions of seven and five people."""
    hour = timedelta(hours=1)
    quick, slow, never, refused = (told(pingyao, key) for key in "abcd")
    take(pingyao, refused, "refuse", "receiver", hour, answer="不属本镇")
    for case, days in ((quick, 1), (slow, 20), (never, None)):
        take(pingyao, case, "dispatch", "dispatcher", hour)
        if days:
            take(pingyao, case, "fix", holder(case), timedelta(days=days), answer="灯已换")
            take(pingyao, case, "confirm", "resident", timedelta(days=days, hours=2))
    petition(pingyao, "p1", 7)
    petition(pingyao, "p2", 5)
    refresh(now=LATER, town=pingyao.town)
    return pingyao


def states(draft: str = DRAFT) -> dict[str, str]:
    return {v.claim.text: v.state for v in check(draft).verdicts}


FINE = {
    "4件": "agrees", "3件": "agrees", "66.7%": "agrees", "2件": "agrees", "12人次": "agrees", "3家": "cannot",
    "第2位": "cannot", "10件以上": "cannot",
}  # fmt: skip


def test_each_figure_is_held_against_its_own_indicator(year):
    checked = check(DRAFT)
    assert {v.claim.text: v.state for v in checked.verdicts} == FINE
    asked = {v.claim.text: v.guesses[0].key for v in checked.verdicts if v.state == "agrees"}
    assert asked == {
        "4件": "appeals.received", "3件": "appeals.handled", "66.7%": "appeals.closed_of_handled",
        "2件": "petitions.received", "12人次": "petitions.people",
    }  # fmt: skip
    assert [v.reason for v in checked.verdicts if v.state == "cannot"] == ["no_indicator", "rank", "promise"]
    assert not checked.wrong


def test_putting_one_entrys_number_right_turns_exactly_its_claim_red(year):
    case = petition(year, "p1", 7)  # the same key: the first one again
    actions.correct(
        case=case, changes={"people": 8}, reason="数错了", by=year.hats("petitions-office"), key="right",
        now=NOON + timedelta(hours=3),
    )  # fmt: skip
    refresh(now=LATER + timedelta(minutes=1), town=year.town)
    assert states() == FINE | {"12人次": "differs"}
    (wrong,) = (v for v in check(DRAFT).verdicts if v.state == "differs")
    assert (wrong.value, wrong.shown, wrong.by, wrong.reason) == (13.0, "13.00", -1.0, "differs")
    assert wrong.reading.named.indicator.question == "How many people stood behind the petitions?"


def test_one_case_more_turns_exactly_the_claims_about_it_red(year):
    fifth = told(year, "e")
    take(year, fifth, "refuse", "receiver", timedelta(hours=1), answer="不属本镇")
    refresh(now=LATER + timedelta(minutes=1), town=year.town)
    assert states() == FINE | {"4件": "differs"}


def test_a_year_of_which_the_ledger_has_nothing_cannot_be_shown(year):
    (verdict,) = check("2019年处置群众反映各类事项3件，办结率达66.7%。").verdicts[1:]
    assert (verdict.state, verdict.reason, verdict.reading.missing) == ("cannot", "no_data", True)


def test_an_earlier_years_figure_is_held_against_its_frozen_edition(year):
    draft = "2026年处置群众反映各类事项3件。2025年处置群众反映各类事项88件。"

    def edition(key: str, period: str) -> Frozen | None:
        told = Entry(
            1, key, "appeals", "", "", "", "", "", "", "count", period, "", None, 86, None, None, "86"
        )
        return Frozen(told, "2025 年工作报告") if (key, period) == ("appeals.handled", "2025") else None

    now, last = check(draft, edition=edition).verdicts
    assert (now.state, now.last_year, now.edition) == ("agrees", False, None)
    assert (last.state, last.reason, last.value, last.edition) == (
        "differs",
        "misquoted",
        86.0,
        "2025 年工作报告",
    )


def test_an_unnamed_part_is_not_held_against_the_whole(year):
    """处置…3件，其中两件…: no indicator counts just those, so nothing is said to be wrong."""
    whole, part = check("2026年处置群众反映各类事项3件，其中两件已移交。").verdicts
    assert whole.state == "agrees"
    assert (part.claim.text, part.state, part.reason) == ("两件", "cannot", "part")
    after = check("2026年处置群众反映各类事项3件。处置群众反映各类事项1件。").verdicts[1]
    assert after.state == "differs"


def test_a_change_is_reckoned_from_both_years(year):
    (level, change) = check("2026年处置群众反映各类事项3件，同比增长20%。").verdicts
    assert level.state == "agrees"
    assert (change.state, change.guesses[0].key) == ("cannot", "appeals.handled")  # nothing to grow from


def test_indicators_are_guessed_or_left_open_never_wildly(pingyao):
    claims = catalogue.read_for(
        "动态排查、消除隐患7100处。处置秸秆焚烧800余起。整改点位576个。接待游客280万人次，财政总收入12.8亿元，建成公园3个。",
        period="2023",
    )
    assert [claim.indicator for claim in claims] == [
        "safety.hazards_removed", "lookout.straw_handled", "patrol.points_rectified",
        "economy.visitors", "economy.fiscal_revenue", None,
    ]  # fmt: skip
    assert all(0.5 <= claim.confidence <= 1 for claim in claims[:3])


def test_every_promise_is_left_unjudged(year):
    checked = check("2027年工作思路\n处置群众反映各类事项3件，办结率达到100%。", period="2026")
    assert {v.reason for v in checked.verdicts} == {"promise"}


@pytest.mark.parametrize("said", ["2023", "2023-H1", "2023-Q2", "2023-05", "2023-01/2023-09", "2021/2025"])
def test_every_period_that_is_read_can_be_asked_for(said, pingyao):
    assert checking.spans.period(said, pingyao.town.zone).since < datetime(2024, 1, 1, tzinfo=UTC)


def test_reading_needs_no_town():
    assert read("办结率达99%。", period="2023")[0].indicator is None


def test_up_to_the_end_of_a_month_is_all_the_year_up_to_there(year: Here) -> None:
    told = states("2026年工作总结\n截至12月底，共收到群众诉求4件。\n6月，收到群众诉求4件。")
    assert told["4件"] == "differs"
    assert states("2026年工作总结\n截至12月底，共收到群众诉求4件。")["4件"] == "agrees"


def test_of_so_many_some_are_a_part_that_no_indicator_counts(year: Here) -> None:
    reasons = [
        verdict.reason
        for verdict in check(
            "2026年工作总结\n全年收到群众诉求4件，这4件群众诉求中3件达成协议，1件在办。"
        ).verdicts
    ]
    assert reasons == ["agrees", "agrees", "part", "part"]


def test_what_fits_none_of_the_indicators_it_may_be_about_is_wrong_whichever_is_meant(
    year: Here, monkeypatch
):
    """Four reports came in and three were dealt with: 来件 may be either, and nine are neither."""

    def rivals(whole: bool):
        return lambda _text, claims, _known: [
            (
                claim,
                [
                    Guess("appeals.received", "value", 0.72, (), whole=whole),
                    Guess("appeals.handled", "value", 0.68, (), whole=whole),
                ],
            )
            for claim in claims
        ]

    def said(number: int) -> tuple[str, str]:
        (verdict,) = check(f"2026年来件{number}件。").verdicts
        return verdict.state, verdict.reason

    monkeypatch.setattr(catalogue, "guessed", rivals(whole=True))
    assert [said(4), said(3), said(9)] == [("agrees", "agrees"), ("agrees", "agrees"), ("differs", "neither")]
    monkeypatch.setattr(catalogue, "guessed", rivals(whole=False))
    assert said(9) == ("cannot", "ambiguous")


def test_a_rate_that_lines_share_is_of_the_count_before_it_where_the_ledger_bears_that_out(
    year: Here, monkeypatch
):
    """Of three reports two are closed; 办成率 may be the petitions' or the reports', and follows a count of reports."""

    def rivals(_text, claims, _known):
        shared = [
            Guess("petitions.content_with_unit", "value", 0.7, ()),
            Guess("appeals.closed_of_handled", "value", 0.68, ()),
        ]
        return [
            (
                claim,
                shared
                if claim.unit == "ratio"
                else [Guess("appeals.received", "value", 0.9, (), whole=True)],
            )
            for claim in claims
        ]

    def said(draft: str) -> tuple[str, str]:
        verdict = check(f"2026年工作总结\n{draft}").verdicts[-1]
        return verdict.state, verdict.reason

    monkeypatch.setattr(catalogue, "guessed", rivals)
    assert said("收到诉求4件，办成率66.7%。") == ("agrees", "agrees")
    assert said("收到诉求4件，办成率86.7%。") == ("differs", "differs")
    assert said("收到诉求4件。办成率86.7%。") == (
        "cannot",
        "ambiguous",
    )  # another sentence, perhaps another thing
    assert said("收到诉求7件，办成率86.7%。") == (
        "cannot",
        "ambiguous",
    )  # perhaps not this town's reports at all
    assert said("办成率86.7%。") == ("cannot", "ambiguous")


def test_a_guess_says_whether_the_indicator_is_named_with_all_that_the_claim_says(pingyao):
    known = catalogue.of_town(pingyao.town)

    def whole(sentence: str) -> dict[str, bool]:
        (claim,) = read(sentence, period="2023")
        return {guess.key: guess.whole for guess in known.guesses(claim)}

    assert whole("发言54次。") == {"assembly.published": True, "assembly.voices": True}
    assert whole("公开发言54次。")["assembly.published"]
    assert not whole("公开发言54次。").get("assembly.voices")


@pytest.mark.parametrize(
    "draft",
    [
        "2026年，网格事件处置86件，办结率91%。",
        "2026年，联合巡查中收到信访事项9件。",
        "2026年春节期间收到信访事项9件。",
        "2026年，北坡村收到信访事项9件。",
        "2026年，我村收到信访事项9件。",
    ],
)
def test_what_may_be_of_less_or_of_another_thing_is_not_called_wrong(year: Here, draft: str) -> None:
    assert {v.state for v in check(draft).verdicts} == {"cannot"}


def test_what_is_said_of_all_the_town_is_called_wrong_as_before(year: Here) -> None:
    assert states("2026年，北坡村新修水渠，全镇收到信访事项9件。") == {"9件": "differs"}
    assert states("2026年春节期间走访，全年收到信访事项9件。") == {"9件": "differs"}
    assert states("2026年，收到群众诉求4件，办结率91%。")["91%"] == "differs"


HAZARDS = matching.Catalogue(
    [
        matching.Candidate("a.rate", "发现的隐患中，期末已消除多少？（整改率）", "percent", ratio=True),
        matching.Candidate("b.due", "应巡河多少次？", "count"),
    ]
)


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("隐患整改率98%。", 0.6, 1),
        ("整改率98%。", 0.6, 1),
        ("燃气隐患整改率98%。", 0, 0.59),
        ("建筑工地整改率98%。", 0, 0.59),
        ("应巡河96次。", 0.6, 1),
        ("巡河96次。", 0, 0.59),
    ],
)
def test_a_narrower_or_another_thing_is_not_the_indicators_own(said, least, most):
    (claim,) = read(said, period="2026")
    assert least <= max((g.confidence for g in HAZARDS.guesses(claim)), default=0) <= most


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("网格巡查上报问题点位60处。", "patrol"),
        ("工作简况。", None),
        ("网格巡查与食品安全包保同步推进。", None),
    ],
)
def test_of_lines_that_share_a_rate_the_one_that_the_paragraph_names_is_meant(pingyao, told, line):
    text = f"{told}限期整改按期完成的占96.2%。"
    claim, guesses = catalogue.guessed(text, read(text, period="2026"), catalogue.of_town(pingyao.town))[-1]
    both = [
        Guess("patrol.rectified_on_time", "value", 0.62, ()),
        Guess("food.rectified_on_time", "value", 0.62, ()),
    ]
    assert claim.unit == "ratio"
    assert guesses
    assert catalogue.line_named(text, claim, both, pingyao.town) == line


TEMPLATE = """# 2026年工作报告

当场改掉的占 {% figure patrol.cleared_on_the_spot %}，发现问题 {% figure patrol.findings %} 处。
{% if figure patrol.cleared_on_the_spot > 50% %}复核退回的占 {% figure patrol.sent_back %}。{% endif %}
按期改好的占 {% figure patrol.rectified_on_time %}，按期改好的占 {% figure patrol.rectified_rate %}。
"""


def test_the_towns_own_report_says_how_a_share_is_called(pingyao, tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "2026.md").write_text(TEMPLATE, "utf-8")
    (tmp_path / "report" / "2025.md").write_text(
        "# 2025\n\n{% if", "utf-8"
    )  # what cannot be read names nothing
    shares = frozenset(
        f"patrol.{key}" for key in ("cleared_on_the_spot", "sent_back", "rectified_on_time", "rectified_rate")
    )
    told = phrases.of_town(replace(pingyao.town, folder=tmp_path), shares)
    assert told == {"patrol.cleared_on_the_spot": ("当场改掉",), "patrol.sent_back": ("复核退回",)}
    own = phrases.of_town(pingyao.town, shares)
    assert "当场改掉" in own["patrol.cleared_on_the_spot"]


def test_a_share_that_only_goes_on_with_the_clause_before_has_not_its_name(pingyao):
    text = "网格巡查中，当场改掉的占35%，通过的占75%。"
    one, other = catalogue.guessed(text, read(text, period="2026"), catalogue.of_town(pingyao.town))
    assert one[1][0].key == "patrol.cleared_on_the_spot"
    assert other[0].borrowed
    assert all(guess.confidence < checking.TRUSTED for guess in other[1])


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("青溪乡财政总收入1亿元。", True),
        ("瓶窑镇财政总收入1亿元。", False),
        ("常住城镇居民人均收入5万元。", False),
        ("引导返乡创业人员60名。", False),
        ("新增乡镇企业9家。", False),
        ("全街道税收收入3亿元。", False),
    ],
)
def test_a_subject_that_begins_with_another_towns_name_is_of_that_town(said, other):
    (claim,) = read(said, period="2026")
    assert places.named(claim, "瓶窑镇") is other
