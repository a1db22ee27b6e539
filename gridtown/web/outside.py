"""What people without an account read and fill in: answers, timelines and forms of moves, said without names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from gridtown.cases.queries import LinkedStep, Offer, OpenStep
from gridtown.kernel.forms import FieldSpec
from gridtown.kernel.told import SUBJECT, Refused
from gridtown.web import fieldset, present, put, timelines
from gridtown.web.views.common import new_key
from gridtown.web.visit import Visit

_INSIDE = frozenset(
    {"ref", "refs", "post", "posts", "account", "accounts", "entry"}
)  # names of things in the house


@dataclass(frozen=True)
class Act:
    """A move that can be made now, with its form."""

    verb: str
    label: str
    open: bool
    key: str
    fields: list[fieldset.Field]
    mistake: str = ""

    @property
    def personal(self) -> bool:
        """Whether it asks for something personal, so that the page says how that is used."""
        return any(field.personal for field in self.fields)

    @property
    def secret(self) -> bool:
        """Whether nothing of it may be left in the browser."""
        return any(field.secret for field in self.fields)


def said(
    visit: Visit, line: str, answers: Mapping[str, Any], specs: Mapping[str, FieldSpec]
) -> list[present.Said]:
    """Answers in words; what names records, posts or entries is left out, but for records of a field that is shown."""
    return [
        present.answer(visit, line, name, value, specs.get(name))
        for name, value in answers.items()
        if value not in ("", None, []) and not (name in specs and _inside(specs[name]))
    ]


def _inside(spec: FieldSpec) -> bool:
    return spec.type in _INSIDE and not (spec.shown and spec.type in ("ref", "refs"))


def course(
    visit: Visit, line: str, steps: Iterable[LinkedStep | OpenStep], specs: Mapping[str, FieldSpec]
) -> list[timelines.Line]:
    """Steps as a timeline, the newest first."""
    lines = [
        timelines.Line(
            at=step.at,
            said=visit.word(line, f"verb.{step.verb}"),
            frm="",
            to=step.to,
            who=_who(visit, step) if isinstance(step, LinkedStep) else "",
            waited="",
            icon=timelines.icon_of(step.verb),
            light="late" if step.verb == "expire" else "",
            answers=said(visit, line, step.answers, specs),
        )
        for step in steps
    ]
    return lines[::-1]


def _who(visit: Visit, step: LinkedStep) -> str:
    if step.mine:
        return visit.word("", f"role.{SUBJECT}")
    post = visit.people.post(step.post)
    return visit.post_name(post) if post else ""


def acts(
    request: HttpRequest, visit: Visit, line: str, offers: Sequence[Offer], *, tried: str = "",
    error: Refused | None = None, mistake: str = "", steps: Sequence[put.Made] = (),
) -> list[Act]:  # fmt: skip
    """The forms of what can be done now; the one that was refused is open, as it was filled in."""
    found = []
    for offer in offers:
        again = offer.verb == tried
        found.append(
            Act(
                offer.verb,
                visit.word(line, f"verb.{offer.verb}"),
                again or not found,
                new_key(),
                fieldset.fields(
                    visit,
                    line,
                    offer.fields,
                    values=fieldset.said(request, offer.fields) if again else None,
                    mistakes=error.fields if error and again else None,
                    entries=put.options(visit, line, offer.fields, steps),
                ),
                mistake if again else "",
            )
        )
    return found
