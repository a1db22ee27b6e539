"""What a case's page offers: first what can be done now; what is refused already stands below it, with the reason."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from gridtown import town as towns
from gridtown.cases import actions, store
from gridtown.kernel import forms
from gridtown.kernel.line import Line
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Refused, Told
from gridtown.people.models import Account
from gridtown.web import fieldset
from gridtown.web.visit import Visit
from tests.browsing import VILLAGE, client_of
from tests.conftest import NOON, Here
from tests.polls import DAY, Poll, hat, poll

LINK = re.compile(r'<a class="btn([^"]*)" href="/case/[^/"]+/([a-z_]+)"')


@pytest.fixture
def vote(pingyao: Here) -> Poll:
    """A vote of five representatives of whom four make the quorum; by the clock on the wall it ended yesterday."""
    cache.clear()
    return poll(datetime.now(UTC) - 5 * DAY - timedelta(hours=1), body="representatives")


def _next_step(here: Here, number: str) -> tuple[list[tuple[str, bool]], str]:
    """The moves offered, in order, each with whether it is put forward; and what is said of the others."""
    page = client_of(here, "supervisor").get(f"/case/{number}").content.decode()
    shown = page.split('<aside class="case-side')[1].split("</section>")[0]
    offered, _, barred = shown.partition("<details")
    return [(verb, "primary" in how) for how, verb in LINK.findall(offered)], barred


def test_after_a_missed_quorum_no_resolution_is_offered_but_another_vote(pingyao: Here, vote: Poll) -> None:
    vote.vote(0, "1")
    assert vote.close()["outcome"] == "no_quorum"
    offered, barred = _next_step(pingyao, vote.number)
    assert offered[0] == ("vote_again", False)
    assert "announce" not in dict(offered)
    assert "公布决议" in barred
    assert " open>" in barred, "what comes next cannot be done: the reason is read first"
    assert "表决没有通过" in barred
    asked = client_of(pingyao, "supervisor").get(f"/case/{vote.number}/announce").content.decode()
    form = asked.split('id="move-form"')[1].split("</form>")[0]
    assert "表决没有通过" in form
    assert "<textarea" not in form, "nobody fills in what is refused whatever it says"


def test_what_was_adopted_is_made_public_and_not_voted_on_again(pingyao: Here, vote: Poll) -> None:
    for slip in range(5):
        vote.vote(slip, "1")
    assert vote.close()["outcome"] == "adopted"
    offered, barred = _next_step(pingyao, vote.number)
    assert offered[0] == ("announce", True)
    assert not {"vote_again", "drop"} & set(dict(offered))
    assert "重拟方案再议" in barred


def test_a_guard_that_asks_for_an_answer_refuses_nothing_beforehand(vote: Poll) -> None:
    """One vote each is known by the code that is typed in; who may put slips out of use is not said before either."""
    row = store.case_by("number", vote.number)
    assert row is not None
    now = vote.begins + timedelta(minutes=5)
    refused = actions.foreseen(
        row=row, verbs=("vote", "void_slips"), by=(hat("teller"), actions.anyone()), now=now
    )
    assert refused == {}
    over = actions.foreseen(
        row=row, verbs=("vote",), by=(actions.anyone(),), now=vote.ends + timedelta(hours=1)
    )
    assert over["vote"].key == "guard.vote_over"


def test_a_guard_that_says_more_than_its_key_is_heard_beforehand(
    vote: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As that no court may be asked before the day on which the time for a suit is over."""

    def not_before(told: Told, doing: Doing) -> str | None:
        raise Refused("guard.remedies_open", day="2027-01-01")

    monkeypatch.setattr(
        Procedure, "find", lambda self, verb, state: Move(verb, "* -> =", "teller", guards=(not_before,))
    )
    row = store.case_by("number", vote.number)
    assert row is not None
    refused = actions.foreseen(row=row, verbs=("note",), by=(hat("teller"),), now=vote.begins)
    assert refused["note"].params == {"day": "2027-01-01"}


