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
    many = sum(len(values) for _sign, values in parts) > _FEW
    below, between = _around(parts, ranks) if many else (0, parts)
    one, other = _ranked(between, [rank - below for rank in ranks])
    return one + (other - one) * 0.5


def _around(parts: Sequence[Part], ranks: Sequence[int]) -> tuple[int, Sequence[Part]]:
    """Of many values those around these ranks, and how many lie below them."""
    if len(parts) == 1:  # sorted as it is
        return 0, parts

    def upto(value: int) -> int:
        return sum(sign * int(values.searchsorted(value, "right")) for sign, values in parts)

    # Some values of each stretch say between which two the middle lies; only what is between is then looked at.
    step = max(1, sum(len(values) for _sign, values in parts) // _SAMPLES)
    some = np.concatenate([part for _sign, values in parts for part in (values[::step], values[-1:])])
    some.sort()
    low = bisect_right(some, ranks[0], key=upto)
    high = low if upto(some[low]) > ranks[1] else bisect_right(some, ranks[1], low, key=upto)
    below, between = 0, []
    for sign, values in parts:
        begin = int(values.searchsorted(some[low - 1], "right")) if low else 0
        below += sign * begin
        between.append((sign, values[begin : values.searchsorted(some[high], "right")]))
    return below, between


def _ranked(parts: Sequence[Part], ranks: Sequence[int]) -> list[int]:
    """The values of these ranks among all of them, less those of what has gone."""
    if len(parts) == 1:
        return [int(parts[0][1][rank]) for rank in ranks]
    together = np.concatenate([values for _sign, values in parts])
    if all(sign > 0 for sign, _values in parts):
        together.partition(sorted({*ranks}))
        return [int(together[rank]) for rank in ranks]
    signs = np.repeat([sign for sign, _values in parts], [len(values) for _sign, values in parts])
    order = together.argsort()
    together, counts = together[order], signs[order].cumsum()
    # What has gone lies beside its like: only after the last of equal values is their number known.
    last = np.append(together[1:] != together[:-1], True)
    return [int(together[last][counts[last].searchsorted(rank, "right")]) for rank in ranks]
