"""What the interface refuses at four desks: other people's records, always in the words of the line that refuses."""

from typing import Any

import pytest

from gridtown.cases import actions
from gridtown.cases.models import Case
from gridtown.dispatch import duties
from gridtown.kernel.told import Actor
from gridtown.people import snapshot as people
from tests.calling import Api
from tests.conftest import NOON, Here

TOWN = "330110110"
KEEPER = Actor(
    "keeper", "", frozenset({"admin", "enforcement_head", "recorder", "town_head"}), TOWN, clearance=4
)


def kept(line: str, register: str, **answers: Any) -> int:
    return actions.keep(
        line=line,
        register=register,
        answers=answers,
        by=KEEPER,
        now=NOON,
        key=f"{line}:{answers}",
        place=TOWN,
    )


@pytest.fixture
def named(pingyao: Here) -> dict[str, int]:
    """A record of each of three registers, two of one line."""
    officers = [
        kept(
            "enforcement",
            "officer",
            name=f"演示{n}",
            person=f"p{n}",
            certificate=f"ZF{n}",
            until="2026-12-31",
        )
        for n in (1, 2)
    ]
    item = kept(
        "enforcement", "item", name="占道经营", code="1", matter="street", basis="规定", handed="2022-01-01"
    )
    reach = kept("rivers", "reach", name="示例溪", water="river")
    return {"officer": officers[0], "other": officers[1], "item": item, "reach": reach}


def test_a_move_names_only_records_of_the_register_that_it_asks_for(
    pingyao: Here, named: dict[str, int]
) -> None:
    squad, head = Api(pingyao, "enforcement-inspector"), Api(pingyao, "enforcement-head")
    clue = {"line": "enforcement", "kind": "case", "place": TOWN, "answers": {"description": "占道经营"}}
    number = squad.post("cases", clue).json()["number"]
    filing = {"item": named["item"], "ended_on": "2026-03-01", "facts": "占道"}
    for wrong in (named["item"], named["reach"], 10**9):
        answers = {**filing, "officers": [named["officer"], wrong]}
        told = head.post(f"cases/{number}/moves/file", {"answers": answers})
        assert (told.status_code, told.json()["fields"]) == (422, {"officers": "There is no such record"}), (
            wrong
        )
    answers = {**filing, "officers": [named["officer"], named["other"]]}
    done = head.post(f"cases/{number}/moves/file", {"answers": answers})
    assert done.json()["state"] == "investigating", done.content


def test_a_report_names_only_records_of_the_register_that_it_asks_for(
    pingyao: Here, named: dict[str, int]
) -> None:
    squad = Api(pingyao, "enforcement-inspector")
    for wrong in (
        named["officer"],
        named["reach"],
        10**9,
    ):  # this kind has neither guards nor is it about a record
        clue = {"description": "占道经营", "item": wrong}
        told = squad.post("cases", {"line": "enforcement", "kind": "case", "place": TOWN, "answers": clue})
        assert (told.status_code, told.json()["fields"]) == (422, {"item": "There is no such record"}), wrong


def test_a_refusal_is_in_the_words_of_the_line_that_refuses(pingyao: Here, named: dict[str, int]) -> None:
    head, zh = Api(pingyao, "rivers-town-head"), Api(pingyao, "rivers-town-head", lang="zh")
    issue = {"description": "岸边堆垃圾", "reach": named["reach"]}
    number = head.post("cases", {"line": "rivers", "kind": "issue", "place": TOWN, "answers": issue}).json()[
        "number"
    ]
    told = zh.post(f"cases/{number}/moves/tell", {"answers": {"answer": "x"}}).json()["detail"]
    assert "反馈" in told  # other lines call their moves by the same key, and tell other things
    told = head.post(f"cases/{number}/moves/dismiss", {"answers": {"answer": "x"}}).json()["detail"]
    assert told == "Whoever reported it or dealt with it does not judge it"
    results = head.post("moves", {"cases": [1], "verb": "dismiss", "answers": {"answer": "x"}}).json()[
        "results"
    ]
    assert results[0]["detail"] in (told, "Not found, or not for you to see")


def test_a_day_beyond_the_calendar_is_refused_to_whoever_names_it(pingyao: Here) -> None:
    """Else whoever puts it right could not say so: what is left of the time is counted in working days."""
    head = Api(pingyao, "rivers-town-head")
    issue = {"description": "岸边堆垃圾", "category": "rubbish"}
    number = head.post("cases", {"line": "rivers", "kind": "issue", "place": TOWN, "answers": issue}).json()[
        "number"
    ]
    urge = {"to": "handler-water", "by_day": "2031-01-01"}
    told = head.post(f"cases/{number}/moves/urge", {"answers": urge})
    assert (told.status_code, told.json()["type"]) == (422, "urn:gridtown:calendar_missing")
    urge["by_day"] = "2026-12-01"
    assert head.post(f"cases/{number}/moves/urge", {"answers": urge}).status_code == 200
    done = Api(pingyao, "handler-water").post(f"cases/{number}/moves/fix", {"answers": {"result": "已清运"}})
    assert done.json()["state"] == "fixed", done.content


def test_a_walk_waits_with_the_head_that_the_reach_names(pingyao: Here) -> None:
    """A reach of the town's head lies in a village as well, and is not that village head's to walk."""
    village = "330110110001"
    answers = {"name": "示例溪", "water": "river", "head_level": "town", "head": "rivers-town-head"}
    for place, said in ((village, answers), (village, {"name": "示例塘", "water": "pond"})):
        actions.keep(
            line="rivers", register="reach", answers=said, by=KEEPER, now=NOON, key=str(said), place=place
        )
    duties.open_owed(now=NOON)
    opened = Case.objects.filter(kind="walk").values_list("title", "holder_id")
    posts = {str(title): people.current().by_id(holder or 0) for title, holder in opened}
    assert {title: post and post.key for title, post in posts.items()} == {
        "示例溪": "rivers-town-head",
        "示例塘": f"village-{village}-rivers-village-head",
    }
