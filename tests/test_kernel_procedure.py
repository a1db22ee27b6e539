"""A procedure in which a case could get stuck refuses to be loaded: every fault is provoked here, by its name."""

from datetime import date
from typing import Annotated

import pytest

from gridtown.kernel.clocks import Extension, Limit, days, hours, workdays
from gridtown.kernel.diagram import diagram
from gridtown.kernel.effects import Extend, Merge, Revise, Spawn, Split, Supervise
from gridtown.kernel.forms import Form, PostRef, Ref, Sets
from gridtown.kernel.line import Duty, Kind, Line, Register, Setting
from gridtown.kernel.procedure import Move, Procedure

BASIS = "made up for a test"


class Whom(Form):
    to: Annotated[str, PostRef()]


class Texts(Form):
    parts: tuple[str, ...]
    into: str = ""
    by_when: str = ""


ACCEPT = Move("accept", "told -> at_work", by="clerk")
DO = Move("do", "at_work -> done", by=("worker", "clerk"))
REFUSE = Move("refuse", "told -> refused", by="clerk")
LOOK = Move("look", "* -> =", by="clerk")
MOVES = (ACCEPT, DO, REFUSE, LOOK)
LIMITS = (Limit("told", hours(4), BASIS), Limit("at_work", workdays(5), BASIS))
END = {"done": "solved", "refused": "refused"}


def procedure(*more: Move, moves=MOVES, limits=LIMITS, end=END, start="told") -> Procedure:
    return Procedure(start=start, end=end, moves=(*moves, *more), limits=limits)


def test_a_sound_procedure_has_no_faults() -> None:
    assert procedure().faults() == []


def test_what_a_procedure_says_of_itself() -> None:
    sound = procedure()
    assert sound.states == ("told", "at_work", "done", "refused")
    assert sound.verbs == ("accept", "do", "refuse", "look")
    assert sound.find("accept", "told") is ACCEPT
    assert sound.find("accept", "at_work") is None
    assert sound.find("look", "at_work") is LOOK
    assert sound.find("look", "done") is None, "anywhere is everywhere but in an end"
    assert [m.verb for m in sound.moves_from("told")] == ["accept", "refuse", "look"]
    assert sound.waits_on("told") == ("clerk",)
    assert sound.waits_on("at_work") == ("worker", "clerk")
    assert sound.waits_on("done") == ()


def test_people_are_waited_for_before_the_reporter() -> None:
    asks = procedure(Move("agree", "at_work -> done", by="reporter"), moves=(ACCEPT, REFUSE, DO))
    assert asks.waits_on("at_work") == ("worker", "clerk")
    alone = procedure(
        moves=(ACCEPT, REFUSE, Move("agree", "at_work -> done", by=("reporter", "child"), on=("solved",)))
    )
    assert alone.waits_on("at_work") == ()


