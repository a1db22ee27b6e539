"""A figure is the same wherever it is asked, opens into its cases, and never says zero for what is not known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gridtown.kernel.told import Actor
from gridtown.people.scope import Scope, visible
from gridtown.report.figures import indicators
from gridtown.report.prose import annual
from gridtown.warehouse import lake as lakes
from gridtown.warehouse.refresh import refresh
from tests import made_up
from tests.made_up import Walk

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 12, 1, tzinfo=UTC)
TOWN = "330110110"
NORTH, SOUTH = TOWN + "001", TOWN + "002"


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.GRIDTOWN_HOME = tmp_path
    return tmp_path


@pytest.fixture
def walk() -> Walk:
    """Three cases: closed in time, closed late, still open; two in the north, one in a grid of it."""
    walk = Walk(made_up.town(TOWN))
    first = walk.open(made_up.OPENING + timedelta(days=5), place=NORTH)
    for verb, after in (("accept", 1), ("show", 2), ("approve", 3)):
        walk.go(first, verb, timedelta(hours=after))
    second = walk.open(made_up.OPENING + timedelta(days=40), place=NORTH + "001")
    for verb, after in (("accept", 1), ("show", 90), ("approve", 3)):
        walk.go(second, verb, timedelta(hours=after))
    third = walk.open(made_up.OPENING + timedelta(days=41), place=SOUTH)
    walk.go(third, "accept", timedelta(hours=1))
    refresh(now=NOW, town=walk.town)
    return walk


def read(walk: Walk, key: str, period: str = "2023", **asked) -> indicators.Reading:
    return indicators.read(f"made_up.{key}", period=period, town=walk.town, **asked)


def test_both_parts_travel_together(walk):
    figure = read(walk, "closed")
    assert (figure.of, figure.count, figure.shown(), figure.shown(0)) == (3, 2, "66.7%", "67%")
    assert (figure.as_of, figure.until, figure.missing) == (NOW, NOW, False)


def test_open_late_ones_are_in_the_denominator(walk):
    figure = read(walk, "on_time")
    assert (figure.of, figure.count) == (3, 1)


def test_a_period_is_judged_by_its_own_end(walk):
    assert (read(walk, "closed", "2023-02").of, read(walk, "closed", "2023-02").count) == (2, 1)
    assert read(walk, "closed", "2023-01").shown() == "100.0%"
    assert [(m.period.key, m.of) for m in indicators.trend("made_up.closed", period="2023-Q1", town=walk.town)] == [
        ("2023-01", 1), ("2023-02", 2), ("2023-03", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "of"), [("", 3), (TOWN, 3), ("3301", 3), (NORTH, 2), (NORTH + "001", 1), (SOUTH, 1)]
)
def test_a_place_is_a_prefix(walk, place, of):
    assert read(walk, "closed", place=place).of == of


def test_slices_add_up_and_equal_the_places_own_figure(walk):
    figure = read(walk, "closed", by=("village",))
    assert [(s.by, s.of, s.count) for s in figure.slices] == [((NORTH,), 2, 2), ((SOUTH,), 1, 0)]
    for part in figure.slices:
        own = read(walk, "closed", place=part.by[0])
        assert (own.of, own.count, own.shown()) == (part.of, part.count, figure.shown_slice(part))


def test_what_the_ledger_does_not_have_is_missing_not_zero(walk):
    for key in ("closed", "spell", "taken_up"):
        figure = read(walk, key, "2022")
        assert (figure.missing, figure.shown()) == (True, None)
    quiet = read(walk, "taken_up", "2023-06")
    assert (quiet.missing, quiet.shown()) == (False, "0"), "a case was open then, so a zero is a zero"


def test_before_the_first_refresh_all_is_missing():
    town = made_up.town("330110199")
    assert indicators.read("made_up.taken_up", period="2023", town=town).missing


def test_days_to_come_are_not_judged(walk):
    refresh(now=made_up.OPENING + timedelta(days=41), town=walk.town)
    assert read(walk, "closed").until == made_up.OPENING + timedelta(days=41)
    assert read(walk, "closed").of == 2, "what opens at that moment is not yet asked about"


@pytest.mark.parametrize(
    "asked",
    [
        {"place": "33x"},
        {"place": "'; DROP"},
        {"place": "1" * 16},
        {"by": ("holder_id",)},
        {"period": "last year"},
    ],
)
def test_what_cannot_be_asked_is_refused(walk, asked):
    with pytest.raises(ValueError, match=r".+"):
        read(walk, "closed", **asked)


def test_an_unknown_indicator(walk):
    with pytest.raises(indicators.NoIndicator):
        read(walk, "happiness")


def behind(walk: Walk, key: str, scope: Scope | None = None, **asked) -> indicators.Behind:
    return indicators.cases_behind(
        f"made_up.{key}", period="2023", town=walk.town, now=NOW, scope=scope or Scope.everything(), **asked
    )


def test_a_figure_opens_into_exactly_its_cases(walk):
    numbers = [case.row.number for case in reversed(walk.cases)]  # the newest first
    assert [c.number for c in behind(walk, "closed").cases] == numbers[1:]
    assert [c.number for c in behind(walk, "closed", part="rest").cases] == numbers[:1]
    assert [c.number for c in behind(walk, "closed", part="of").cases] == numbers
    assert [c.number for c in behind(walk, "taken_up").cases] == numbers
    assert behind(walk, "taken_up", part="rest").cases == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counted_and_rest_are_all_that_are_asked_about(seed):
    walk = Walk(made_up.town(TOWN), seed)
    walk.stroll(120)
    refresh(now=NOW, town=walk.town)
    for key in ("closed", "on_time"):
        figure = read(walk, key)
        sizes = {part: len(behind(walk, key, part=part, size=1000).cases) for part in ("of", "count", "rest")}
        assert sizes == {"of": figure.of, "count": figure.count, "rest": figure.of - figure.count}


def test_pages_follow_one_another(walk):
    first = behind(walk, "closed", part="of", size=2)
    second = behind(walk, "closed", part="of", size=2, after=first.next)
    assert len(first.cases) == 2
    assert [c.id for c in second.cases] == [walk.cases[0].row.id]
    assert second.next is None


def test_only_what_the_reader_may_see_is_shown(walk):
    northern = Actor("n", "clerk_north", frozenset({"clerk"}), NORTH)
    found = behind(walk, "closed", part="of", scope=visible((northern,)))
    assert [c.id for c in found.cases] == [c.row.id for c in (walk.cases[1], walk.cases[0])]
    assert found.hidden == 1
    assert behind(walk, "closed", scope=Scope.none()).cases == ()


@pytest.mark.parametrize(
    ("hat", "place", "open_to"),
    [
        (None, TOWN, False),
        (Actor("r", "", frozenset({"reporter"}), TOWN), TOWN, False),
        (Actor("n", "clerk", frozenset(), NORTH), TOWN, True),
        (Actor("n", "clerk", frozenset(), NORTH), "", True),
        (Actor("n", "clerk", frozenset(), NORTH), NORTH, True),
        (Actor("n", "clerk", frozenset(), NORTH), SOUTH, False),
        (Actor("t", "boss", frozenset(), TOWN), SOUTH, True),
        (Actor("t", "boss", frozenset(), TOWN, frozenset({"food"})), SOUTH, False),
        (Actor("g", "worker", frozenset(), NORTH + "001"), NORTH, True),
    ],
)
def test_who_may_read_a_figure(hat, place, open_to):
    assert indicators.open_to((hat,) if hat else (), "made_up", place) is open_to


@pytest.mark.parametrize(
    ("place", "asked", "open_to"),
    [
        (NORTH, TOWN, False),
        (NORTH, NORTH, True),
        (TOWN, TOWN, True),
        (TOWN, "", True),
        (NORTH + "001", NORTH, False),
    ],
)
def test_slices_by_place_are_for_whom_answers_for_all_of_it(place, asked, open_to):
    hat = Actor("x", "post", frozenset(), place)
    assert indicators.open_to((hat,), "made_up", asked, by=("village",)) is open_to


def test_a_trend_has_an_end(walk):
    with pytest.raises(ValueError, match="at most 60 months"):
        indicators.trend("made_up.closed", period="1900-01-01..2099-12-31", town=walk.town)


TEMPLATE = """# A year

