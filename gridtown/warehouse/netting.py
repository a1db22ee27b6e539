"""What is counted more than once as one: sums by key, with what has gone taken away from what has come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

WHOLE = -1  # in the place of a village: all of the table


def with_whole(rows: Any) -> Any:
    """Rows by village, and the same of all the table."""
    every = rows.copy()
    every["village"] = WHOLE
    return np.concatenate([rows, every])


def netted(rows: Any, keys: Sequence[str], sums: Sequence[str]) -> Any:
    """Rows of one key as one, in the order of the keys, without those that came to nought."""
    if not len(rows):
        return rows
    rows = rows[np.lexsort([rows[key] for key in reversed(keys)])]
    first = np.flatnonzero(differ(rows, keys))
    found = rows[first]
    for name in sums:
        found[name] = np.add.reduceat(rows[name], first)
    return found[np.logical_or.reduce([found[name] != 0 for name in sums])]


def differ(rows: Any, keys: Sequence[str]) -> Any:
    """Which rows differ from the one before."""
    other = np.ones(len(rows), bool)
    other[1:] = np.logical_or.reduce([rows[key][1:] != rows[key][:-1] for key in keys])
    return other


def settle(rows: Any, now: datetime, zone: str) -> None:
    """Let each `end` that is over by now be its day's beginning: to the second it was needed while it was to come."""
    over = rows["end"] < int(now.timestamp())
    ends, at = np.unique(rows["end"][over], return_inverse=True)
    days = pc.floor_temporal(pa.array(ends, pa.timestamp("s", tz=zone)), unit="day")
    rows["end"][over] = days.cast(pa.int64()).to_numpy(zero_copy_only=False)[at]
