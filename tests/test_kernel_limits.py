"""Amounts and limits as they are declared: written, said, read, overridden by a town, refused when wrong."""

import pytest

from gridtown.kernel.clocks import Amount, Extension, Limit, days, hours, minutes, work_hours, workdays

BASIS = "a notice of the town"


@pytest.mark.parametrize(
    ("amount", "text", "zh", "en"),
    [
        (workdays(5), "5 workdays", "5个工作日", "5 working days"),
        (hours(1), "1 hours", "1小时", "1 hour"),
        (minutes(3), "3 minutes", "3分钟", "3 minutes"),
        (minutes(1), "1 minutes", "1分钟", "1 minute"),
        (minutes(90), "1.5 hours", "1.5小时", "1.5 hours"),
        (work_hours(1.5), "1.5 work_hours", "1.5个工作时", "1.5 working hours"),
        (days(30), "30 days", "30日", "30 days"),
        (days(1, roll=False), "1 days exact", "1日", "1 day"),
    ],
)
def test_an_amount_is_written_said_and_read(amount, text, zh, en):
    assert str(amount) == text
    assert Amount.parse(text) == amount
    assert (amount.label("zh"), amount.label("en")) == (zh, en)


@pytest.mark.parametrize(
    "text", ["", "5", "five days", "5 weeks", "0 days", "-1 hours", "1.5 days", "inf hours", "5 days or so"]
)
def test_a_wrong_amount_is_refused(text):
    with pytest.raises(ValueError, match=r"amount|longer|whole"):
        Amount.parse(text)


def test_a_limit_is_declared_in_one_row():
    limit = Limit("dispatched", workdays(2), BASIS, warn=0.75, then="supervise")
    assert (limit.key, limit.states, limit.pauses_in) == ("dispatched", ("dispatched",), ())
    several = Limit("accepted dispatched", days(60), BASIS, key="finish", pauses_in=["waiting"])
    assert (several.states, several.pauses_in) == (("accepted", "dispatched"), ("waiting",))
    assert Extension("head deputy", days(30)).by == ("head", "deputy")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Limit("a b", days(1), BASIS), "needs a key"),
        (lambda: Limit("", days(1), BASIS), "needs a key"),
        (lambda: Limit("a", days(1), BASIS, pauses_in="a b"), "both run and pause in a"),
        (lambda: Limit("a", days(1), BASIS, warn=1), "between 0 and 1"),
        (lambda: Limit("a", days(1), BASIS, grades={"big": days(2)}), "belong together"),
        (
            lambda: Limit("a", days(1), BASIS, extend=Extension("head", hours(1))),
            "extended at least once, in days",
        ),
        (lambda: Limit("a", days(9), BASIS, ceiling=days(8)), "9 days is above the ceiling of 8 days"),
        (lambda: Limit("a", days(9), BASIS, ceiling=workdays(8)), "cannot be compared"),
    ],
)
def test_a_limit_that_could_not_run_is_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_a_town_may_tighten_a_limit_but_not_pass_the_ceiling():
    limit = Limit("a", days(60), BASIS, ceiling=days(60), grades={"urgent": days(10)}, grade_by="level")
    assert limit.override(days(30), confirmed_by="the town's lawyer").amount == days(30)
    assert limit.override(days(5), grade="urgent").amount_for("urgent") == days(5)
    assert limit.amount_for("urgent") == days(10), "a limit is a value: the original stays"
    with pytest.raises(ValueError, match=f"above the ceiling of 60 days set by {BASIS}"):
        limit.override(days(61))
    with pytest.raises(ValueError, match="cannot be compared"):
        limit.override(workdays(30))
    with pytest.raises(ValueError, match="no grade 'slow'"):
        limit.override(days(5), grade="slow")