> A note.

## Things

Of {% figure made_up.closed part=of %} things
{% figure made_up.closed part=count %} were closed, {% figure made_up.closed places=0 %}; the middle one
took {% figure made_up.spell %} hours.

Last.
"""


@pytest.fixture
def written(walk, tmp_path):
    (tmp_path / "report").mkdir()

    def write(text: str = TEMPLATE, name: str = "2023.md"):
        (tmp_path / "report" / name).write_text(text, "utf-8")
        walk.town = replace(walk.town, folder=tmp_path)
        return walk.town

    return write


def test_the_report_is_its_prose_with_figures_read(walk, written):
    report = annual.read("2023", town=written())
    assert (report.title, report.as_of, [s.title for s in report.sections]) == (
        "A year",
        NOW.isoformat(),
        ["", "Things"],
    )
    (note,), (main, last) = (section.blocks for section in report.sections)
    assert (note.note, note.plain) == (True, "A note.")
    assert main.plain == "Of 3 things 2 were closed, 67%; the middle one took 50.0 hours."
    assert last.plain == "Last."
    alone, entry = read(walk, "closed"), next(e for e in report.entries if e.key == "made_up.closed")
    told = (entry.of, entry.count, entry.value, entry.missing)
    assert told == (alone.of, alone.count, alone.value, alone.missing), "the same figure as on its own page"
    assert "made_up__thing" in alone.sql
    assert "_.closed < _.until" in alone.named.formula


def test_another_year_has_no_report(written):
    with pytest.raises(annual.NoReport):
        annual.read("2021", town=written())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% figure made_up.happiness %}", "no indicator made_up.happiness"),
        ("{{ settings.SECRET_KEY }}", "cannot stand here"),
        ('{% include "x" %}', "include"),
        ("{% load static %}", "load"),
        ("{% figure %}", "needs the key"),
        ("{% figure made_up.closed part=all %}", "part=value"),
        ("{% figure made_up.closed places=x %}", "no number of decimals"),
    ],
)
def test_a_template_holds_text_and_figures_only(written, text, said):
    town = written(text)
    with pytest.raises(annual.BadTemplate, match=said):
        annual.read("2023", town=town)
    assert any(said in fault for fault in annual.faults(town))


def test_the_languages_must_give_the_same_figures(written):
    written()
    (fault,) = annual.faults(written("# A year\n\n{% figure made_up.closed %}", "2023.en.md"))
    assert "the languages do not give the same figures" in fault
    assert annual.faults(written(TEMPLATE, "2023.en.md")) == []


def test_many_at_once_are_the_same_as_one_by_one():
    walk = Walk(made_up.town(TOWN), 7)
    walk.stroll(40)
    refresh(now=NOW, town=walk.town)
    keys = [named.key for named in indicators.listed(walk.town)]
    for place, by in (
        ("", ("village",)),
        (TOWN, ("grid", "category")),
        ("3301", ()),
        (NORTH, ("state",)),
        (SOUTH, ()),
    ):
        periods = ["2023", "2023-02"] if by else ["2022", "2023-03-01..2023-03-20"]
        found = indicators.read_many(keys, periods=periods, place=place, by=by, town=walk.town)
        assert set(found) == {(key, period) for key in keys for period in periods}
        for (key, period), reading in found.items():
            assert reading == indicators.read(key, period=period, place=place, by=by, town=walk.town)


def test_many_cost_one_question_of_each_table(walk, monkeypatch):
    asked = []
    lake = lakes.tables(walk.town)
    run = lake.run_sql
    monkeypatch.setattr(lake, "run_sql", lambda sql: asked.append(sql) or run(sql))
    keys = [named.key for named in indicators.listed(walk.town)]
    indicators.read_many(keys, periods=["2023", "2022", "2023-05"], town=walk.town)
    assert len(asked) == 1
    indicators.trend("made_up.closed", period="2023", town=walk.town)
    assert len(asked) == 2, "and one for all months of a trend"


def test_what_cannot_be_asked_many_times_is_refused_too(walk):
    with pytest.raises(ValueError, match="sliced by"):
        indicators.read_many(["made_up.closed"], periods=["2023"], by=("holder_id",), town=walk.town)
    with pytest.raises(ValueError, match="15 digits"):
        indicators.read_many(["made_up.closed"], periods=["2023"], place="'; DROP", town=walk.town)


def test_a_figure_can_be_narrowed_and_opens_into_the_narrowed_cases(walk):
    for state in ("settled", "at_work"):
        where = indicators.where_of(f"state:{state}")
        one = read(walk, "closed", where=where)
        many = indicators.read_many(["made_up.closed"], periods=["2023"], where=where, town=walk.town)
        part = next(s for s in read(walk, "closed", by=("state",)).slices if s.by == (state,))
        assert many["made_up.closed", "2023"] == one
        assert (one.of, one.count) == (part.of, part.count)
        assert len(behind(walk, "closed", part="of", where=where).cases) == one.of
        assert f"'{state}'" in one.sql
    for asked in ("holder_id:1", "village:330110110001"):
        with pytest.raises(ValueError, match="narrowed by"):
            indicators.where_of(asked)
    with pytest.raises(ValueError, match="has no"):
        read(walk, "closed", where=(("holder_id", "1"),))
