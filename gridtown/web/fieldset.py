"""The one form renderer: a declared form's fields as a page shows them, and a page's answers as the form reads them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.request import QueryDict

from gridtown.cases import files, queries
from gridtown.kernel.forms import UPLOADS, FieldSpec, asked_of
from gridtown.kernel.line import Kind
from gridtown.kernel.told import RESERVED, Refused
from gridtown.people.picture import PostInfo
from gridtown.web.visit import Visit

_INPUT = {"int": "number", "number": "number", "date": "date", "datetime": "datetime-local"}
STAFF_ONLY = frozenset({"title", "urgency", "level", "nature"})
ANY_LINE = "*"  # a field that names a case of whatever line
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBERS = re.compile(r"[\s,;，；、]+")  # between numbers, however somebody strings them together
_LISTED, _SOUGHT = 200, 20  # records offered at once; from how many on they can be sought by name
_AUTOCOMPLETE = {"name": "name", "phone": "tel", "address": "street-address"}


@dataclass(frozen=True)
class Option:
    """One choice."""

    key: str
    label: str


@dataclass(frozen=True)
class Field:
    """One field ready to be drawn."""

    name: str
    type: str
    label: str
    required: bool
    value: Any
    options: Sequence[Option]
    mistake: str
    input: str
    inputmode: str
    autocomplete: str
    max_length: int | None
    unit: str
    unit_label: str
    hint: str
    personal: str
    stage: str
    kept: str = ""  # the mask of a personal answer that stays as it is when nothing is typed
    must: bool = False  # whether the form cannot do without it
    photos: Sequence[str] = ()  # digests of those that are there already
    # digests of what came with a sending that was refused: nobody has to choose it again
    had: Sequence[str] = ()
    find: str = ""  # where cases are found while one types; or records, if there are too many to look through
    secret: bool = False  # not left lying in the browser as a draft
    heading: str = ""  # what begins with this field


def asked_outside(kind: Kind) -> list[FieldSpec]:
    """The intake's fields that people without an account are asked; the others are for staff to judge.

    What the case is about is known from the link of the record.
    """
    return [spec for spec in asked_of(kind.intake) if spec.name not in (STAFF_ONLY | {kind.about})]


def fields(
    visit: Visit,
    line: str,
    specs: Sequence[FieldSpec],
    *,
    values: Mapping[str, Any] | None = None,
    mistakes: Mapping[str, str] | None = None,
    place: str = "",
    entries: Mapping[str, Sequence[Option]] | None = None,
    kept: Mapping[str, str] | None = None,
) -> list[Field]:
    """Every field of a form; `values` prefill it, `mistakes` are keys of words by field.

    entries: the options of fields that name an entry of the case, which only its page knows. kept: the masks of
    personal answers that are there already, which nobody has to give again.
    """
    values, mistakes, entries, kept = values or {}, mistakes or {}, entries or {}, kept or {}
    drawn = []
    group = ""
    for spec in specs:
        found = entries.get(spec.name)
        choice = options(visit, line, spec, place) if found is None else list(found)
        value, mistake = values.get(spec.name), mistakes.get(spec.name, "")
        field = _field(visit, line, spec, value, mistake, choice, kept.get(spec.name, ""))
        heading = visit.word(line, f"group.{spec.group}") if spec.group != group else ""
        drawn.append(replace(field, find=_find(visit, line, spec, place, len(choice)), heading=heading))
        group = spec.group
    return drawn


def _find(visit: Visit, line: str, spec: FieldSpec, place: str, offered: int) -> str:
    """Where staff find what a field names while they type: a case, or a record of many; "" for other fields."""
    if spec.type in ("case", "cases") and visit.hats:
        return f"/cases/named?{urlencode({'line': line, 'of': spec.case_of, 'field': spec.name})}"
    if spec.type in ("ref", "refs") and offered >= _SOUGHT:
        return (
            f"/registers/{line}/{spec.register}/named?{urlencode({'field': spec.name, 'place': place[:12]})}"
        )
    return ""


def _field(
    visit: Visit, line: str, spec: FieldSpec, value: Any, mistake: str, choice: list[Option], kept: str = ""
) -> Field:
    shown = value if value is not None else (spec.default if spec.default not in (None, ()) else "")
    picked = many_of_few(spec)
    had: list[str] = []
    if isinstance(shown, Had):
        had, shown = list(shown), list(shown.beside) if spec.type == "photos" else "".join(shown.beside)
    photos = list(shown) if spec.type == "photos" and isinstance(shown, list | tuple) else []
    if picked:
        shown = [str(v) for v in shown] if isinstance(shown, list | tuple) else shown
    if spec.type in ("ref", "refs"):
        shown = shown if isinstance(shown, list) else str(shown)
        choice = with_chosen(visit, choice, shown if isinstance(shown, list) else [shown])
    elif spec.type in ("list", "cases") and not picked and isinstance(shown, list | tuple):
        shown = "\n".join(str(v) for v in shown)
    if isinstance(shown, float) and shown.is_integer():
        shown = int(shown)
    if isinstance(shown, bool):
        shown = "true" if shown else ""
    unit = unit_of(visit, line, spec)
    hint = visit.word(line, f"hint.{spec.name}")
    if hint == f"hint.{spec.name}":
        hint = visit.say("form.one_per_line") if spec.type in ("list", "cases") and not picked else ""
    yes_no = spec.type == "bool" and spec.required  # a needed yes or no is asked; an empty box would say no
    return Field(
        name=spec.name,
        type="choice" if yes_no else ("list" if choice else "none") if picked else spec.type,
        label=visit.word(line, f"field.{spec.name}"),
        required=spec.required and not kept and not had,
        value=shown,
        options=[Option("true", visit.say("yes")), Option("false", visit.say("no"))] if yes_no else choice,
        mistake=visit.word(line, mistake) if mistake else "",
        input="tel" if spec.personal == "phone" else _INPUT.get(spec.type, "text"),
        inputmode="numeric" if spec.type == "int" else "decimal" if spec.type == "number" else "",
        autocomplete=_AUTOCOMPLETE.get(spec.personal, "off"),
        max_length=spec.max_length,
        unit=spec.unit or ("#" if spec.type in ("int", "number") else ""),
        unit_label=unit,
        hint=hint,
        personal=spec.personal,
        stage=spec.stage,
        kept=kept,
        must=spec.required,
        photos=[shown] if spec.type == "photo" and shown else photos,
        had=had,
        secret=spec.token or spec.ballot,
    )


def many_of_few(spec: FieldSpec) -> bool:
    """Whether several are picked out of those that there are: choices, rows of a dictionary, records, posts."""
    return spec.type in ("refs", "posts") or (spec.type == "list" and bool(spec.choices or spec.table))


def with_chosen(visit: Visit, offered: list[Option], chosen: Sequence[str]) -> list[Option]:
    """The options with those that are chosen already and lie beyond what is offered."""
    beyond = {int(one) for one in chosen if one.isdecimal()} - {int(option.key) for option in offered}
    return [Option(str(i), found.name) for i, found in visit.records(beyond).items()] + offered


def unit_of(visit: Visit, line: str, spec: FieldSpec, n: Any = None) -> str:
    """The unit that a number is given in, in words; the line's own word first. n: the number, where it is known."""
    key = f"unit.{spec.unit}"
    own = visit.word(line, key, n=n) if spec.unit else ""
    return own if own != key else visit.say(key, n=n).removeprefix("unit.")


