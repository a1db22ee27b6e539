"""What is offered for many cases at once: short forms that say the same of each, and nothing that one case answers."""

from typing import Annotated

import pytest

from gridtown import lines
from gridtown.kernel import many
from gridtown.kernel.clocks import Limit, days
from gridtown.kernel.effects import Spawn
from gridtown.kernel.forms import Again, Computed, Form, Personal, Photo, Ref, asked_of
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Note, Reason, Sentence, Supervision, note, supervise


class Measured(Form):
    metres: int


class Declared(Form):
    harmless: bool


class Shown(Form):
    photos: Annotated[tuple[str, ...], Photo("after")] = ()


class Named(Form):
    name: Annotated[str, Personal("name")] = ""


class OfItsOwn(Form):
    facts: Annotated[Sentence, Again()] = ""


class Said(Form):
    opinion: Sentence


class Kept(Form):
    item: Annotated[int, Ref("item")] | None = None


class Long(Form):
    a: str = ""
    b: str = ""
    c: str = ""
    d: str = ""
    e: str = ""
    f: str = ""


class WorkedOut(Form):
    total: Annotated[int, Computed()] = 0


def procedure(move: Move) -> Procedure:
    limit = Limit("open", days(1), "design: a test")
    return Procedure(
        start="open",
        end={"done": "done", "dropped": "refused"},
        limits=(limit,),
        moves=(move, Move("finish", "open -> done", by="handler")),
    )


@pytest.mark.parametrize("form", [Note, Reason, Supervision])
def test_a_short_form_that_says_the_same_of_each_is_offered(form: type[Form]) -> None:
    assert many.in_bulk(procedure(Move("go", "open -> =", by="handler", form=form)), "go")


@pytest.mark.parametrize("form", [Measured, Declared, Shown, Named, OfItsOwn, Said, Kept, Long])
def test_what_is_found_shown_or_said_of_one_case_is_not(form: type[Form]) -> None:
    assert many.in_bulk(procedure(Move("go", "open -> =", by="handler", form=form)), "go") is None


@pytest.mark.parametrize(
    "move",
    [
        Move("go", "open -> dropped", by="handler", form=Reason),
        Move("go", "open -> =", by="handler", form=Reason, guards=(lambda told, doing: None,)),
        Move("go", "open -> =", by="handler", form=WorkedOut, derive=lambda told, doing: {}),
        Move("go", "open -> =", by="handler", form=Reason, effect=Spawn(kind="other/case")),
        Move("go", "open -> =", by="system"),
        Move("go", "open -> =", by="handler", form=Reason, many=False),
    ],
    ids=["ends otherwise", "guarded", "worked out", "opens another", "nobody's", "said so"],
)
def test_what_deserves_a_look_is_not(move: Move) -> None:
    assert many.in_bulk(procedure(move), "go") is None


def test_a_line_may_say_otherwise() -> None:
    move = Move("go", "open -> dropped", by="handler", form=Measured, many=True)
    assert many.in_bulk(procedure(move), "go") is move
    assert many.in_bulk(procedure(move), "no_such_move") is None


def test_supervising_and_remarks_are_offered_in_any_line() -> None:
    table = Procedure(start="a", end={}, moves=(supervise(), note(("handler",))), limits=())
    assert many.in_bulk(table, "supervise")
    assert many.in_bulk(table, "note")


@pytest.mark.parametrize("line", lines.found().values(), ids=lambda line: line.key)
def test_no_line_offers_long_forms_pictures_or_persons_for_many_cases(line) -> None:
    for kind in line.kinds:
        for verb in kind.procedure.verbs:
            if (move := many.in_bulk(kind.procedure, verb)) is None:
                continue
            asked = asked_of(move.form)
            assert len(asked) <= 5, verb
            assert not [spec.name for spec in asked if spec.personal or spec.type not in many.SIMPLE], verb
