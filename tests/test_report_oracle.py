"""The tables as of any position of the ledger are those that a refresh made when that was the newest entry."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gridtown.cases import actions, store
from gridtown.cases.actions import Point
from gridtown.kernel.told import Refused
from gridtown.people import snapshot as people
from gridtown.warehouse import lake as lakes
from gridtown.warehouse import ledger, past
from gridtown.warehouse.refresh import refresh
from tests.conftest import NOON, RESIDENT, Here

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = st.lists(
    st.sampled_from(["report", "dispatch", "fix", "confirm", "refuse", "merge", "correct", "grade", "expire"]),
    min_size=3, max_size=10,
)  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.GRIDTOWN_HOME = tmp_path


def step(here: Here, what: str, at: datetime, n: int) -> None:
    """Do one thing to the newest case, or open another; what may not be done now is left."""
    answers = {"description": f"路灯不亮 {n}", "category": "street_light"}
    rows = store.fetch("SELECT id, number, holder_id FROM cases_case ORDER BY id DESC LIMIT 2", [])
    if what == "report" or not rows:
        actions.report(line="appeals", kind="matter", by=RESIDENT, now=at, key=f"r{n}", channel="qr", answers=answers,
                       point=Point(*here.inside()))  # fmt: skip
        return
    case, _number, holder = rows[0]
    who = next((post.key for post in people.current().posts if post.id == holder), "dispatcher")
    by = {"fix": who, "refuse": "receiver", "correct": "receiver"}.get(what, "dispatcher")
    hats = RESIDENT if what == "confirm" else here.hats(by)
    said = {"fix": {"answer": "灯已换"}, "refuse": {"answer": "不属本镇"}, "grade": {"level": "big"},
            "merge": {"into": rows[-1][1]}}.get(what, {})  # fmt: skip
    try:
        if what == "correct":
            changes = {"category": "other"}
            actions.correct(case=int(case), changes=changes, reason="类别有误", by=hats, now=at, key=f"k{n}")
        elif what == "expire":
            actions.fall_due(now=at + timedelta(days=30))
        else:
            actions.take(case=int(case), verb=what, by=hats, now=at, key=f"t{n}", answers=said)
    except Refused:
        pass


def rows_of(pond, town) -> dict[str, list]:
    names = [
        f"{line.key}__{kind.key}"
        for line in town.lines.values()
        for kind in line.kinds
        if line.key == "appeals"
    ]
    return {name: pond.run_sql(f'SELECT * FROM "{name}" ORDER BY ALL') for name in names}


@effort(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, cut=st.integers(0, 9))
def test_the_past_is_what_was_there(pingyao: Here, steps, cut):
    before = ledger.head(pingyao.town.code).id
    kept = None
    for n, what in enumerate(steps):
        if n == min(cut, len(steps) - 1):
            refresh(now=NOON, town=pingyao.town)
            head = ledger.head(pingyao.town.code)
            kept = (head, rows_of(lakes.tables(pingyao.town), pingyao.town))
        step(pingyao, what, NOON + timedelta(hours=n), before + n)
    head, rows = kept
    if head.id:
        found = past.tables(
            pingyao.town, cursor=head.id, digest=head.hash, as_of=datetime(2026, 12, 31, tzinfo=UTC)
        )
        assert rows_of(found, pingyao.town) == rows