def options(visit: Visit, line: str, spec: FieldSpec, place: str = "") -> list[Option]:
    """What may be chosen: fixed values, a town's dictionary, posts that can act, or records of a register."""
    if spec.choices:
        return [Option(key, visit.word(line, f"choice.{spec.name}.{key}")) for key in spec.choices]
    if spec.table:
        rows = visit.town.tables.get(line, {}).get(spec.table, {})
        return [Option(key, row.get(visit.lang) or row.get("zh") or key) for key, row in rows.items()]
    if spec.bars:  # the accused may be anybody's post, not only one that could handle the matter
        ranked = sorted(visit.people.open, key=lambda post: post.rank)
        return [Option(post.key, visit.post_name(post)) for post in ranked]
    if spec.type in ("post", "posts"):
        fit = posts_for(visit, line, place, holds=spec.name == "to")
        return [Option(post.key, visit.post_name(post)) for post in fit]
    if spec.type == "account":
        return _persons(visit, line)
    if spec.type in ("ref", "refs"):
        return named(visit, line, spec.register, place=place)
    return []


def _persons(visit: Visit, line: str) -> list[Option]:
    """Who holds a post in a line, by name; those whose posts are for this line alone come first."""
    held: dict[int, PostInfo] = {}
    for post in sorted(visit.people.open, key=lambda p: (not p.lines, p.rank)):
        if not post.lines or line in post.lines:
            for holder in post.holders:
                held.setdefault(holder, post)
    persons = visit.people.accounts
    return [
        Option(one.username, f"{one.display or one.username} · {visit.post_name(post)}")
        for holder, post in held.items()
        if (one := persons.get(holder))
    ]


