"""Whom a case is kept from: the posts that its answers name as accused or conflicted (`forms.Bars`), and their holders.

Every entry that changes them carries the whole set (`sets.bars`), so that the table can be told from the entries; what
comes of a case (its parts, what it is merged with) is kept from the same posts.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gridtown.cases import store
from gridtown.cases.store import Row
from gridtown.kernel import forms
from gridtown.kernel.forms import Form
from gridtown.kernel.line import Kind
from gridtown.kernel.told import BARS_FROM, Actor, Refused
from gridtown.people import snapshot as people

NOBODY: frozenset[int] = frozenset()


def of(row: Row) -> frozenset[int]:
    """The posts that a case is kept from; no query where it cannot be from any."""
    if not row.id or row.confidential < BARS_FROM:
        return NOBODY
    return frozenset(
        int(post) for (post,) in store.fetch("SELECT post_id FROM cases_bar WHERE case_id = %s", [row.id])
    )


def of_alike(row: Row) -> frozenset[int]:
    """The posts that cases alike (`Kind.same_by`: the same person with the same matter) are kept from.

    Whoever is kept from the first would else learn from the second that there is one.
    """
    if not row.alike or row.confidential < BARS_FROM:
        return NOBODY
    found = store.fetch(
        "SELECT DISTINCT b.post_id FROM cases_bar b JOIN cases_case c ON c.id = b.case_id "
        "WHERE c.alike = %s AND NOT (c.alike = '') AND c.line = %s AND c.kind = %s",
        [row.alike, row.line, row.kind],
    )
    return frozenset(int(post) for (post,) in found)


def keeps_out(bars: frozenset[int], hats: Iterable[Actor]) -> bool:
    """Whether a person with these hats is kept out: by any post held now or once."""
    known = people.current()
    posts = (known.post(hat.post) for hat in hats)
    return any(hat.held & bars for hat in hats) or any(post is not None and post.id in bars for post in posts)


def corrected(
    kind: Kind, case: int, bars: frozenset[int], stood: Mapping[str, Any], said: Mapping[str, Any]
) -> frozenset[int]:
    """The posts kept out once the intake is put right: a wrong name is let in again, unless a move has named it too."""
    if not forms.bars_of(kind.intake):
        return bars
    before, after = named(kind.intake, stood), named(kind.intake, said)
    if not before - after:
        return bars | after
    moves = {move.verb: move.form for move in kind.procedure.moves}
    told = (entry for entry in store.entries_of(case) if entry.verb in moves)
    moved = frozenset().union(*(named(moves[e.verb], msgspec.json.decode(e.answers)) for e in told))
    return bars - (before - after - moved) | after


def named(form: type[Form], answers: Mapping[str, Any]) -> frozenset[int]:
    """The posts that answers to a form keep out; Refused for one that is not there."""
    found = set()
    for name in forms.bars_of(form):
        value = answers.get(name) or ()
        for key in value if isinstance(value, (list, tuple)) else (value,):
            post = people.current().post(str(key))
            if post is None:
                raise Refused("form_invalid", fields={name: "refusal.no_such_post"})
            found.add(post.id)
    return frozenset(found)
