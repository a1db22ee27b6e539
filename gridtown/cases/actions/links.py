"""The signed link of a record: what it says, whether somebody knows it, and the hat that it gives (ADR 0013)."""

from collections.abc import Iterable

from gridtown import town as towns
from gridtown.cases import sealing, store
from gridtown.cases.actions.writing import NotFound
from gridtown.kernel.line import Register
from gridtown.kernel.told import CONFIDENTIAL, SUBJECT, Actor, Refused

_MOST = 2**63 - 1  # an id beyond it is no number to the database
RENEWED = "link_renewed"  # the entry of a record that makes its link another one


def generations(records: Iterable[int]) -> dict[int, int]:
    """How often each record's link was renewed; those that never were are left out. One query."""
    asked = sorted(set(records))
    marks = ", ".join(["%s"] * len(asked))
    found = store.fetch(
        f"SELECT record_id, count(*) FROM cases_entry WHERE record_id IN ({marks}) AND verb = %s GROUP BY record_id",
        [*asked, RENEWED],
    ) if asked else []  # fmt: skip
    return {int(record): int(n) for record, n in found}


def may_keep(hats: Iterable[Actor], line: str, register: Register, place: str) -> bool:
    """Whether one of these hats keeps the register at that place, and so may know its links."""
    return any(hat.roles & set(register.kept_by) and hat.covers(line, place) for hat in hats)


def secrets_of(records: Iterable[int]) -> dict[int, str]:
    """The secret of each record's present link; for those who keep the register."""
    asked = sorted(set(records))
    renewed = generations(asked)
    return {record: sealing.link_secret(record, renewed.get(record, 0)) for record in asked}


def path_of(record: int, secret: str) -> str:
    """The address of a record's page, short enough for a code that is printed small."""
    return f"/r/{record}?s={secret}"


def subject(record: int) -> Actor:
    """The hat of whom a record belongs to; the caller has checked its signed link."""
    return Actor(
        person=f"{SUBJECT}:{record}", post="", roles=frozenset({SUBJECT}), place="",
        clearance=CONFIDENTIAL["personal"], record=record,
    )  # fmt: skip


def linked(record: int, secret: str) -> Actor:
    """The hat of whom a record belongs to, for whoever has its present link; two queries.

    NotFound for everybody else, whether or not there is such a record. Refused as link_out_of_use where it is no
    longer on its register.
    """
    if record > _MOST:
        raise NotFound
    known = sealing.is_link_secret(record, generations([record]).get(record, 0), secret)
    found = store.fetch("SELECT line, register, name, retired FROM cases_record WHERE id = %s", [record])
    if not known or not found:
        raise NotFound
    line, register, name, retired = found[0]
    lines = towns.current().lines
    if line not in lines or not any(r.key == register and r.linked for r in lines[line].registers):
        raise NotFound
    if retired:
        raise Refused("link_out_of_use", name=str(name))
    return subject(record)
