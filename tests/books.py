"""A made-up line that keeps books: firms with a colour, their machines, and persons; what registers are tested on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal
from unittest import mock

from pydantic import Field

from gridtown import town as towns
from gridtown.kernel.clocks import Limit, workdays
from gridtown.kernel.forms import Choice, Computed, Form, Long, Personal, Photo, Ref, Sets, Unit
from gridtown.kernel.line import Duty, Kind, Line, Register
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing
from gridtown.town import Town

BASIS = "made up for a test"
Colour = Literal["red", "orange", "yellow", "blue"]


class Firm(Form):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    trade: Annotated[str, Choice("trade")] | None = None
    harm: Annotated[int, Field(ge=1, le=4)] = 1
    area: Annotated[float, Unit("mu"), Field(ge=0)] | None = None
    founded: date | None = None
    night: bool = False
    remark: Annotated[str, Long(), Field(max_length=500)] = ""
    hazards: tuple[str, ...] = ()
    phone: Annotated[str, Personal("phone"), Field(max_length=30)] = ""
    keeper: Annotated[str, Personal("name"), Field(max_length=40)] = ""
    photos: Annotated[tuple[str, ...], Photo("evidence"), Field(max_length=3)] = ()
    colour: Annotated[Colour, Computed()] = "blue"


class Machine(Form):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    firm: Annotated[int, Ref("firm")]
    kind: Literal["lift", "boiler"] = "lift"


class Person(Form):
    name: Annotated[str, Personal("name"), Field(min_length=1, max_length=40)]
    care: Literal["old", "alone"] = "old"


class Visit(Form):
    title: Annotated[str, Sets("title"), Field(max_length=80)] = ""
    other: Annotated[int, Ref("firm")] | None = None
    firm: Annotated[int, Ref("firm")] | None = None


def coloured(doing: Doing) -> dict[str, Any]:
    """The colour that follows from the harm."""
    return {"colour": ("blue", "yellow", "orange", "red")[doing.answers["harm"] - 1]}


SEEN = Procedure(
    start="due",
    end={"seen": "done"},
    moves=(Move("see", "due -> seen", by="patroller"),),
    limits=(Limit("due", workdays(10), BASIS),),
)
VISIT = Kind(
    "visit", intake=Visit, procedure=SEEN, number="BV{year}-{n:05}", raised_by=("system",), about="firm"
)
FIRMS = Register(
    "firm",
    form=Firm,
    kept_by=("admin", "receiver"),
    derive=coloured,
    duties=(
        Duty("look", "year", "patroller", "visit", BASIS, grade_by="colour", grades={"red": "month"}),
        Duty("count", "quarter", "patroller", "visit", BASIS),
    ),
)
MACHINES = Register("machine", form=Machine, kept_by=("admin",))
PERSONS = Register("person", form=Person, kept_by=("admin",))


def _word(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


WORDS = {
    "line": _word("样本台账", "Sample books"),
    "owner": _word("样本办公室", "Sample office"),
    "kind.visit": _word("走访", "Visit"),
    "state.due": _word("待走访", "Due"),
    "state.seen": _word("已走访", "Seen"),
    "verb.see": _word("走访", "See"),
    "limit.due": _word("走访时限", "Visit"),
    "register.firm": _word("企业", "Firms"),
    "register.machine": _word("设备", "Machines"),
    "register.person": _word("重点对象", "Persons"),
    "duty.look": _word("巡查", "Look"),
    "duty.count": _word("清点", "Count"),
    "field.trade": _word("行业", "Trade"),
    "field.harm": _word("危害程度", "Harm"),
    "field.area": _word("占地", "Area"),
    "field.founded": _word("成立日期", "Founded"),
    "field.night": _word("夜间生产", "Works at night"),
    "field.hazards": _word("危险源", "Hazards"),
    "field.phone": _word("负责人电话", "Phone"),
    "field.keeper": _word("负责人", "Keeper"),
    "field.colour": _word("风险等级", "Colour"),
    "field.firm": _word("所属企业", "Firm"),
    "field.other": _word("另一企业", "Another firm"),
    "field.kind": _word("设备种类", "Kind"),
    "field.care": _word("关爱类别", "Care"),
    "unit.mu": _word("亩", "mu"),
    **{f"choice.colour.{key}": _word(zh, en) for key, zh, en in (
        ("red", "红", "Red"), ("orange", "橙", "Orange"), ("yellow", "黄", "Yellow"), ("blue", "蓝", "Blue"))},
    "choice.kind.lift": _word("电梯", "Lift"),
    "choice.kind.boiler": _word("锅炉", "Boiler"),
    "choice.care.old": _word("高龄", "Old"),
    "choice.care.alone": _word("独居", "Alone"),
}  # fmt: skip
TABLES = {
    "trade": {
        "food": {"key": "food", "zh": "食品加工", "en": "Food"},
        "dye": {"key": "dye", "zh": "印染", "en": "Dyeing"},
    }
}
LINE = Line(owner="nobody", kinds=(VISIT,), registers=(FIRMS, MACHINES, PERSONS)).named(
    "books", WORDS, "", TABLES
)


def grown(line: Line = LINE) -> Town:
    """The town with this line besides its own."""
    town = towns.at(towns.current().folder)
    return replace(
        town,
        lines={**town.lines, line.key: line},
        tables={**town.tables, line.key: TABLES},
        amounts={**town.amounts, line.key: {}},
    )


@contextmanager
def kept(line: Line = LINE) -> Iterator[Town]:
    """While it lasts the town keeps these books."""
    town = grown(line)
    with mock.patch.object(towns, "current", return_value=town):
        yield town
