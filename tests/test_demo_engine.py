"""The engine of the demo year: events in the order of time, posts as queues, office hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from gridtown.demo.engine import Engine, Life, Until, Work, poisson
from gridtown.kernel.calendar import Calendar

MONDAY = datetime(2023, 1, 2, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai
CALENDAR = Calendar(
    {2023: frozenset(d for n in range(365) if (d := date(2023, 1, 1) + timedelta(n)).weekday() > 4)}
)


@pytest.fixture
def engine() -> Engine:
    return Engine(CALENDAR)


def _run(engine: Engine, until: datetime) -> list[datetime]:
    return list(engine.run(until))


def test_events_come_in_the_order_of_time(engine: Engine) -> None:
    said: list[str] = []

    def life(name: str, *hours: int) -> Iterator[Until]:
        for hour in hours:
            yield Until(MONDAY + timedelta(hours=hour))
            said.append(f"{name}{hour}")

    for name, hours in (("a", (3, 5)), ("b", (1, 4)), ("c", (4,))):
        engine.begin(MONDAY, life(name, *hours))  # type: ignore[arg-type]
    times = _run(engine, MONDAY + timedelta(hours=9))
    assert said == ["b1", "a3", "c4", "b4", "a5"]
    assert times == sorted(times)


def test_a_moment_that_has_passed_is_now(engine: Engine) -> None:
    seen: list[datetime] = []

    def life() -> Life:
        seen.append((yield Until(MONDAY - timedelta(days=1))))

    engine.begin(MONDAY, life())
    _run(engine, MONDAY + timedelta(hours=1))
    assert seen == [MONDAY]


def _at_work(engine: Engine, works: list[Work], until: datetime) -> list[datetime]:
    seen: list[datetime] = []

    def life(work: Work) -> Life:
        seen.append((yield work))

    for work in works:
        engine.begin(MONDAY, life(work))
    _run(engine, until)
    return seen


def test_one_person_does_one_thing_after_the_other(engine: Engine) -> None:
    work = Work("desk", 60, people=1)
    done = _at_work(engine, [work, work, work], MONDAY + timedelta(days=1))
    assert [(at - MONDAY) / timedelta(hours=1) for at in done] == [1, 2, 3]


def test_two_people_do_two_things_at_once(engine: Engine) -> None:
    work = Work("desk", 60, people=2)
    done = _at_work(engine, [work, work, work], MONDAY + timedelta(days=1))
    assert [(at - MONDAY) / timedelta(hours=1) for at in done] == [1, 1, 2]


def test_posts_do_not_wait_for_each_other(engine: Engine) -> None:
    done = _at_work(engine, [Work("a", 60, 1), Work("b", 60, 1)], MONDAY + timedelta(days=1))
    assert done == [MONDAY + timedelta(hours=1)] * 2


def test_work_rests_at_night_and_on_days_off_but_a_shift_does_not(engine: Engine) -> None:
    nine_hours = 9 * 60
    office, shift = Work("office", nine_hours, 1), Work("shift", nine_hours, 1, shift=True)
    shifted, rested = _at_work(engine, [office, shift], MONDAY + timedelta(days=2))
    assert shifted == MONDAY + timedelta(hours=9)
    assert rested == datetime(2023, 1, 3, 2, 0, tzinfo=UTC)  # 7.5 h on Monday, 1.5 h on Tuesday


def test_what_has_not_happened_waits_for_the_next_run(engine: Engine) -> None:
    seen: list[datetime] = []

    def life() -> Life:
        for hour in (1, 30):
            seen.append((yield Until(MONDAY + timedelta(hours=hour))))

    engine.begin(MONDAY, life())
    _run(engine, MONDAY + timedelta(hours=24))
    assert len(seen) == 1
    _run(engine, MONDAY + timedelta(hours=48))
    assert len(seen) == 2


def test_a_life_may_start_another_that_comes_first(engine: Engine) -> None:
    said: list[str] = []

    def late() -> Life:
        yield Until(MONDAY + timedelta(hours=5))
        said.append("late")

    def early() -> Life:
        yield Until(MONDAY + timedelta(hours=2))
        said.append("early")

    engine.begin(MONDAY, late())
    for at in engine.run(MONDAY + timedelta(hours=9)):
        if not said and at == MONDAY + timedelta(hours=5):
            engine.begin(MONDAY, early())
    assert said == ["early", "late"]


@pytest.mark.parametrize("mean", [0.3, 3.0, 30.0])
def test_poisson_numbers_have_their_mean_and_spread(mean: float) -> None:
    chance = Random(1)
    drawn = [poisson(mean, chance) for _ in range(4000)]
    average = sum(drawn) / len(drawn)
    spread = sum((n - average) ** 2 for n in drawn) / len(drawn)
    assert average == pytest.approx(mean, rel=0.06)
    assert spread == pytest.approx(mean, rel=0.12)
