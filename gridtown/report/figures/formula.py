"""An indicator's formula in words, said from the expressions themselves: it cannot differ from what is counted.

    explain(named, town, "en") -> Formula(of=("Matter", "opened in the period"), count=("closed", …), measure="")

The words are those of the line (states, moves, limits, fields, choices); how they are joined stands in words.toml.
"""

from dataclasses import dataclass
from typing import Any

from gridtown.kernel.expression import Node, tree
from gridtown.kernel.forms import FieldSpec, fields_of
from gridtown.kernel.indicator import STANDING, Indicator
from gridtown.kernel.standing import PREFIX
from gridtown.report.figures.named import Named
from gridtown.report.words import say
from gridtown.town import Town

_CODED = ("outcome", "state", "channel", "urgency", "level", "category")
_COMPARED = {"eq": "is", "ne": "is_not", "gt": "more", "ge": "at_least", "lt": "less", "le": "at_most"}
_JOINED = {"add": "plus", "sub": "minus", "mul": "times", "truediv": "over"}


class Unsayable(ValueError):
    """An expression that is made of something there is no word for."""


@dataclass(frozen=True)
class Formula:
    """of: what is counted or asked about, by its conditions. count: which of those answer yes. measure: of what."""

    of: tuple[str, ...]
    count: tuple[str, ...]
    measure: str
    lang: str

    def sentence(self) -> str:
        """All of it in one sentence."""
        names = {"of": "of" if self.count else "counted", "count": "count"}
        told = [say(f"explain.part.{names['of']}", self.lang, what=self._listed(self.of))]
        if self.count:
            told.append(say("explain.part.count", self.lang, what=self._listed(self.count)))
        if self.measure:
            told.append(say("explain.part.measure", self.lang, what=self.measure))
        return "".join(told) if self.lang == "zh" else " ".join(told)

    def _listed(self, parts: tuple[str, ...]) -> str:
        return say("explain.comma", self.lang).join(parts)


def explain(named: Named, town: Town, lang: str) -> Formula:
    """The formula of an indicator; Unsayable where an expression cannot be put into words."""
    ind = named.indicator
    teller = _Teller(named, town, lang)
    of = (teller.subject(), teller.period(ind.time), *teller.conditions(ind.of))
    count = teller.conditions(ind.count) if ind.count is not None else ()
    measure = ""
    if ind.measure is not None:
        measure = say(
            "explain.aggregate", lang, agg=say(f"agg.{ind.agg}", lang), what=teller.noun(tree(ind.measure))
        )
    return Formula(of, count or ((teller.told("all"),) if ind.count is not None else ()), measure, lang)


_known: dict[tuple[Indicator, str], tuple[Town, str]] = {}


def in_words(town: Town, named: Named, lang: str) -> str:
    """The formula as its expressions say it; what the line says of it where they cannot be put into words."""
    known = _known.get((named.indicator, lang))
    if known is None or known[0] is not town:  # a town that was read anew may have other words
        try:
            said = explain(named, town, lang).sentence()
        except Unsayable:
            said = town.say(f"formula.{named.indicator.key}", lang, named.line.key)
        known = _known[named.indicator, lang] = (town, said)
    return known[1]


