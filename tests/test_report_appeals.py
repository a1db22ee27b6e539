"""From a resident's report, by the real actions, to a line of the annual report."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gridtown.cases import actions, store
from gridtown.cases.actions import Point
from gridtown.people import snapshot as people
from gridtown.people.scope import visible
from gridtown.report.figures import indicators
from gridtown.report.prose import annual
from gridtown.warehouse.refresh import refresh
from tests.conftest import NOON, RESIDENT, Here

LATER = NOON + timedelta(days=30)
DARK = {"description": "路灯不亮", "category": "street_light"}


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.GRIDTOWN_HOME = tmp_path


def told(here: Here, key: str) -> int:
    return actions.report(
        line="appeals", kind="matter", by=RESIDENT, now=NOON, key=key, channel="qr", answers=DARK,
        point=Point(*here.inside()),
    ).id  # fmt: skip


def holder(case: int) -> str:
    row = store.case_by("id", case)
    assert row is not None
    return next(post.key for post in people.current().posts if post.id == row.holder_id)


def take(here: Here, case: int, verb: str, by: str, after: timedelta, **answers: object) -> None:
    hats = RESIDENT if by == "resident" else here.hats(by)
    actions.take(
        case=case, verb=verb, by=hats, now=NOON + after, key=f"{verb}:{case}:{after}", answers=answers
    )


@pytest.fixture
def year(pingyao: Here) -> Here:
    """Four reports: dealt with in time, dealt with late, refused, and still being dealt with, long since due."""
    hour = timedelta(hours=1)
    quick, slow, never, refused = (told(pingyao, key) for key in "abcd")
    take(pingyao, refused, "refuse", "receiver", hour, answer="不属本镇")
    for case, days in ((quick, 1), (slow, 20), (never, None)):
        take(pingyao, case, "dispatch", "dispatcher", hour)
        if days:
            take(pingyao, case, "fix", holder(case), timedelta(days=days), answer="灯已换")
            take(pingyao, case, "confirm", "resident", timedelta(days=days, hours=2))
    refresh(now=LATER, town=pingyao.town)
    return pingyao


@pytest.mark.parametrize(
    ("key", "of", "count"),
    [
        ("received", 4, None),
        ("handled", 3, None),
        ("refused", 1, None),
        ("closed_of_handled", 3, 2),
        ("on_time_rate", 3, 1),  # the one that nobody dealt with fell due as well
        ("solved_rate", 2, 2),
        ("open_late", 1, None),
        ("verified_by_other", 2, 0),
    ],
)
def test_figures_of_a_handful_of_matters(year, key, of, count):
    figure = indicators.read(f"appeals.{key}", period="2026")
    assert (figure.of, figure.count) == (of, count)


def test_the_middle_matter_took_so_long(year):
    assert indicators.read("appeals.days_to_close", period="2026").shown() == "10.6"


def test_the_report_and_the_page_give_the_same_number(year, tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "2026.md").write_text(
        "# Y\n\nDone {% figure appeals.closed_of_handled places=0 %}.", "utf-8"
    )
    report = annual.read("2026", town=replace(year.town, folder=tmp_path))
    (figure,) = report.figures
    assert figure.text == "67%"
    reading, entry = indicators.read("appeals.closed_of_handled", period="2026"), report.entry(figure.n)
    assert (entry.of, entry.count, entry.shown) == (reading.of, reading.count, reading.shown())


def test_the_number_opens_into_cases_for_those_who_may_see_them(year):
    asked = {"key": "appeals.closed_of_handled", "period": "2026", "now": LATER, "part": "of"}
    everything = indicators.cases_behind(scope=visible(year.hats("dispatcher")), **asked)
    assert len(everything.cases) == 3
    nothing = indicators.cases_behind(scope=visible(()), **asked)
    assert (nothing.cases, nothing.hidden) == ((), 3)
