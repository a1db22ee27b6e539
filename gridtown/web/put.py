"""Choices that a move of the same case has put: what an option says is read where it is chosen."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gridtown.kernel.forms import FieldSpec
from gridtown.web.fieldset import Option
from gridtown.web.visit import Visit


class Made(Protocol):
    """A step of the case, as its page knows it."""

    @property
    def verb(self) -> str:
        """The move."""

    @property
    def answers(self) -> Mapping[str, Any]:
        """What was answered."""


def options(
    visit: Visit, line: str, specs: Sequence[FieldSpec], steps: Sequence[Made]
) -> dict[str, list[Option]]:
    """For each field that chooses from a list (`Listed`): as many as were put last, each in its own words."""
    found: dict[str, list[Option]] = {}
    for spec in specs:
        texts = _texts(spec, steps)
        if texts:
            found[spec.name] = [
                Option(key, _label(visit.word(line, f"choice.{spec.name}.{key}"), texts.get(key)))
                for key in spec.choices
                if not key.isdecimal() or key in texts
            ]
    return found


def _label(word: str, text: str | None) -> str:
    return f"{word} · {text}" if text else word


def _texts(spec: FieldSpec, steps: Sequence[Made]) -> dict[str, str]:
    """The texts by the number under which each is chosen."""
    if spec.listed is None:
        return {}
    put = next((step.answers for step in reversed(steps) if step.verb == spec.listed.verb), {})
    return {str(n): str(text) for n, text in enumerate(put.get(spec.listed.field) or (), 1)}