class _Teller:
    """Puts trees into the words of one line."""

    def __init__(self, named: Named, town: Town, lang: str) -> None:
        self.town, self.lang, self.line = town, lang, named.line
        asked = named.indicator.kind
        self.register = asked.removeprefix(PREFIX) if asked.startswith(PREFIX) else ""
        self.kind = "" if self.register else asked
        self.states: frozenset[str] = frozenset()
        self.verbs: frozenset[str] = frozenset()
        self.limits: frozenset[str] = frozenset()
        if self.kind:
            kind = named.line.kind(self.kind)
            procedure = kind.procedure
            self.states, self.verbs = frozenset(procedure.states), frozenset(procedure.verbs)
            self.limits = frozenset(limit.key for limit in procedure.limits)
            self.intake = {spec.name: spec for spec in fields_of(kind.intake)}
            self.asked = {
                (move.verb, spec.name): spec for move in procedure.moves for spec in fields_of(move.form)
            }
        else:
            self.intake = {spec.name: spec for spec in fields_of(named.line.register(self.register).form)}
            self.asked = {}

    def told(self, key: str, **params: Any) -> str:
        """A sentence's pattern, filled."""
        return say(f"explain.{key}", self.lang, **params)

    def word(self, key: str) -> str:
        """A word of the line; Unsayable where it has none."""
        said = self.town.say(key, self.lang, self.line.key)
        if said == key:
            raise Unsayable(key)
        return said

    def subject(self) -> str:
        """What is counted."""
        return self.word(f"register.{self.register}" if self.register else f"kind.{self.kind}")

    def period(self, time: str) -> str:
        """How a row comes into the period."""
        if time in (STANDING, "opened", "closed", "kept_first", "retired_at"):
            return self.told(f"period.{time}")
        what, key = self._column(time)
        if what in ("due", "first", "last"):
            return self.told(f"period.{what}", x=self.word(f"{'limit' if what == 'due' else 'state'}.{key}"))
        return self.told("period.other", x=self.noun(Node("column", (time,))))

    def conditions(self, expression: Any) -> tuple[str, ...]:
        """The conditions that an expression joins by "and", each in words; none for what is true of every row."""
        told = (self.phrase(part) for part in tree(expression).parts("and"))
        return tuple(dict.fromkeys(part for part in told if part))

    def phrase(self, node: Node) -> str:
        """A condition."""
        if node.op in ("and", "or"):
            parts = [self.phrase(part) for part in node.parts(node.op)]
            parts = [
                f"({p})" if n.op in ("and", "or") else p
                for p, n in zip(parts, node.parts(node.op), strict=True)
            ]
            return self.told(node.op).join(parts)
        if node.op == "invert":
            return self._denied(node.args[0])
        if node.op == "fill_null":
            return self.phrase(node.args[0])
        if node.op == "column":
            return self._flag(node, "yes")
        if node.op in _COMPARED:
            return self._compared(node)
        if node.op in ("notnull", "isnull"):
            return self._known(node.args[0], node.op)
        if node.op == "isin":
            values = self.told("or").join(self.value(node.args[0], value) for value in node.args[1])
            return self.told("is", x=self.noun(node.args[0]), y=values)
        raise Unsayable(node.op)

    def _denied(self, node: Node) -> str:
        if node.op == "column":
            return self._flag(node, "no")
        if node.op == "fill_null":
            return self._denied(node.args[0])
        if node.op == "isin":
            values = self.told("or").join(self.value(node.args[0], value) for value in node.args[1])
            return self.told("is_not", x=self.noun(node.args[0]), y=values)
        return self.told("not", x=self.phrase(node))

    def _flag(self, node: Node, answer: str) -> str:
        what, key = self._column(node.args[0])
        if what in ("late", "open"):
            return self.told(f"{what}.{answer}", x=self.word(f"limit.{key}"))
        return self.told(f"flag.{answer}", x=self.noun(node))

    def _known(self, node: Node, op: str) -> str:
        name = node.args[0]
        if name in ("opened", "record_id") and op == "notnull":
            return ""  # so is every row
        what, key = self._column(name)
        if what == "due":
            return self.told(f"due.{op}", x=self.word(f"limit.{key}"))
        if name in ("closed", "kept_first", "retired_at", "outcome"):
            return self.told(f"{name}.{op}")
        return self.told(op, x=self.noun(node))

    def _compared(self, node: Node) -> str:
        left, right = node.args
        if isinstance(left, Node) and left.op == "column":
            what, key = self._column(left.args[0])
            if (
                what in ("state", "verb")
                and not isinstance(right, Node)
                and right == 0
                and node.op in ("gt", "eq")
            ):
                done = "done" if node.op == "gt" else "never"
                return self.told(f"{what}.{done}", x=self.word(f"{what}.{key}"))
            if isinstance(right, Node) and right.op == "moment" and node.op in ("lt", "le"):
                return self.told(f"before.{right.args[0]}", x=self.noun(left))
        return self.told(_COMPARED[node.op], x=self.noun(left), y=self.value(left, right))

    def noun(self, node: Any) -> str:
        """What has a value: a column, or what is made of columns."""
        if not isinstance(node, Node):
            return str(node)
        if node.op == "moment":
            return self.told(f"moment.{node.args[0]}")
        if node.op == "fill_null":
            return self.noun(node.args[0])
        if node.op == "sub" and all(isinstance(a, Node) and a.op == "epoch_seconds" for a in node.args):
            end, start = (self.noun(part.args[0]) for part in node.args)
            return self.told("spell", start=start, end=end)
        if node.op in _JOINED:
            return self.told(_JOINED[node.op], x=self.noun(node.args[0]), y=self.noun(node.args[1]))
        if node.op != "column":
            raise Unsayable(node.op)
        return self._named(node.args[0])

    def _named(self, name: str) -> str:
        what, key = self._column(name)
        if what in ("state", "verb"):
            return self.told(f"{what}.times", x=self.word(f"{what}.{key}"))
        if what in ("first", "last"):
            return self.told(f"reached.{what}", x=self.word(f"state.{key}"))
        if what == "due":
            return self.told("due.noun", x=self.word(f"limit.{key}"))
        if what == "field":
            return self.told("field", x=self.word(f"field.{key}"))
        if what == "answer":
            verb, field = key.split(" ")
            return self.told("answer", verb=self.word(f"verb.{verb}"), x=self.word(f"field.{field}"))
        said = self.told(f"column.{name}")
        if said == f"explain.column.{name}":
            raise Unsayable(name)
        return said

    def value(self, node: Any, value: Any) -> str:
        """A value in the words of the column it is compared with."""
        if isinstance(value, Node):
            return self.noun(value)
        if isinstance(value, bool):
            return self.told("yes" if value else "no")
        if not isinstance(value, str):
            return f"{value:,}"
        name = node.args[0] if isinstance(node, Node) else ""
        spec = self._spec(name)
        keys = [f"choice.{spec.name}.{value}"] if spec else [f"{name}.{value}"] if name in _CODED else []
        for key in keys:
            if (said := self.town.say(key, self.lang, self.line.key)) != key:
                return self.told("quoted", x=said)
        for table in (self.town.tables.get(self.line.key) or self.line.tables).values():
            if listed := table.get(value):
                return self.told("quoted", x=listed.get(self.lang) or listed["zh"])
        raise Unsayable(f"{name}: {value}")

    def _spec(self, name: str) -> FieldSpec | None:
        what, key = self._column(name)
        if what == "field":
            return self.intake.get(key)
        return self.asked.get(tuple(key.split(" "))) if what == "answer" else None  # type: ignore[arg-type]

    def _column(self, name: str) -> tuple[str, str]:
        """What a column holds, and of what: ("late", "handle"), ("verb", "fix"), ("answer", "rate unit") …"""
        stem, _, end = name.rpartition("_")
        if end in ("due", "late", "open") and stem in self.limits:
            return end, stem
        if end in ("first", "last") and stem in self.states:
            return end, stem
        if end == "times" and stem in self.states | self.verbs:
            return ("state" if stem in self.states else "verb"), stem
        if name.startswith("f_") and name[2:] in self.intake:
            return "field", name[2:]
        for verb, field in self.asked:
            if name == f"a_{verb}_{field}":
                return "answer", f"{verb} {field}"
        return "", name
