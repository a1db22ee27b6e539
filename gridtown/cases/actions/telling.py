"""What is still to be told outside the house, and noting that it was; notices are no entries, so no past changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from gridtown.cases import store


class Outgoing(msgspec.Struct, frozen=True):
    """A notice to a post with what a message may say of its case: no answers, no title, no names."""

    id: int
    post: int
    about: str
    number: str
    line: str
    kind: str
    category: str
    place: str
    state: str
    due: datetime | None
    confidential: int


def outgoing(*, after: int, most: int = 2000) -> tuple[Outgoing, ...]:
    """Unseen notices to posts after a cursor, oldest first; ids become visible in their order, so none is skipped."""
    found = store.fetch(
        "SELECT n.id, n.post_id, n.about, c.number, c.line, c.kind, c.category, c.place, c.state, c.due, "
        "c.confidential FROM cases_notice n JOIN cases_case c ON c.id = n.case_id "
        "WHERE n.id > %s AND n.sent_at IS NULL AND n.seen_at IS NULL AND n.post_id IS NOT NULL "
        # a group reads along, and nobody here knows who is in it
        "AND NOT EXISTS (SELECT 1 FROM cases_bar b WHERE b.case_id = c.id) "
        "ORDER BY n.id LIMIT %s",
        [after, most],
    )
    made: list[list[Any]] = [[*values[:9], store.moment_out(values[9]), values[10]] for values in found]
    return tuple(Outgoing(*said) for said in made)


def newest_notice() -> int:
    """The id of the newest notice."""
    return int(store.fetch("SELECT coalesce(max(id), 0) FROM cases_notice", [])[0][0])


def tried(*, notices: Sequence[int], now: datetime | None) -> None:
    """Note one more try at sending these; `now` when it went out, None when it did not."""
    if not notices:
        return
    marks = ", ".join(["%s"] * len(notices))
    store.execute(
        f"UPDATE cases_notice SET tries = tries + 1, sent_at = coalesce(sent_at, %s) WHERE id IN ({marks})",
        [store.moment_in(now), *notices],
    )
