"""An indicator's expressions as trees, for whoever puts them into words.

    tree(_.closed_times > 0) -> Node("gt", (Node("column", ("closed_times",)), 0))

An expression is only ever said over a row; here the row answers with names, and what is done to them is kept.
"""

from dataclasses import dataclass
from typing import Any

from gridtown.kernel.indicator import said

_OPERATORS = (
    "and", "or", "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "mod", "truediv", "floordiv",
)  # fmt: skip
_TURNED = ("and", "or", "add", "sub", "mul", "truediv")


@dataclass(frozen=True, eq=False)
class Node:
    """Something done (`op`: an operator's name, a method's, "column" or "moment") to nodes and plain values."""

    op: str
    args: tuple[Any, ...]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **named: Node(name, (self, *args, *named.values()))

    def __invert__(self) -> "Node":
        return Node("invert", (self,))

    def __neg__(self) -> "Node":
        return Node("neg", (self,))

    def parts(self, op: str) -> tuple["Node", ...]:
        """What a chain of one operator joins: a & b & c gives all three."""
        if self.op != op:
            return (self,)
        left, right = self.args
        return (*left.parts(op), *right.parts(op))


def _operator(name: str, *, turned: bool = False) -> Any:
    return lambda self, other: Node(name, (other, self) if turned else (self, other))


for _name in _OPERATORS:
    setattr(Node, f"__{_name}__", _operator(_name))
for _name in _TURNED:
    setattr(Node, f"__r{_name}__", _operator(_name, turned=True))


class _Names:
    """A row that answers with the names it is asked for; the period's two moments are no columns."""

    def __getattr__(self, name: str) -> Node:
        if name.startswith("__"):
            raise AttributeError(name)
        return Node("moment" if name in ("since", "until", "ends") else "column", (name,))

    __getitem__ = __getattr__


def tree(expression: Any) -> Any:
    """The expression's tree; a plain value stays what it is."""
    return said(expression, _Names())
