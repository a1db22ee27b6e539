"""The cases behind a figure, and open reports like the one about to be sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import cos, radians

from gridtown.cases import cells, store
from gridtown.cases.queries.listing import COLUMNS as BRIEF_COLUMNS
from gridtown.cases.queries.listing import Brief, brief_of
from gridtown.people.scope import Scope

_DEGREE = 111_320  # metres of a degree of latitude


def behind(*, scope: Scope, ids: Sequence[int], now: datetime) -> tuple[Brief, ...]:
    """The cases of these ids that the reader may see, in the ids' order."""
    if not ids:
        return ()
    said, params = scope.sql("c")
    marks = ", ".join(["%s"] * len(ids))
    found = store.fetch(
        f"SELECT {BRIEF_COLUMNS} FROM cases_case c WHERE c.id IN ({marks}) AND {said}", [*ids, *params]
    )
    by_id = {int(values[0]): brief_of(values, now) for values in found}
    return tuple(by_id[i] for i in ids if i in by_id)


def similar(
    *, line: str, lon: float, lat: float, now: datetime, metres: float = 150, days: int = 60, most: int = 20
) -> tuple[Brief, ...]:
    """Open reports of a line near a point that residents may know of, the newest first; one query."""
    high = metres / _DEGREE
    wide = high / max(0.1, cos(radians(lat)))
    box = (lon - wide, lat - high, lon + wide, lat + high)
    parts, values = [], []
    for low, top in cells.ranges(*box, most=4):
        parts.append(
            f"SELECT {BRIEF_COLUMNS} FROM cases_case c WHERE c.ended = false AND c.cell >= %s AND c.cell < %s "
            "AND c.line = %s AND c.confidential <= 1 AND c.opened >= %s "
            "AND c.lon BETWEEN %s AND %s AND c.lat BETWEEN %s AND %s"
        )
        values += [
            low,
            top,
            line,
            store.moment_in(now - timedelta(days=days)),
            box[0],
            box[2],
            box[1],
            box[3],
        ]
    sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS near ORDER BY 1 DESC LIMIT %s"
    found = store.fetch(sql, [*values, most])
    return tuple(brief_of(row, now) for row in found)
