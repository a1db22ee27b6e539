"""Every indicator of every line can be asked of its table, and the town's own report can be read."""

import pytest
from django.test import override_settings

from gridtown import town as towns
from gridtown.kernel.indicator import Span, asked, behind, said_over
from gridtown.kernel.period import Period
from gridtown.report import annual, indicators
from gridtown.warehouse import lake as lakes

TOWN = towns.current()
NAMED = indicators.listed(TOWN)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    """An empty warehouse, opened once for all indicators: opening it costs more than asking it."""
    with override_settings(GRIDTOWN_HOME=tmp_path_factory.mktemp("home")):
        yield


@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.key)
def test_an_indicator_can_be_asked_of_its_table(named):
    ind, pond = named.indicator, lakes.tables(TOWN)
    cases = pond.table(named.line.key, ind.kind)
    period = Period.parse("2023", TOWN.zone)
    span = Span(period.since, period.until)
    for expression, fits in ((ind.of, "is_boolean"), (ind.count, "is_boolean"), (ind.measure, "is_numeric")):
        if expression is not None:
            assert getattr(said_over(expression, cases, span).type(), fits)(), expression
    assert pond.run(asked(ind, cases, span)) == []
    assert pond.run(behind(ind, cases, span, "rest")) == []
    figure = indicators.read(named.key, period="2023", town=TOWN)
    assert (figure.of, figure.missing, figure.shown()) == (0, True, None)


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
