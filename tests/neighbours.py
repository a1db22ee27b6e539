"""A made-up line with everything that people without an account can do; `grown(monkeypatch)` gives it to the town.

A firm has a signed link: it checks itself, and puts hazards right that were found on it. A topic is open to all:
whoever comes along speaks (read by a moderator first) and votes, and what was resolved becomes a task inside.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from gridtown import town as towns
from gridtown.cases import actions, store
from gridtown.kernel.clocks import Limit, days
from gridtown.kernel.effects import Spawn
from gridtown.kernel.forms import (
    Computed,
    Form,
    Long,
    Personal,
    Photo,
    Publishes,
    Ref,
    Sets,
    Shown,
    Withholds,
    fields_of,
)
from gridtown.kernel.line import Kind, Line, Register
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Actor, Doing, Told
from tests.conftest import NOON, Here

BASIS = "design: made up for a test"
VILLAGE = "330110110001"
Text = Annotated[str, Long(), Field(min_length=1, max_length=300)]
Title = Annotated[str, Sets("title"), Shown(), Field(min_length=1, max_length=40)]
Pictures = Annotated[tuple[str, ...], Photo("after"), Field(max_length=3)]


class Firm(Form):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    trade: Literal["food", "metal"] = "food"
    owner: Annotated[str, Personal("name")] = ""


class Found(Form):
    description: Text
    firm: Annotated[int, Ref("firm")]
    photos: Annotated[tuple[str, ...], Photo("before"), Field(max_length=3)] = ()


class Put(Form):
    """What the firm did about it."""

    statement: Text
    photos: Pictures = ()
    signed: Annotated[str, Photo("signature")]


class Say(Form):
    answer: Text


class Reason(Form):
    reason: Text


class Check(Form):
    firm: Annotated[int, Ref("firm")]
    blocked: bool
    remark: Annotated[str, Long(), Field(max_length=300)] = ""


class Matter(Form):
    title: Title
    text: Annotated[str, Long(), Shown(), Field(max_length=2000)]
    inner: Annotated[str, Field(max_length=200)] = ""
    closes: date | None = None


class Speech(Form):
    text: Text
    name: Annotated[str, Personal("name"), Field(max_length=20)] = ""
    photos: Pictures = ()


class Vote(Form):
    yes: bool


class Publish(Form):
    entry: Annotated[int, Publishes("speak")]


class Withhold(Form):
    entry: Annotated[int, Withholds("speak")]
    reason: Annotated[str, Long(), Shown(), Field(min_length=1, max_length=300)]


class Resolution(Form):
    resolution: Annotated[str, Long(), Shown(), Field(min_length=1, max_length=300)]
    votes: Annotated[int, Shown(), Computed()] = 0


class Task(Form):
    description: Text


def counted(told: Told, doing: Doing) -> dict[str, Any]:
    return {"votes": sum(1 for fact in told.all("vote") if fact.answers["yes"])}


HAZARD = Kind(
    "hazard", intake=Found, number="HZ{year}-{n:03}", raised_by=("admin", "reporter"), about="firm",
    procedure=Procedure(
        start="found", end={"gone": "solved"},
        moves=(
            Move("give_up", "found -> gone", by="admin"),
            Move("put_right", "found -> looked_at", by="subject", form=Put),
            Move("send_back", "looked_at -> found", by="admin", form=Say),
            Move("accept", "looked_at -> gone", by="admin", form=Say),
            Move("note", "* -> =", by="admin", form=Reason, holder="keep"),
        ),
        limits=(Limit("found", days(10), BASIS), Limit("looked_at", days(5), BASIS)),
    ),
)  # fmt: skip
CHECK = Kind(
    "check", intake=Check, number="CK{year}-{n:03}", raised_by=("subject",), about="firm",
    procedure=Procedure(
        start="sent", end={"seen": "done"}, moves=(Move("look", "sent -> seen", by="admin"),),
        limits=(Limit("sent", days(5), BASIS),),
    ),
)  # fmt: skip
TASK = Kind(
    "task", intake=Task, number="TK{year}-{n:03}", raised_by=("admin",),
    procedure=Procedure(
        start="waiting", end={"carried_out": "done"}, moves=(Move("carry_out", "waiting -> carried_out", by="admin"),),
        limits=(Limit("waiting", days(5), BASIS),),
    ),
)  # fmt: skip
TOPIC = Kind(
    "topic", intake=Matter, number="TP{year}-{n:03}", raised_by=("admin",), confidential="open",
    procedure=Procedure(
        start="talked_over", end={"resolved": "done", "dropped": "withdrawn"},
        moves=(
            Move("resolve", "talked_over -> resolved", by="admin", form=Resolution, derive=counted,
                 effect=Spawn("made_up/task", carry={"description": "resolution"})),
            Move("speak", "talked_over -> =", by="anyone", form=Speech, holder="keep"),
            Move("publish", "talked_over -> =", by="admin", form=Publish, holder="keep"),
            Move("withhold", "* -> =", by="admin", form=Withhold, holder="keep"),
            Move("vote", "talked_over -> =", by="anyone", form=Vote, holder="keep"),
            Move("drop", "talked_over -> dropped", by="admin", form=Reason),
        ),
        limits=(Limit("talked_over", days(10), BASIS, until="closes", ceiling=days(90)),),
    ),
)  # fmt: skip
FIRMS = Register("firm", form=Firm, kept_by=("admin",), linked=True)
LINE = Line(owner="nobody", kinds=(HAZARD, CHECK, TASK, TOPIC), registers=(FIRMS,))
SAID = {
    "line": ("邻里", "Neighbours"), "owner": ("无", "Nobody"), "kind.hazard": ("隐患", "Hazard"),
    "kind.check": ("自查", "Self-check"), "kind.task": ("任务", "Task"), "kind.topic": ("议题", "Topic"),
    "state.found": ("待整改", "Found"), "state.looked_at": ("待复查", "To be looked at"),
    "state.gone": ("已消除", "Gone"), "state.sent": ("已提交", "Sent"), "state.seen": ("已查看", "Seen"),
    "state.waiting": ("待办", "Waiting"), "state.carried_out": ("已落实", "Carried out"),
    "state.talked_over": ("征求意见", "Talked over"), "state.resolved": ("已决议", "Resolved"),
    "state.dropped": ("已撤回", "Dropped"), "verb.give_up": ("取消", "Give up"),
    "verb.put_right": ("报送整改", "Put right"),
    "verb.send_back": ("退回", "Send back"), "verb.accept": ("通过", "Accept"), "verb.look": ("查看", "Look"),
    "verb.carry_out": ("落实", "Carry out"), "verb.resolve": ("决议", "Resolve"), "verb.speak": ("发表意见", "Speak"),
    "verb.publish": ("发布", "Publish"), "verb.withhold": ("不予发布", "Withhold"), "verb.vote": ("投票", "Vote"),
    "verb.drop": ("撤回", "Drop"), "field.trade": ("行业", "Trade"), "field.owner": ("负责人", "Owner"),
    "field.firm": ("企业", "Firm"), "field.statement": ("整改情况", "What was done"),
    "field.signed": ("签名", "Signature"),
    "field.answer": ("意见", "Answer"), "field.blocked": ("通道是否堵塞", "Is the way out blocked"),
    "field.text": ("内容", "Text"), "field.inner": ("内部说明", "Inner note"), "field.closes": ("截止日期", "Closes"),
    "field.yes": ("同意", "In favour"), "field.entry": ("发言", "What was said"),
    "field.resolution": ("决议内容", "Resolution"), "field.votes": ("同意票", "In favour"),
    "choice.trade.food": ("餐饮", "Food"), "choice.trade.metal": ("五金", "Metal"),
    "limit.found": ("整改时限", "Putting right"), "limit.looked_at": ("复查时限", "Looking"),
    "limit.sent": ("查看时限", "Looking"), "limit.waiting": ("落实时限", "Carrying out"),
    "limit.talked_over": ("征求意见期", "Talking"), "register.firm": ("企业", "Firm"),
}  # fmt: skip
WORDS = {key: {"zh": zh, "en": en} for key, (zh, en) in SAID.items()}


def grown(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The town with this line; a generator for a fixture."""
    line = LINE.named("made_up", WORDS, "")
    assert line.faults() == []
    town = towns.current()
    more = replace(
        town,
        lines={**town.lines, "made_up": line},
        tables={**town.tables, "made_up": {}},
        amounts={**town.amounts, "made_up": {}},
    )
    monkeypatch.setattr(towns, "current", lambda: more)
    assert {spec.name for spec in fields_of(Publish)} == {"entry"}
    yield