def test_a_way_out_that_many_states_share_says_nothing_of_whose_turn_it_is() -> None:
    shared = Move("give_up", "told|at_work -> refused", by="office")
    assert procedure(moves=(shared, ACCEPT, DO, LOOK)).waits_on("told") == ("clerk",)
    assert procedure(moves=(shared, ACCEPT, DO, LOOK)).waits_on("at_work") == ("worker", "clerk")
    own = Move("give_up", "told -> refused", by="office")
    assert procedure(moves=(own, ACCEPT, DO, LOOK)).waits_on("told") == ("office",)


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("declared twice: accept from told", lambda: procedure(Move("accept", "told -> done", by="clerk"))),
        ("declared twice: look from told", lambda: procedure(Move("look", "told -> =", by="worker"))),
        (
            "unreachable: lost",
            lambda: procedure(
                Move("leave", "lost -> done", by="clerk"), limits=(*LIMITS, Limit("lost", hours(1), BASIS))
            ),
        ),
        ("unreachable: merged", lambda: procedure(end={**END, "merged": "merged"})),
        (
            "no way to an end from: loop, other",
            lambda: procedure(
                Move("stray", "told -> loop", by="clerk"),
                Move("swing", "loop -> other", by="clerk"),
                Move("swing_back", "other -> loop", by="clerk"),
                limits=(*LIMITS, Limit("loop other", hours(1), BASIS, key="loop")),
            ),
        ),
        ("a case could wait for ever in: at_work", lambda: procedure(limits=LIMITS[:1])),
        (
            "no role can act in: at_work",
            lambda: procedure(moves=(ACCEPT, REFUSE, LOOK, Move("agree", "at_work -> done", by="reporter"))),
        ),
        (
            "no role can act in: at_work",
            lambda: procedure(moves=(ACCEPT, REFUSE, LOOK, Move("run_out", "at_work -> done", by="system"))),
        ),
        (
            "limit or pause on an unknown or ended state: nowhere",
            lambda: procedure(limits=(*LIMITS, Limit("nowhere", hours(1), BASIS))),
        ),
        (
            "limit or pause on an unknown or ended state: done",
            lambda: procedure(limits=(LIMITS[0], Limit("at_work", hours(1), BASIS, pauses_in="done"))),
        ),
        ("no basis for the limit on: told", lambda: procedure(limits=(Limit("told", hours(4), " "), LIMITS[1]))),
        ("two limits named: told", lambda: procedure(limits=(*LIMITS, Limit("at_work", hours(1), BASIS, key="told")))),
        ("a path that cannot be read: told, done", lambda: procedure(Move("jump", "told, done", by="clerk"))),
        (
            "a path that cannot be read: told -> at_work -> done",
            lambda: procedure(Move("jump", "told -> at_work -> done", by="clerk")),
        ),
        ("an effect that does not fit: pass_on", lambda: procedure(
            Move("pass_on", "told -> at_work", by="clerk", holder="chosen")
        )),
        ("an effect that does not fit: come_back", lambda: procedure(
            Move("come_back", "at_work -> done", by="child")
        )),
        ("an effect that does not fit: go_on", lambda: procedure(
            Move("go_on", "at_work -> done", by="clerk", on=("solved",))
        )),
        ("an effect that does not fit: lengthen", lambda: procedure(
            Move("lengthen", "at_work -> =", by="clerk", effect=Extend("at_work"))
        )),
        ("an effect that does not fit: join", lambda: procedure(
            Move("join", "told -> done", by="clerk", effect=Merge("into"))
        )),
        ("an effect that does not fit: part", lambda: procedure(
            Move("part", "told -> done", by="clerk", effect=Split("parts"))
        )),
        ("an effect that does not fit: press", lambda: procedure(
            Move("press", "* -> =", by="clerk", effect=Supervise("by_when"))
        )),
        ("an effect that does not fit: bear", lambda: procedure(
            Move("bear", "told -> done", by="clerk", effect=Spawn())
        )),
        (
            "an effect that does not fit: bear",
            lambda: procedure(Move("bear", "told -> done", by="clerk", effect=Spawn(field="which"))),
        ),
        (
            "an effect that does not fit: renew",
            lambda: procedure(Move("renew", "told -> done", by="clerk", effect=Revise({"expires": "until"}))),
        ),
    ],
)  # fmt: skip
def test_every_fault_is_named(fault: str, broken) -> None:
    assert fault in broken().faults()


def test_all_faults_are_named_at_once() -> None:
    broken = procedure(Move("accept", "told -> done", by="clerk"), limits=(Limit("told", hours(4), ""),))
    assert broken.faults() == [
        "declared twice: accept from told",
        "a case could wait for ever in: at_work",
        "no basis for the limit on: told",
    ]


def test_effects_that_fit_are_let_through() -> None:
    fit = procedure(
        Move("pass_on", "at_work -> =", by="clerk", form=Whom, holder="chosen"),
        Move("part", "told -> done", by="clerk", form=Texts, effect=Split("parts")),
        Move("join", "told -> done", by="clerk", form=Texts, effect=Merge("into")),
        Move("press", "* -> =", by="clerk", form=Texts, effect=Supervise("by_when")),
        Move("bear", "at_work -> =", by="clerk", effect=Spawn("other/thing")),
        Move("lengthen", "at_work -> =", by="clerk", effect=Extend("at_work")),
        Move("come_back", "at_work -> done", by="child", on=("solved",)),
        limits=(LIMITS[0], Limit("at_work", workdays(5), BASIS, extend=Extension("clerk", workdays(2)))),
    )
    assert fit.faults() == []


