"""Every indicator of every line can be asked of its table, and the town's own report can be read."""

import pytest
from django.test import override_settings

from gridtown import town as towns
from gridtown.kernel.indicator import Span, behind, said_over
from gridtown.kernel.period import Period
from gridtown.report.figures import indicators, many
from gridtown.report.prose import annual
from gridtown.warehouse import lake as lakes

TOWN = towns.current()
NAMED = indicators.listed(TOWN)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    """An empty warehouse, opened once for all indicators: opening it costs more than asking it."""
    with override_settings(GRIDTOWN_HOME=tmp_path_factory.mktemp("home")):
        yield


@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.key)
def test_an_indicator_asks_for_what_its_table_has(named):
    ind, pond = named.indicator, lakes.tables(TOWN)
    cases = pond.table(named.line.key, ind.kind)
    period = Period.parse("2023", TOWN.zone)
    span = Span(period.since, period.until)
    for expression, fits in ((ind.of, "is_boolean"), (ind.count, "is_boolean"), (ind.measure, "is_numeric")):
        if expression is not None:
            assert getattr(said_over(expression, cases, span).type(), fits)(), expression


@pytest.mark.slow
@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.key)
def test_the_cases_behind_an_indicator_can_be_listed(named):
    pond, period = lakes.tables(TOWN), Period.parse("2023", TOWN.zone)
    cases = pond.table(named.line.key, named.indicator.kind)
    assert pond.run(behind(named.indicator, cases, Span(period.since, period.until), "rest")) == []


def test_of_an_empty_ledger_no_indicator_has_a_figure():
    found = many.read_many([named.key for named in NAMED], periods=["2023"], town=TOWN)
    assert len(found) == len(NAMED)
    for figure in found.values():
        assert (figure.of, figure.missing, figure.shown()) == (0, True, None), figure.named.key


def test_the_towns_reports_can_be_read():
    assert annual.years(TOWN)
    assert annual.faults(TOWN) == []


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("year", annual.years(TOWN))
def test_a_report_without_a_ledger_has_no_number_in_it(year, lang):
    report = annual.read(year, lang=lang, town=TOWN)
    assert report.figures
    assert all(figure.missing for figure in report.figures)
    assert report.as_of is None
    assert report.title
    assert all(section.title and (section.blocks or section.level == 2) for section in report.sections[1:])
    assert all(entry.why for entry in report.entries)