def test_nobody_types_twice_what_a_visit_came_to(pingyao: Here) -> None:
    """Masking takes out of what was found (`Again` under another name); the page begins with all of it."""
    place, planner = towns.current().code, hat("planner")
    kept = actions.keep(
        line="inspection", register="enterprise", answers={"name": "示例化工厂", "trade": "chemical"}, by=planner,
        now=NOON, key="firm", place=place,
    )  # fmt: skip
    found = {"enterprise": kept, "day": "2026-11-27", "passed": ["示例事项甲", "示例事项乙"]}
    number = actions.report(
        line="inspection", kind="publication", channel="counter", now=NOON, key="pub", by=planner, answers=found,
        place=place,
    ).number  # fmt: skip
    page = client_of(pingyao, "inspection-planner").get(f"/case/{number}/prepare").content.decode()
    form = page.split('id="move-form"')[1].split("</form>")[0]
    assert 'value="示例化工厂"' in form
    assert "示例事项甲\n示例事项乙" in form


def test_what_stays_in_its_state_is_not_put_forward(pingyao: Here) -> None:
    """Whoever can only say that they should not judge is not asked to, as if it were the next step."""
    number = actions.report(
        line="petitions", kind="petition", channel="counter", now=NOON, key="letter", by=hat("petition_office"),
        answers={"description": "要求答复", "category": "land", "request": "要求答复", "contact_name": "甲"},
        place=towns.current().code,
    ).number  # fmt: skip
    page = client_of(pingyao, "petitions-reviewer").get(f"/case/{number}").content.decode()
    side = page.split('<aside class="case-side')[1].split("</section>")[0]
    assert LINK.findall(side)
    assert not [verb for how, verb in LINK.findall(side) if "primary" in how]
    assert "等待办理" in side


def test_whoever_put_it_right_is_not_asked_to_send_it_back(pingyao: Here) -> None:
    """That another must look does not make the way back the next step."""
    one = Account.objects.get(pk=pingyao.post("food-cadre").holders[0]).username
    number = actions.report(
        line="food", kind="problem", channel="counter", now=NOON, key="expired", by=hat("cadre", "other"),
        answers={"description": "过期食品未下架"}, place=VILLAGE,
    ).number  # fmt: skip
    for verb, said in {"order": {"demand": "下架"}, "fix": {"result": "已下架"}}.items():
        actions.take(case=number, verb=verb, answers=said, by=hat("cadre", one), now=NOON, key=verb)
    page = client_of(pingyao, "food-cadre").get(f"/case/{number}").content.decode()
    side = page.split('<aside class="case-side')[1].split("</section>")[0]
    offered, _, barred = side.partition("<details")
    assert ("send_back", False) in [(verb, "primary" in how) for how, verb in LINK.findall(offered)]
    assert "复查通过" in barred
    phone = page.split('<nav class="phone-moves')[1].split("</nav>")[0]
    assert "复查通过" in phone.partition("<details")[2], "a phone says why, too"


def _asks_for_a_post(line: Line) -> dict[str, bool]:
    """The fields of a line by which somebody names a post, each with whether it then has the case."""
    asked = [form for kind in line.kinds for form in kind.forms] + [
        register.form for register in line.registers
    ]
    specs = [spec for form in asked for spec in forms.asked_of(form) if spec.type in ("post", "posts")]
    return {spec.name: spec.name == "to" for spec in specs if not spec.bars}


def test_wherever_a_post_is_asked_for_there_is_one_to_choose(pingyao: Here) -> None:
    """A cadre who orders names who sees to it, a mediator who takes over, an office its patch."""
    request = RequestFactory().get("/")
    request.user = Account.objects.get(pk=pingyao.post("admin").holders[0])
    visit = Visit(request)
    empty = [
        (key, name)
        for key, line in towns.current().lines.items()
        for name, holds in _asks_for_a_post(line).items()
        if not fieldset.posts_for(visit, key, VILLAGE, holds=holds)
    ]
    assert empty == []
    heads = {
        role for post in fieldset.posts_for(visit, "rivers", VILLAGE, holds=False) for role in post.roles
    }
    assert "village_head" in heads, "a reach has the head that the law names"