def keeper(here: Here) -> tuple[Actor, ...]:
    return here.hats("admin")


def firm(here: Here, name: str = "示例食品厂", key: str = "") -> tuple[int, str]:
    """A firm on the register, and the secret in its link."""
    record = actions.keep(
        line="made_up", register="firm", answers={"name": name, "trade": "metal"}, by=keeper(here), now=NOON,
        key=key or f"firm:{name}", place=VILLAGE,
    )  # fmt: skip
    return record, actions.links.secrets_of([record])[record]


def hazard(here: Here, record: int, text: str = "灭火器过期", by: Any = None, key: str = "") -> str:
    """The number of a hazard found on a firm."""
    return actions.report(
        line="made_up", kind="hazard", answers={"description": text, "firm": record}, by=by or keeper(here), now=NOON,
        key=key or f"hazard:{record}:{text}", channel="counter",
    ).number  # fmt: skip


def topic(here: Here, title: str = "小区停车怎么管", **more: Any) -> str:
    """The number of a topic that is open to all."""
    said = {"title": title, "text": "请大家说说想法", "inner": "内部口径", **more}
    return actions.report(
        line="made_up", kind="topic", answers=said, by=keeper(here), now=NOON, key=f"topic:{title}", channel="counter",
        place=VILLAGE,
    ).number  # fmt: skip


def take(number: str, verb: str, by: Any, key: str = "", **answers: Any) -> actions.Taken:
    """A move on a case."""
    return actions.take(
        case=number,
        verb=verb,
        answers=answers,
        by=by,
        now=NOON,
        key=key or f"{number}:{verb}:{sha256(repr(sorted(answers.items())).encode()).hexdigest()}",
    )


def row(number: str) -> store.Row:
    """A case as it stands."""
    found = store.case_by("number", number)
    assert found is not None
    return found
