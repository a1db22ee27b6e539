"""Sorted values of medians, in stretches of one month of their time and one village, or all.

A median is the value in the middle of all its stretches together, less those of what has gone. It is found by halving:
how many values lie up to one is known of each stretch at once.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gridtown.warehouse.netting import WHOLE, differ, netted, with_whole

# A value as often as `sign` says, which is less than nought for what has gone.
VALUES = np.dtype([("time", "i4"), ("sign", "i4"), ("village", "i8"), ("value", "i8"), ("end", "i8")])
STRETCH = np.dtype(
    [("ind", "i4"), ("time", "i4"), ("village", "i8"), ("sign", "i8"), ("start", "i8"), ("size", "i8")]
)
_KEYS = ("village", "time", "value", "end")
_SAMPLES = 2000
_FEW = 4000  # values that are sooner sorted than searched
Part = tuple[int, Any]  # sign and sorted values


def stretched(told: Mapping[int, Any]) -> tuple[Any, Any]:
    """Values (VALUES) by indicator as stretches (STRETCH), and two rows: the values, sorted in each, and their ends."""
    stretches, values, start = [np.zeros(0, STRETCH)], [np.zeros((2, 0), np.int64)], 0
    for ind, one in told.items():
        each = netted(with_whole(one), _KEYS, ("sign",))
        each = np.repeat(each, np.abs(each["sign"]))
        each["sign"] = np.sign(each["sign"])
        each = each[np.lexsort((each["value"], each["sign"], each["time"], each["village"]))]
        begins = np.flatnonzero(differ(each, ("village", "time", "sign")))
        found = np.zeros(len(begins), STRETCH)
        for name in ("time", "village", "sign"):
            found[name] = each[name][begins]
        found["ind"], found["start"] = ind, begins + start
        found["size"] = np.diff(np.r_[begins, len(each)])
        stretches.append(found)
        values.append(np.array([each["value"], each["end"]]))
        start += len(each)
    return np.concatenate(stretches), np.concatenate(values, axis=1)


def flat(stretches: Any, values: Any, ind: int) -> Any:
    """The values of an indicator again, as `stretched` was told them."""
    mine = stretches[(stretches["ind"] == ind) & (stretches["village"] != WHOLE)]
    found = np.zeros(mine["size"].sum(), VALUES)
    for name in ("time", "village", "sign"):
        found[name] = np.repeat(mine[name], mine["size"])
    at = np.arange(len(found)) + np.repeat(
        mine["start"] - (np.cumsum(mine["size"]) - mine["size"]), mine["size"]
    )
    found["value"], found["end"] = values[:, at]
    return found


def middle(parts: Sequence[Part], of: int) -> float:
    """The middle one of `of` values, or the mean of the two in the middle."""
    ranks = (of - 1) // 2, of // 2
    if of <= _FEW and all(sign > 0 for sign, _values in parts):
        one, other = np.sort(np.concatenate([values for _sign, values in parts]))[[*ranks]].tolist()
        return float(one + (other - one) * 0.5)

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
