"""A made-up line whose tool proposes pump runs and whose gauges send water levels: to test both on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from gridtown.cases import actions
from gridtown.kernel import words
from gridtown.kernel.clocks import Limit, days
from gridtown.kernel.forms import Form, Personal, PostRef, Ref, Sets, Unit
from gridtown.kernel.line import Kind, Line, Register
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.signal import Signal
from gridtown.kernel.told import Actor
from gridtown.kernel.tool import Add, Asked, Open, Proposal, Reads, Tool, Why
from gridtown.people.models import Account, Holding, Post
from gridtown.places import stamp
from gridtown.town import Town

BASIS = "made up for a test"
HIGH = 200.0  # centimetres from which a pump must run
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Pump(Form):
    name: str
    litres: Annotated[int, Unit("litres")] = 0
    owner: Annotated[str, Personal("name")] = ""


class Run(Form):
    title: Annotated[str, Sets("title")] = ""
    pump: Annotated[int, Ref("pump")]
    sort: Literal["wet", "trial"] = "wet"
    post: Annotated[str, PostRef()] | None = None
    caller: Annotated[str, Personal("phone")] = ""


class Note(Form):
    remark: str
    who: Annotated[str, Personal("name")] = ""


class Plan(Form):
    most: Annotated[int, Field(ge=0, le=10000)] = 1000
    sort: Literal["wet", "trial"] = "trial"
    pump: Annotated[int, Ref("pump")] | None = None


class Level(Form):
    pump: Annotated[int, Ref("pump")]
    cm: Annotated[float, Unit("cm"), Field(ge=0, le=1000)]
    seen_by: Annotated[str, Personal("name")] = ""


RUN = Kind(
    "run",
    intake=Run,
    number="PR{year}-{n:05}",
    raised_by=("dispatcher", "gauge"),
    about="pump",
    procedure=Procedure(
        start="asked",
        end={"over": "done"},
        moves=(
            Move("finish", "asked -> over", by="dispatcher"),
            Move("note", "* -> =", by=("dispatcher", "gauge"), form=Note, holder="keep"),
        ),
        limits=(Limit("asked", days(3), BASIS),),
    ),
)


def plan(asked: Asked) -> Iterator[Proposal]:
    """A run for each pump that has none under way, the largest first; those without one cannot be run."""
    busy = {seen.record for seen in asked.cases["run"] if not seen.ended}
    for pump in sorted(asked.records["pump"], key=lambda p: (-p.answers["litres"], p.id))[
        : asked.answers["most"]
    ]:
        what = {
            "pump": pump.id,
            "litres": pump.answers["litres"],
            "sort": asked.answers["sort"],
            "post": "dispatcher",
        }
        if not pump.answers["litres"]:
            yield Proposal(what, (Why("dry"),))
        elif pump.id not in busy:
            does = Open("run", {"pump": pump.id, "sort": asked.answers["sort"], "title": f"试泵 {pump.name}"})
            yield Proposal(what, (Why("idle", {"since": asked.now, "sort": "wet"}),), (does,), confidence=0.5)


def finish(asked: Asked) -> Iterator[Proposal]:
    """An end for every run that is under way, with a note before."""
    for run in asked.cases["run"]:
        remark = run.moved.get("note", {}).get("remark", "none")
        does = (Add(run.number, "note", {"remark": "done"}), Add(run.number, "finish"))
        yield Proposal({"number": run.number, "remark": remark, "pump": run.record}, (Why("dry"),), does)


def decide(asked: Asked) -> Iterator[Open | Add]:
    """High water opens a run at the pump, or is noted where one is under way."""
    pump = asked.answers["pump"]
    if asked.answers["cm"] == 13:
        raise ZeroDivisionError("a mistake of the line")
    if asked.answers["cm"] < HIGH:
        return
    running = next((run for run in asked.cases["run"] if run.record == pump), None)
    if running is None:
        yield Open("run", {"pump": pump, "title": "水位过高"})
    else:
        yield Add(running.number, "note", {"remark": f"{asked.answers['cm']:.0f} cm"})
    if asked.answers["cm"] > 900:
        yield Add("PR0000-00000", "note", {"remark": "nowhere"})


PLAN = Tool(
    "plan", ask=Plan, run=plan, roles=("dispatcher",), reads=Reads(("pump",), ("run",), days=30),
    shows=("pump", "litres", "sort", "post"), reasons=("idle", "dry"), basis="某条例第三条",
)  # fmt: skip
FINISH = Tool(
    "finish", ask=Form, run=finish, roles=("dispatcher",), reads=Reads(kinds=("run",)),
    shows=("number", "remark", "pump"), reasons=("dry",),
)  # fmt: skip
LEVEL = Signal("level", form=Level, decide=decide, by="gauge", reads=Reads(("pump",), ("run",)))
WORDS = words.flatten(
    {
        name: {key: {"zh": zh, "en": en} for key, (zh, en) in group.items()}
        for name, group in {
            "kind": {"run": ("泵站运行", "Pump run")},
            "state": {"asked": ("待运行", "Asked for"), "over": ("已结束", "Over")},
            "verb": {"finish": ("结束运行", "Finish")},
            "limit": {"asked": ("运行", "Running")},
            "role": {"gauge": ("水位计", "Gauge")},
            "register": {"pump": ("泵站", "Pumps")},
            "field": {
                "pump": ("泵站", "Pump"), "litres": ("流量", "Flow"), "sort": ("类型", "Sort"),
                "post": ("岗位", "Post"),
                "most": ("最多", "At most"), "owner": ("业主", "Owner"), "caller": ("来电", "Caller"),
                "who": ("何人", "Who"), "cm": ("水位", "Level"), "seen_by": ("观测人", "Seen by"),
                "number": ("编号", "Number"),
            },
            "choice": {"sort.wet": ("排涝", "Flood"), "sort.trial": ("试运行", "Trial")},
            "tool": {"plan": ("排泵计划", "Pump plan"), "finish": ("收尾建议", "Finishing")},
            "why": {"idle": ("{since} 起闲置，可用于{sort}", "Idle at {since}, fit for {sort}"),
                    "dry": ("没有流量，不能运行", "No flow, cannot run")},
            "signal": {"level": ("水位", "Water level")},
            "unit": {"litres": ("升/秒", "l/s"), "cm": ("厘米", "cm")},
        }.items()
    }
    | {"line": {"zh": "泵站", "en": "Pumps"}, "owner": {"zh": "水务办", "en": "Water office"}}
)  # fmt: skip
LINE = Line(
    owner="nobody", kinds=(RUN,), registers=(Register("pump", form=Pump, kept_by=("dispatcher",)),),
    tools=(PLAN, FINISH), signals=(LEVEL,),
).named("pumps", WORDS, "")  # fmt: skip


def grown(town: Town) -> Town:
    """The town, with this line too."""
    return replace(
        town,
        lines={**town.lines, "pumps": LINE},
        tables={**town.tables, "pumps": {}},
        amounts={**town.amounts, "pumps": {}},
    )


def pump(hats: tuple[Actor, ...], now: datetime, n: int, place: str, litres: int = 10, **more: Any) -> int:
    """A pump on the books."""
    return actions.keep(
        line="pumps", register="pump", answers={"name": f"{n} 号泵", "litres": litres, **more}, by=hats, now=now,
        key=f"pump:{n}", place=place,
    )  # fmt: skip


def gauge(town: str, place: str, key: str = "gauge-1", role: str = "gauge", account: bool = True) -> Post:
    """A device's post, with an account that holds it."""
    post = Post.objects.create(
        town=town, key=key, name_zh="水位计", name_en="Gauge", roles=[role], place=place, covers=[place],
        level="village" if len(place) == 12 else "town", clearance=1, rank=9000,
    )  # fmt: skip
    if account:
        device = Account.objects.create(username=f"device-{key}")
        Holding.objects.create(post=post, account=device, since=LONG_AGO)
    stamp.bump(town)
    return post
