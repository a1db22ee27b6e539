"""The pages of a vote: slips are shown once to whoever drew them, and people vote by them without leaving a trace."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from gridtown.cases import actions, store
from gridtown.kernel import tokens
from tests.browsing import client_of
from tests.conftest import Here
from tests.polls import DAY, OPTIONS, Poll, hat, poll

CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}")


@pytest.fixture
def vote(pingyao: Here) -> Poll:
    """A vote that has been going on for an hour by the clock on the wall."""
    cache.clear()
    return poll(datetime.now(UTC) - 3 * DAY - timedelta(hours=1))


def text_of(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_somebody_votes_on_the_page_and_cannot_vote_again(vote: Poll) -> None:
    browser = Client()
    page = text_of(browser.get(f"/open/{vote.number}"))
    assert "改为停车场" in page
    assert f'action="/open/{vote.number}/vote"' in page
    form = page[page.index(f'action="/open/{vote.number}/vote"') :].split(">", 1)[0]
    assert "data-draft" not in form, "the code does not stay in the browser"
    sent = browser.post(
        f"/open/{vote.number}/vote",
        {"code": vote.codes[0].lower(), "choice": "2", "_key": "first-vote-of-this"},
    )
    assert sent.status_code == 302, text_of(sent)
    again = browser.post(
        f"/open/{vote.number}/vote", {"code": vote.codes[0], "choice": "1", "_key": "another-vote-of-this"}
    )
    assert "以先投的为准" in text_of(again)
    unknown = browser.post(
        f"/open/{vote.number}/vote", {"code": "A" * 16, "choice": "1", "_key": "a-vote-of-a-stranger"}
    )
    assert "不在本次名册内" in text_of(unknown)
    assert [e.verb for e in store.entries_of(vote.row.id)].count("vote") == 1
    assert vote.close()["votes_2"] == 1
    shown = text_of(browser.get(f"/open/{vote.number}"))
    assert shown.count(" 未投") == 4, "every slip is in the list"


def test_an_option_is_read_where_it_is_chosen_and_none_is_offered_that_was_not_put(vote: Poll) -> None:
    page = text_of(Client().get(f"/open/{vote.number}"))
    form = page[page.index(f'action="/open/{vote.number}/vote"') :].split("</form>", 1)[0]
    offered = re.findall(r'name="choice" value="(\w+)"', form)
    put = len(OPTIONS)
    assert offered == [*map(str, range(1, put + 1)), "against", "abstain"]
    assert all(text in form for text in OPTIONS)


def test_slips_are_shown_once_to_whoever_draws_them(pingyao: Here, vote: Poll) -> None:
    vote.do("break_off", hat("teller"), datetime.now(UTC), reason="重来")
    browser = client_of(pingyao, "supervisor")
    asked = text_of(browser.get(f"/case/{vote.number}/draw_roll", {"in": "room"}))
    assert "hx-post" not in asked, "what is shown once needs a page of its own"
    assert "data-queue" not in asked, "and does not wait for a connection"
    today = datetime.now(UTC).date().isoformat()
    form = {
        "entitled": "12", "roll_on": today, "roll_source": "户籍册", "supervised_by": "村务监督委员会",
        "_key": "drawing-the-roll-once", "_version": str(vote.row.version),
    }  # fmt: skip
    first = browser.post(f"/case/{vote.number}/draw_roll", form)
    assert first.headers["Cache-Control"] == "no-store"
    codes = set(CODE.findall(text_of(first)))
    assert len(codes) == 12
    assert not codes & set(vote.codes)
    second = browser.post(f"/case/{vote.number}/draw_roll", form)
    assert second.status_code == 302, "sent again it shows nothing"
    case = text_of(browser.get(f"/case/{vote.number}"))
    assert not CODE.search(case)


def test_an_owner_s_slip_says_the_area_that_goes_with_its_code(pingyao: Here, vote: Poll) -> None:
    vote.do("break_off", hat("teller"), datetime.now(UTC), reason="重来")
    vote.do("draft_again", hat("moderator"), datetime.now(UTC), reason="改由业主表决")
    plan = {"question": "续聘", "options": ["续聘"], "body": "owners", "merged": "无"}
    vote.do("set_options", hat("moderator"), datetime.now(UTC), **plan)
    browser = client_of(pingyao, "supervisor")
    today = datetime.now(UTC).date().isoformat()
    form = {
        "entitled": "3", "areas": "88.50\n120\n300.01", "roll_on": today, "roll_source": "登记簿",
        "supervised_by": "居民委员会", "_key": "drawing-owners-once", "_version": str(vote.row.version),
    }  # fmt: skip
    page = text_of(browser.post(f"/case/{vote.number}/draw_roll", form))
    shown = [float(area) for area in re.findall(r"各业主专有部分面积 ([0-9.]+) 平方米", page)]
    assert sorted(shown) == [88.5, 120, 300.01]
    drawn = [e for e in store.entries_of(vote.row.id) if e.verb == "draw_roll"][-1]
    kept = actions.reporting.decoded(drawn.answers)
    by_digest = dict(zip(kept["slips"]["token"], map(float, kept["areas"]), strict=True))
    codes = re.findall(r'<h2 class="mono">([^<]+)</h2>', page)
    assert [by_digest[tokens.digest_of(code)] for code in codes] == shown


def test_the_published_list_is_told_in_the_readers_language(vote: Poll) -> None:
    vote.vote(0, "2")
    vote.close()
    english = Client(headers={"cookie": "gridtown_lang=en"})
    shown = text_of(english.get(f"/open/{vote.number}"))
    assert shown.count("Not cast") == 4
    assert re.search(r"<dt>Times somebody spoke</dt><dd>\s*0", shown), "a figure alone says what it is of"
    assert "Option 2: 改为公园" in shown, "what people wrote stays as they wrote it"
    assert not [name for name in ("未投", "弃权", "方案二") if name in shown]
    assert text_of(Client().get(f"/open/{vote.number}")).count("未投") == 4