def line(**said) -> Line:
    kind = Kind("thing", intake=Texts, procedure=procedure(), number="T{year}-{n:05}", raised_by=("clerk",))
    return Line(**{"owner": "office", "kinds": (kind,), **said})


def kind(**said) -> Kind:
    plain = {"intake": Texts, "procedure": procedure(), "number": "T{year}-{n:05}", "raised_by": ("clerk",)}
    return Kind("thing", **{**plain, **said})


class Owed(Form):
    title: Annotated[str, Sets("title")]
    place: Annotated[int, Ref("place")]


def owed(**said) -> Line:
    """A line with a register and a duty on it."""
    plain = {"every": "week", "owed_by": "clerk", "opens": "thing", "basis": BASIS}
    opened = kind(**{"intake": Owed, "raised_by": ("clerk", "system"), **said.pop("kind", {})})
    return line(
        kinds=(opened,),
        registers=(
            Register("place", form=Texts, named_by="parts", duties=(Duty("look", **{**plain, **said}),)),
        ),
    )


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        (
            "thing: a case could wait for ever in: at_work, told",
            {"kinds": (kind(procedure=procedure(limits=())),)},
        ),
        ("thing: the number format needs {year} and {n}", {"kinds": (kind(number="T{n:05}"),)}),
        ("thing: unknown confidentiality secret", {"kinds": (kind(confidential="secret"),)}),
        ("thing: nobody may raise it", {"kinds": (kind(raised_by=()),)}),
        ("thing: desk_by names no field of the intake", {"kinds": (kind(desk_by="category"),)}),
        ("setting days names no basis", {"settings": (Setting("days", 7, " ", date(2026, 1, 1)),)}),
    ],
)
def test_every_fault_of_a_line_is_named(fault: str, broken: dict) -> None:
    assert line(**broken).faults() == [fault]


@pytest.mark.parametrize(
    ("faults", "broken"),
    [
        (["opens an unknown kind walk"], {"opens": "walk"}),
        (["needs a role of people and a basis"], {"basis": ""}),
        (["is owed by worker, but thing first waits on somebody else"], {"owed_by": "worker"}),
        (["opens thing, which the system may not raise"], {"kind": {"raised_by": ("clerk",)}}),
        (
            ["opens thing, whose intake asks for what a duty cannot know: parts"],
            {"kind": {"intake": Texts}},
        ),
        (
            ["comes again in days or hours, or every day, week, month, quarter or year"],
            {"every": workdays(3)},
        ),
    ],
)
def test_every_fault_of_a_duty_is_named(faults: list[str], broken: dict) -> None:
    assert owed(**broken).faults() == [f"place: duty look {fault}" for fault in faults]


def test_a_duty_is_owed_by_people() -> None:
    assert "place: duty look needs a role of people and a basis" in owed(owed_by="system").faults()


def test_a_sound_line_has_no_faults() -> None:
    assert owed().faults() == []
    assert owed(every=days(10)).faults() == []


def test_a_diagram_shows_every_way_and_marks_the_ends() -> None:
    words = {"state.told": {"zh": "已报", "en": "Told"}, "verb.accept": {"zh": "受理", "en": "Accept"}}
    drawn = diagram(procedure(), words).splitlines()
    assert drawn[:2] == ["stateDiagram-v2", "  [*] --> told"]
    assert "  told: Told" in drawn
    assert "  told --> at_work: Accept" in drawn
    assert "  done --> [*]" in drawn
    assert not [row for row in drawn if "look" in row], "what stays in place is left to the page"
    assert "  told --> at_work: 受理" in diagram(procedure(), words, lang="zh").splitlines()
