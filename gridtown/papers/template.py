"""Reads a paper's text: that it parses, names only what there is, and which sealed answers it would print."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.base import FilterExpression, Node, NodeList, TextNode, Variable, VariableNode
from django.template.defaulttags import CommentNode, ForNode, IfNode, WithNode

from gridtown.kernel.document import Document, Text
from gridtown.kernel.line import Line
from gridtown.papers import markup, texts
from gridtown.papers.names import FORLOOP, TEXT, Name, known
from gridtown.town import Town

_ONE_OF = frozenset({"first", "last"})
_SAME = frozenset({"default", "blank"})
_PICTURE = re.compile(r"\[(?:photo|signature)\s+$")


class BadPaper(ValueError):
    """A text that cannot be printed: each fault with its file and line."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Paper:
    """A text that is in order. sealed: the personal answers that it prints, as `Name.personal` says them."""

    template: Template
    sealed: frozenset[tuple[str, str]]

    def written(self, values: Mapping[str, Any]) -> str:
        """The text with the values in it, its markup still to be read."""
        return str(self.template.render(Context(values, autoescape=False, use_l10n=False, use_tz=False)))


class _Plain(Engine):
    """Django's template parser with none of its tags and filters but ours."""

    default_builtins = ["gridtown.papers.tags"]


def read(town: Town, line: Line, document: Document) -> Paper:
    """The text of a document as this town has it; BadPaper naming every fault."""
    text = texts.now(town, line.key, document.key)
    try:
        template = Template(text.said, engine=_Plain(autoescape=False))
    except TemplateSyntaxError as wrong:
        token = getattr(wrong, "token", None)
        raise BadPaper([_at(text, token.lineno if token else 1, str(wrong))]) from None
    reader = _Reader(text)
    reader.walk(template.nodelist, known(town, line, line.kind(document.kind)))
    found = sorted({*reader.faults, *markup.faults(text.said)})
    if found:
        raise BadPaper(_at(text, number, what) for number, what in found)
    return Paper(template, frozenset(reader.sealed))


def faults(town: Town) -> list[str]:
    """What is wrong with the texts of every line's documents, the town's own in place of the lines'."""
    said: list[str] = []
    for line in town.lines.values():
        for document in line.documents:
            try:
                read(town, line, document)
            except BadPaper as wrong:
                said += wrong.faults
    return said


def _at(text: Text, line: int, what: str) -> str:
    return f"{text.file}: line {line}: {what}"


class _Reader:
    """Walks a parsed text with the names that are known at each place."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.faults: list[tuple[int, str]] = []
        self.sealed: set[tuple[str, str]] = set()

    def walk(self, nodes: NodeList, names: Mapping[str, Name]) -> None:
        """Look at each node; what stands right before a value says whether it may be a picture."""
        before = ""
        for node in nodes:
            self._node(node, names, before)
            before = node.s if isinstance(node, TextNode) else ""

    def _node(self, node: Node, names: Mapping[str, Name], before: str) -> None:
        number = node.token.lineno if node.token else 1
        if isinstance(node, VariableNode):
            self._printed(node.filter_expression, names, number, picture=bool(_PICTURE.search(before)))
        elif isinstance(node, IfNode):
            for condition, inner in node.conditions_nodelists:
                for asked in _expressions(condition):
                    self._name(asked, names, number)
                self.walk(inner, names)
        elif isinstance(node, ForNode):
            self._loop(node, names, number)
        elif isinstance(node, WithNode):
            given = {name: self._name(said, names, number) for name, said in node.extra_context.items()}
            self.walk(node.nodelist, {**names, **given})
        elif not isinstance(node, (TextNode, CommentNode)):
            self.faults.append((number, f"a paper knows no {type(node).__name__}"))

    def _loop(self, node: ForNode, names: Mapping[str, Name], number: int) -> None:
        over = self._name(node.sequence, names, number)
        if len(node.loopvars) != 1:
            self.faults.append((number, "a loop gives one name to what it goes through"))
        if over.each is None and over is not _UNKNOWN:
            self.faults.append((number, f"{node.sequence.token} is no list"))
        inner = {**names, "forloop": FORLOOP, node.loopvars[0]: over.each or _UNKNOWN}
        self.walk(node.nodelist_loop, inner)
        self.walk(node.nodelist_empty, names)

    def _printed(
        self, said: FilterExpression, names: Mapping[str, Name], number: int, *, picture: bool
    ) -> None:
        name = self._name(said, names, number)
        if name is _UNKNOWN:
            return
        if name.group:
            self.faults.append((number, f"{said.token} has several parts: name one of them"))
        if name.photo and not picture:
            self.faults.append((number, f"{said.token} is a picture: write [photo {{{{ {said.token} }}}}]"))
        if picture and not name.photo:
            self.faults.append((number, f"{said.token} is no picture"))

    def _name(self, said: FilterExpression, names: Mapping[str, Name], number: int) -> Name:
        """What an expression stands for, its filters applied."""
        name = self._variable(said.var, names, number) if isinstance(said.var, Variable) else TEXT
        for applied, args in said.filters:
            for is_name, arg in args:
                if is_name:
                    self._variable(arg, names, number)
            called = applied._filter_name  # noqa: SLF001 - Django's own note of what a filter is called
            if called in _ONE_OF:
                name = name.each or TEXT
            elif called not in _SAME:
                name = TEXT
        return name

    def _variable(self, variable: Variable, names: Mapping[str, Name], number: int) -> Name:
        if variable.lookups is None:  # a number
            return TEXT
        first, *rest = variable.lookups
        name = names.get(first)
        if name is None:
            self.faults.append((number, f"there is no {first} (in {variable.var})"))
            return _UNKNOWN
        for step in rest:
            if name is _UNKNOWN:
                return name
            if step not in name.parts:
                self.faults.append((number, f"there is no {step} in {variable.var}"))
                return _UNKNOWN
            name = name.parts[step]
        if name.personal:
            self.sealed.add(name.personal)
        return name


_UNKNOWN = Name()  # said once already; nothing more is made of it


def _expressions(condition: Any) -> Iterator[FilterExpression]:
    """The expressions of a condition, which Django keeps as a tree of operators."""
    if condition is None:
        return
    if isinstance(getattr(condition, "value", None), FilterExpression):
        yield condition.value
    for side in ("first", "second"):
        yield from _expressions(getattr(condition, side, None))
