"""What is asked of a row that is not there yet: `_` records what is written and says it again over an Ibis table.

So a line can be loaded without Ibis, whose import takes longer than most commands.
"""

from collections.abc import Callable
from operator import add, and_, eq, floordiv, ge, gt, invert, le, lt, mod, mul, ne, neg, or_, sub, truediv
from typing import Any


class Asked:
    """Something asked of a row that is not there yet: a column, or what is made of columns."""

    def __init__(
        self, resolve: Callable[[Any], Any], said: str, all_of: "tuple[Asked, ...] | None" = None
    ) -> None:
        self.resolve = resolve
        self._said = said
        self._all_of = all_of or (self,)

    def __repr__(self) -> str:
        return self._said

    def __getattr__(self, name: str) -> "Asked":
        if name.startswith("__"):
            raise AttributeError(name)
        return Asked(lambda row: getattr(self.resolve(row), name), f"{self._said}.{name}")

    def __getitem__(self, name: str) -> "Asked":
        return self.__getattr__(name)

    def __call__(self, *args: Any, **named: Any) -> "Asked":
        """A method of what is asked, such as `notnull()` or `isin([…])`."""
        told = ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in named.items())])

        def called(row: Any) -> Any:
            given = {name: over(row, value) for name, value in named.items()}
            return self.resolve(row)(*(over(row, arg) for arg in args), **given)

        return Asked(called, f"{self._said}({told})")

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self._said} is not known yet: write & | ~, not and, or, not, with brackets round each comparison, "
            "and no chain of comparisons"
        )


def conjuncts(asked: Asked) -> tuple[Asked, ...]:
    """The conditions that are all to hold where this one is to: those that were joined by `&`, else itself."""
    return asked._all_of  # noqa: SLF001


def over(row: Any, expression: Any) -> Any:
    """An expression said over a row; plain values stay what they are."""
    if isinstance(expression, Asked) or hasattr(type(expression), "resolve"):
        return expression.resolve(row)
    return expression


def _taught(sign: str, operator: Callable[..., Any], *, turned: bool = False) -> Callable[..., Asked]:
    """An operator of Asked that is carried out later."""

    def later(self: Asked, other: Any = None) -> Asked:
        if operator in (invert, neg):
            return Asked(lambda row: operator(self.resolve(row)), f"{sign}{self!r}")
        left, right = (other, self) if turned else (self, other)
        both = operator is and_ and isinstance(left, Asked) and isinstance(right, Asked)
        return Asked(
            lambda row: operator(over(row, left), over(row, right)),
            f"({left!r} {sign} {right!r})",
            (*conjuncts(left), *conjuncts(right)) if both else None,
        )

    return later


for _name, _sign, _operator in (
    ("and", "&", and_), ("or", "|", or_), ("eq", "==", eq), ("ne", "!=", ne), ("lt", "<", lt),
    ("le", "<=", le), ("gt", ">", gt), ("ge", ">=", ge), ("add", "+", add), ("sub", "-", sub),
    ("mul", "*", mul), ("mod", "%", mod), ("truediv", "/", truediv), ("floordiv", "//", floordiv),
    ("invert", "~", invert), ("neg", "-", neg),
):  # fmt: skip
    setattr(Asked, f"__{_name}__", _taught(_sign, _operator))
    if _operator in (add, sub, mul, truediv, and_, or_):
        setattr(Asked, f"__r{_name}__", _taught(_sign, _operator, turned=True))

# Any, as Ibis is to the type checker: what a column can be asked is Ibis' to say.
_: Any = Asked(lambda row: row, "_")
