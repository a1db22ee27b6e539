"""Sorted values of medians: stretches of one month of opening, one month of their time and one village, or all.

A median is the value in the middle of all its stretches together, less those of rows that have gone. It is found by
halving: how many values lie up to one is known of each stretch at once.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

WHOLE = -1  # in the place of a village: all of the table
# month: of opening, 202311, or 0 of what has changed. time: the month of their time. sign: -1 of what has gone.
STRETCH = np.dtype(
    [
        ("month", "i4"), ("ind", "i4"), ("time", "i4"), ("sign", "i4"), ("village", "i8"), ("start", "i8"),
        ("size", "i8"),
    ]
)  # fmt: skip
_SAMPLES = 2000
Part = tuple[int, Any]  # sign and sorted values


def number(month: str) -> int:
    """2023-11 as 202311."""
    return int(month.replace("-", "") or 0)


def without(stretches: Any, months: Collection[str]) -> Any:
    """Stretches but for those of some months of opening."""
    return stretches[~np.isin(stretches["month"], [number(month) for month in months])]


def sort(month: str, told: Mapping[int, Mapping[str, Any]]) -> tuple[Any, Any]:
    """Stretches, and values with the day of each. told: by indicator, time, day, village, value, sign of its rows."""
    stretches, values, start = [np.zeros(0, STRETCH)], [np.zeros((2, 0), np.int64)], 0
    for ind, rows in told.items():
        for village in (np.full(len(rows["value"]), WHOLE), rows["village"]):
            found, sorted_values = _sorted(rows, village)
            found["month"], found["ind"] = number(month), ind
            found["start"] += start
            stretches.append(found)
            values.append(sorted_values)
            start += sorted_values.shape[1]
    return np.concatenate(stretches), np.concatenate(values, axis=1)


def _sorted(rows: Mapping[str, Any], village: Any) -> tuple[Any, Any]:
    order = np.lexsort((rows["value"], rows["sign"], village, rows["time"]))
    keys = [column[order] for column in (rows["time"], village, rows["sign"])]
    values = np.array([rows["value"][order], rows["day"][order]], np.int64)
    if not len(order):
        return np.zeros(0, STRETCH), values
    first = np.flatnonzero(np.r_[True, np.logical_or.reduce([key[1:] != key[:-1] for key in keys])])
    found = np.zeros(len(first), STRETCH)
    for name, key in zip(("time", "village", "sign"), keys, strict=True):
        found[name] = key[first]
    found["start"], found["size"] = first, np.diff(np.r_[first, len(order)])
    return found, values


def middle(parts: Sequence[Part], of: int) -> float:
    """The middle one of `of` values, or the mean of the two in the middle."""
    ranks = (of - 1) // 2, of // 2

    def upto(value: int) -> int:
        return sum(sign * int(values.searchsorted(value, "right")) for sign, values in parts)

    # Some values of each stretch say between which two the middle lies; only what is between is then looked at.
    step = max(1, sum(len(values) for _sign, values in parts) // _SAMPLES)
    some = np.unique(np.concatenate([np.r_[values[::step], values[-1]] for _sign, values in parts]))
    low, high = (bisect_right(some, rank, key=upto) for rank in ranks)
    below = upto(some[low - 1]) if low else 0
    between, signs = [], []
    for sign, values in parts:
        begin = values.searchsorted(some[low - 1], "right") if low else 0
        chosen = values[begin : values.searchsorted(some[high], "right")]
        between.append(chosen)
        signs.append(np.full(len(chosen), sign))
    found, at = np.unique(np.concatenate(between), return_inverse=True)
    counts = below + np.cumsum(np.bincount(at, np.concatenate(signs)))
    one, other = (int(found[np.searchsorted(counts, rank, "right")]) for rank in ranks)
    return one + (other - one) * 0.5
