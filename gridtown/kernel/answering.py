"""Answers checked against their form and taken apart: plain ones, personal ones, ballots, and what they set of a case.

Personal answers are kept apart from the first moment; here is also how they are shown: masked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import ValidationError

from gridtown.kernel import tokens
from gridtown.kernel.forms import UPLOADS, FieldSpec, Form, Tables, computed_of, draws_of, fields_of
from gridtown.kernel.told import Refused


@dataclass(frozen=True, slots=True)
class Answers:
    """A form's answers taken apart: plain ones, personal ones, ballots, and the columns they set."""

    plain: dict[str, Any]
    personal: dict[str, Any]
    sets: dict[str, str]
    photos: tuple[str, ...] = ()  # digests of everything that was uploaded, pictures and documents
    ballots: dict[str, Any] = field(default_factory=dict)


@cache
def _special(form: type[Form]) -> tuple[FieldSpec, ...]:
    return tuple(
        f
        for f in fields_of(form)
        if f.personal or f.sets or f.table or f.ballot or f.token or f.type in UPLOADS
    )


_MISTAKES = frozenset(
    {"missing", "extra_forbidden", "string_too_long", "string_too_short", "literal_error", "value_error"}
)


def mistake(kind: str) -> str:
    """The key of the sentence for a mistake as pydantic names it; no English reaches an officer by accident."""
    return f"mistake.{kind}" if kind in _MISTAKES else f"mistake.{kind.split('_')[0]}"


def _mistakes(error: ValidationError) -> dict[str, str]:
    """Field → key of a sentence in words.toml."""
    return {
        str(item["loc"][0]) if item["loc"] else "__all__": mistake(item["type"])
        for item in error.errors(include_url=False, include_context=False)
    }


# what no eye sees and no database of ours should keep; PostgreSQL refuses the first of them
_UNSEEN = dict.fromkeys([n for n in range(32) if chr(n) not in "\t\n\r"] + [127])


def _seen(value: Any) -> Any:
    """A text, or texts in a list, without control characters; anything else as it is."""
    if isinstance(value, str):
        return value if value.isprintable() else value.translate(_UNSEEN)
    if isinstance(value, (list, tuple)):
        return [_seen(item) for item in value]
    return value


def read(
    form: type[Form], raw: Mapping[str, Any], *, tables: Tables, computed: Mapping[str, Any] | None = None
) -> Answers:
    """Check raw answers against a form and take them apart, or refuse naming each field's mistake.

    computed: what `derive` answers; the same fields in `raw` are refused, and so are those that are drawn.
    """
    if unasked := (computed_of(form) | {spec.name for spec in draws_of(form)}) & set(raw):
        raise Refused("form_invalid", fields=dict.fromkeys(unasked, "mistake.extra_forbidden"))
    try:
        model = form.model_validate(
            {name: _seen(value) for name, value in raw.items()} | dict(computed or {})
        )
    except ValidationError as error:
        raise Refused("form_invalid", fields=_mistakes(error)) from None
    # what was left blank is not an answer
    plain = {
        name: value
        for name, value in model.model_dump(mode="json", exclude_none=True).items()
        if value not in ("", [])
    }
    personal: dict[str, Any] = {}
    sets: dict[str, str] = {}
    photos: list[str] = []
    ballots: dict[str, Any] = {}
    for spec in _special(form):
        value = plain.get(spec.name)
        if value is None:
            continue
        if spec.table and not set(value if isinstance(value, list) else [value]) <= set(
            tables.get(spec.table, {})
        ):
            raise Refused("form_invalid", fields={spec.name: "mistake.not_in_table"})
        if spec.sets:
            sets[spec.sets] = str(value)
        if spec.type in UPLOADS:
            photos.extend(value if isinstance(value, list) else [value])
        if spec.personal:
            personal[spec.name] = plain.pop(spec.name)
        if spec.ballot:
            ballots[spec.name] = plain.pop(spec.name)
        if spec.token:
            plain[spec.name] = tokens.kept_back(value if isinstance(value, list) else [value])
    return Answers(plain, personal, sets, tuple(photos), ballots)


def _edges(head: int, tail: int) -> "Any":
    def cut(text: str) -> str:
        return text[:head] + "*" * max(1, len(text) - head - tail) + (text[-tail:] if tail else "")

    return cut


_MASKS: Mapping[str, Any] = {
    "phone": _edges(3, 4), "id": _edges(6, 4), "name": _edges(1, 0), "address": _edges(6, 0), "text": _edges(0, 0),
}  # fmt: skip


def masked(value: str, mask: str) -> str:
    """How a personal answer is shown by default (customary masks; domain rule 0.4)."""
    return str(_MASKS[mask](value))


def is_mask(value: str, mask: str) -> bool:
    """Whether a text is what a mask leaves, not an answer; only free text may hold a star among other signs."""
    return bool(value) and (set(value) == {"*"} if mask == "text" else "*" in value)