def named(visit: Visit, line: str, register: str, *, place: str = "", text: str = "") -> list[Option]:
    """Records of a register on the visitor's ground, by part of a name where said; those at a place come first.

    The others follow, for officers and lists of the town serve every village.
    """
    found: dict[int, str] = {}
    for where in dict.fromkeys((place[:12], "")):
        if len(found) < _LISTED:
            more = queries.records(
                line=line, register=register, scope=visit.scope, place=where, text=text, size=_LISTED
            )
            found |= {record.id: record.name for record in more}
    return [Option(str(key), name) for key, name in found.items()][:_LISTED]


def posts_for(visit: Visit, line: str, place: str, *, holds: bool = True) -> list[PostInfo]:
    """Posts that a matter of this line at this place can be given to, the nearest first.

    holds: off where a post is only named, as that which answers for a record: the line's own staff is offered, too.
    """
    here = visit.town.lines[line]
    acting = set().union(*(kind.procedure.holders for kind in here.kinds)) - RESERVED
    if not holds:
        acting |= {role for staff in here.staff for role in staff.roles}
    fitting = [
        post
        for post in visit.people.open
        if post.roles & acting
        and (not post.lines or line in post.lines)
        and any(place.startswith(cover) or (len(place) <= 9) for cover in post.covers)
    ]
    return sorted(fitting, key=lambda post: (-max(len(c) for c in post.covers), post.rank))


def given(request: HttpRequest) -> QueryDict:
    """What the page's form was filled in with: posted, or in the address of a question that writes nothing."""
    return request.POST if request.method == "POST" else request.GET


def answers(request: HttpRequest, visit: Visit, specs: Sequence[FieldSpec]) -> dict[str, Any]:
    """A page's answers as the form reads them: empty ones left out, photos stored, times given the town's zone."""
    raw: dict[str, Any] = {}
    for spec in specs:
        value = _answer(request, visit, spec, given(request))
        if value is not None:
            raw[spec.name] = value
    return raw


def _answer(request: HttpRequest, visit: Visit, spec: FieldSpec, post: QueryDict) -> Any:
    if spec.type in UPLOADS:
        stored = _uploaded(request, visit, spec, post)
        if spec.type in ("photo", "file"):
            return stored[-1] if stored else None
        return stored or None
    if spec.type == "bool":
        given = post.get(spec.name)
        return given == "true" if given is not None or not spec.required else None
    if spec.type in ("list", "refs", "posts", "cases"):
        typed = post.get(spec.name, "")
        said = (
            post.getlist(spec.name)
            if many_of_few(spec)
            else _NUMBERS.split(typed)
            if spec.type == "cases"
            else typed.splitlines()
        )
        return [part.strip() for part in said if part.strip()] or None
    text = post.get(spec.name, "").strip()
    if not text:
        return None
    if spec.type == "datetime":
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        return (at if at.tzinfo else at.replace(tzinfo=visit.town.zone)).isoformat()
    return text


def _had(post: QueryDict, spec: FieldSpec) -> list[str]:
    return [sha for sha in post.getlist(f"_had.{spec.name}") if _DIGEST.fullmatch(sha)]


class Had(tuple[str, ...]):
    """Digests of files that came with a sending that was refused; its form carries them, to be sent with the next.

    beside: those that were there before.
    """

    beside: Sequence[str] = ()


def _uploaded(request: HttpRequest, visit: Visit, spec: FieldSpec, post: QueryDict) -> list[str]:
    """The digests of what was chosen now, after those that an earlier sending of the form had brought."""
    put = files.put_signature if spec.stage == "signature" else files.put_photo
    put = files.put_document if spec.type in ("file", "files") else put
    stored = _had(post, spec)
    brought: dict[str, list[str]] = request.__dict__.setdefault("brought", {})
    brought[spec.name] = stored  # one that is no picture is refused, those before it are not lost
    for file in request.FILES.getlist(spec.name):
        if file.size:
            stored.append(put(file, file.name or "photo", now=visit.now))
    return stored


def said(request: HttpRequest, specs: Sequence[FieldSpec]) -> dict[str, Any]:
    """What was typed, as it was typed, to be shown again beside a mistake."""
    kept: dict[str, Any] = {}
    for spec in specs:
        asked = given(request)
        if spec.type in UPLOADS:
            brought = request.__dict__.get("brought", {})
            kept[spec.name] = Had(brought.get(spec.name, _had(asked, spec)))
            continue
        kept[spec.name] = asked.getlist(spec.name) if many_of_few(spec) else asked.get(spec.name, "")
    return kept


def refused(error: Refused) -> dict[str, str]:
    """Mistakes by field as word keys, whether or not the kernel has prefixed them."""
    return dict(error.fields)
