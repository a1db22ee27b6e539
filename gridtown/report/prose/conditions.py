"""Conditions of a report's text: comparisons of figures, joined by and, or, not. They can ask nothing else.

    figure appeals.received > 1000
    figure appeals.on_time_rate >= 95%        a share is compared as the text writes it: in percent
    figure appeals.received change=yoy > 0    the change against the year before, in percent (of a share: in points)
    figure a.b > figure c.d                   two figures of the same kind
    figure a.b < figure a.b part=target       what was promised for the year, as its target stands
    known patrol.findings · missing patrol.findings

What compares a figure that is missing is unknown, and so is its contrary: no sentence stands on a number that is not
there. `known` and `missing` ask for just that.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt, ne

from django.template.base import TemplateSyntaxError

PARTS = ("value", "count", "of", "target")
OPERATORS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": ge, "<=": le, "!=": ne, "==": eq, ">": gt, "<": lt,
}  # fmt: skip
_TOKEN = re.compile(r"\s*(>=|<=|!=|==|>|<|\(|\)|[^\s<>=!()]+=[^\s()]+|[^\s<>=!()]+)")
_UNITS = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "%": Decimal(1)}


@dataclass(frozen=True)
class Asked:
    """A figure as a text asks for it. year: 0 for the report's own, -1 for the one before. change: "" or "yoy"."""

    key: str
    part: str = "value"
    year: int = 0
    change: str = ""


@dataclass(frozen=True)
class Compare:
    """A figure against a number or another figure."""

    left: Asked
    sign: str
    right: Asked | Decimal


@dataclass(frozen=True)
class There:
    """Whether the ledger can answer a figure (or, `missing`, cannot)."""

    asked: Asked
    missing: bool


@dataclass(frozen=True)
class Join:
    """Several conditions of which all (and) or one (or) must hold; `not` of one."""

    how: str
    parts: tuple["Condition", ...]


Condition = Compare | There | Join


def asked(key: str, options: Mapping[str, str]) -> Asked:
    """A figure with its options read; TemplateSyntaxError in the words of who wrote them."""
    if not re.fullmatch(r"[a-z_0-9]+\.[a-z_0-9]+", key):
        raise TemplateSyntaxError(f"{key} is no key of an indicator, such as appeals.handled")
    part, year, change = options.get("part", "value"), options.get("year", "0"), options.get("change", "")
    if part not in PARTS:
        raise TemplateSyntaxError(f"part={part}: a figure has part={'|'.join(PARTS)}")
    if year not in ("0", "-1"):
        raise TemplateSyntaxError(f"year={year}: a figure is of this year, or of the one before (year=-1)")
    if change not in ("", "yoy"):
        raise TemplateSyntaxError(f"change={change}: a figure is compared with the year before (change=yoy)")
    if part == "target" and (change or year != "0"):
        raise TemplateSyntaxError("part=target is this year's: neither change= nor year= goes with it")
    if change and year != "0":
        raise TemplateSyntaxError("change= and year= do not go together")
    return Asked(key, part, int(year), change)


def parse(said: str) -> Condition:
    """A condition from its text, or TemplateSyntaxError."""
    tokens, at = [], 0
    while at < len(said.rstrip()):
        found = _TOKEN.match(said, at)
        if found is None:
            raise TemplateSyntaxError(f"a condition cannot hold {said[at:].strip()[:20]!r}")
        tokens.append(found[1])
        at = found.end()
    reading = _Reading(tokens)
    condition = reading.any_of()
    if reading.tokens:
        raise TemplateSyntaxError(f"nothing should follow in a condition, but {reading.tokens[0]!r} does")
    return condition


class _Reading:
    """The tokens still to be read."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def _next(self, what: str) -> str:
        if not self.tokens:
            raise TemplateSyntaxError(f"the condition ends where {what} should stand")
        return self.tokens.pop(0)

    def _joined(self, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.tokens and self.tokens[0] == word:
            self.tokens.pop(0)
            parts.append(part())
        return parts[0] if len(parts) == 1 else Join(word, tuple(parts))

    def any_of(self) -> Condition:
        return self._joined("or", self._all_of)

    def _all_of(self) -> Condition:
        return self._joined("and", self._one)

    def _one(self) -> Condition:
        word = self._next("figure, known, missing or not")
        if word == "not":
            return Join("not", (self._one(),))
        if word == "(":
            inner = self.any_of()
            if self._next("a closing bracket") != ")":
                raise TemplateSyntaxError("a bracket is not closed in the condition")
            return inner
        if word in ("known", "missing"):
            return There(self._figure(), word == "missing")
        if word != "figure":
            raise TemplateSyntaxError(f"a condition begins with figure, known, missing or not; not {word}")
        left = self._figure()
        sign = self._next("a comparison")
        if sign not in OPERATORS:
            raise TemplateSyntaxError(f"a figure is compared by {' '.join(OPERATORS)}; not by {sign}")
        right = self._next("a number or a figure")
        return Compare(left, sign, self._figure() if right == "figure" else _number(right))

    def _figure(self) -> Asked:
        key, options = self._next("the key of an indicator"), {}
        while self.tokens and re.fullmatch(r"\w+=[^=].*", self.tokens[0]):
            name, _, value = self.tokens.pop(0).partition("=")
            if name not in ("part", "year", "change"):
                raise TemplateSyntaxError(f"in a condition a figure knows part=, year=, change=; not {name}=")
            options[name] = value
        return asked(key, options)


def _number(said: str) -> Decimal:
    unit = _UNITS.get(said[-1:])
    try:
        return Decimal((said[:-1] if unit else said).replace(",", "")) * (unit or 1)
    except InvalidOperation:
        raise TemplateSyntaxError(f"{said} is no number: write 1000, 95%, 1.5万 or 2亿") from None


def figures(condition: Condition | None) -> Iterator[Asked]:
    """Every figure that a condition asks for."""
    match condition:
        case Compare(left, _, right):
            yield left
            if isinstance(right, Asked):
                yield right
        case There(asked, _):
            yield asked
        case Join(_, parts):
            for part in parts:
                yield from figures(part)


def holds(condition: Condition, value: Callable[[Asked], Decimal | None]) -> bool | None:
    """Whether it holds, None where that is unknown; `value` answers a figure as it is compared, None if missing."""
    match condition:
        case There(asked, missing):
            return (value(asked) is None) == missing
        case Compare(left, sign, right):
            one = value(left)
            other = value(right) if isinstance(right, Asked) else right
            return None if one is None or other is None else OPERATORS[sign](one, other)
        case Join("not", (part,)):
            inner = holds(part, value)
            return None if inner is None else not inner
        case Join(how, parts):
            told = [holds(part, value) for part in parts]
            decided = how == "or"
            if decided in told:
                return decided
            return None if None in told else not decided
