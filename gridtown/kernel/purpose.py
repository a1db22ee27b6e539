"""What a line is for, where more than the line itself rests on it: the report finds it by that, never by its name.

The report holds promises against figures, reads what others have published, and keeps its own editions. Each of these
is the work of a line, which says so by `Line.purpose` and names its own kinds and registers there. What they ask, which
moves they have and what a town may set is the same in every line of one purpose, and is looked at when it is loaded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, ClassVar

from gridtown.kernel.forms import Form, fields_of

if TYPE_CHECKING:  # a line's own checks look at its purpose
    from gridtown.kernel.line import Kind, Line


@dataclass(frozen=True)
class Needs:
    """What a kind or a register has to have: the answers that it asks.

    moves: verb → what its form asks. states: those that are told apart. chosen: answers that are rows of a dictionary.
    """

    answers: tuple[str, ...]
    moves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Purpose:
    """What a line is for. line: its key, given when it is found.

    KINDS, REGISTERS: by the field that names the kind or register, what it has to have. SETTINGS: what a town may set.
    """

    _: KW_ONLY
    line: str = ""

    KINDS: ClassVar[Mapping[str, Needs]] = {}
    REGISTERS: ClassVar[Mapping[str, Needs]] = {}
    SETTINGS: ClassVar[tuple[str, ...]] = ()

    def faults(self, line: "Line") -> list[str]:
        """What this line lacks for it; empty when it is complete."""
        return [f"purpose {type(self).__name__}: {what}" for what in self._lacks(line)]

    def _lacks(self, line: "Line") -> Iterator[str]:
        kinds, registers = {k.key: k for k in line.kinds}, {r.key: r for r in line.registers}
        for name, needs in self.KINDS.items():
            kind = kinds.get(getattr(self, name))
            if kind is None:
                yield f"no kind is its {name}"
                continue
            yield from _unasked(kind.key, kind.intake, needs)
            yield from _unmoved(kind, needs)
        for name, needs in self.REGISTERS.items():
            register = registers.get(getattr(self, name))
            if register is None:
                yield f"no register is its {name}"
            else:
                yield from _unasked(register.key, register.form, needs)
        if left := set(self.SETTINGS) - {setting.key for setting in line.settings}:
            yield f"no setting {', '.join(sorted(left))}"


def _unmoved(kind: "Kind", needs: Needs) -> Iterator[str]:
    moves = {move.verb: move for move in kind.procedure.moves}
    for verb, answers in needs.moves.items():
        if verb in moves:
            yield from _unasked(f"{kind.key}.{verb}", moves[verb].form, Needs(answers))
        else:
            yield f"{kind.key} has no move {verb}"
    if left := set(needs.states) - set(kind.procedure.states):
        yield f"{kind.key} is never {', '.join(sorted(left))}"


def _unasked(where: str, form: type[Form], needs: Needs) -> Iterator[str]:
    asked = {spec.name: spec for spec in fields_of(form)}
    if left := set(needs.answers) - set(asked):
        yield f"{where} does not ask {', '.join(sorted(left))}"
    if free := [name for name in needs.chosen if name in asked and not asked[name].table]:
        yield f"{where} asks what is chosen from no dictionary: {', '.join(free)}"


@dataclass(frozen=True)
class Promises(Purpose):
    """What is promised: a target, a question about one, and a meeting, which keeps the board as it was shown there."""

    target: str
    question: str
    meeting: str

    KINDS = {
        "target": Needs(
            ("title", "indicator", "direction", "amount", "unit", "begins", "due", "to", "document", "quote",
             "openness"),
            {"agree": ("amount", "due"), "hand_on": ("to",), "tell": ("reached", "as_of"), "self_report": ("reached",),
             "disclose": ("openness",)},
        ),
        "question": Needs(("title", "target", "description", "to", "meeting"), {"answer": ("result",)}),
        "meeting": Needs(("title", "held_on", "cursor", "board")),
    }  # fmt: skip
    SETTINGS = ("margin", "early", "stale_days")


@dataclass(frozen=True)
class Published(Purpose):
    """What others publish: the register of their figures, and the kind that asks about one.

    What can be published is the dictionary that `statistic` is chosen from, with the `unit` of each and whether a
    year's figure is the sum of its months' (`cumulative`).
    """

    figure: str
    query: str

    KINDS = {"query": Needs(("figure",))}
    REGISTERS = {
        "figure": Needs(
            ("statistic", "covers", "amount", "within", "rate", "rate_within", "value", "growth", "body", "document",
             "published_on", "why"),
            chosen=("statistic", "body"),
        ),
    }  # fmt: skip


@dataclass(frozen=True)
class Editions(Purpose):
    """The report as it was frozen: each edition a case, signed over the digest of its manifest."""

    edition: str

    KINDS = {
        "edition": Needs(
            ("title", "year", "cursor", "head", "as_of", "missing", "unproven", "public_key", "manifest", "files"),
            {"sign": ("gaps_read", "signature")},
            ("drafted", "checked", "signed", "published", "withdrawn"),
        ),
    }  # fmt: skip
