"""Targets read out of a plan's text: how much of what, at least or at most, by when; a person decides on each.

A first reader by pattern: a clause that names an amount with its unit beside a word of intent. It guesses no indicator.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gridtown.kernel.quantity import NoAmount, read_any

Direction = Literal["at_least", "at_most"]
_CLAUSE = re.compile(r"[^，。；;！？\n]+")
_AMOUNT = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s*(余|多)?(万亿|亿|千万|百万|万|千)?(元|平方米|平方|平米|方|公里|千米|亩|%|[\u4e00-\u9fff])?"
)
_INTENT = re.compile(
    r"力争|确保|争取|达到|完成|实现|新增|新建|新修|改建|实施|推进|突破|不少于|不低于|不超过|控制在|以上|以内|举办|出让|开展|建成"
)
_MOST = re.compile(r"不超过|控制在|以内|低于|压减到|少于")
_NOT_MOST = re.compile(r"不低于|不少于")
_MONTH = re.compile(r"(\d{1,2})月底前|(上半年)|(年底前)")
_YEARS = re.compile(r"\d{4}年|第\d+|\d+号|\d+国道")
_LEADS = re.compile(r"^(?:力争|确保|争取|全年|引导企业|完成|实现|推进|实施)+")

_TRAILS = re.compile(r"(?:达到|突破|不少于|不低于|不超过|控制在|超过|至|到)+$")


@dataclass(frozen=True, slots=True)
class ProposedTarget:
    """A target as it was read. indicator: a guess with its confidence (0–1), or None. amount: in base units.

    text: the clause; start, end: where it stands.
    """

    subject: str
    indicator: str | None
    confidence: float
    amount: float
    unit: str
    direction: Direction
    due: date
    text: str
    start: int
    end: int


def proposed(text: str, *, year: int) -> list[ProposedTarget]:
    """Every clause of a plan that promises an amount, in their order; due at the year's end where no day is named."""
    return [target for clause in _CLAUSE.finditer(text) for target in _of(clause, year)]


def _of(clause: re.Match[str], year: int) -> Iterator[ProposedTarget]:
    said = clause[0].strip()
    if not _INTENT.search(said):
        return
    plain = _YEARS.sub(lambda found: "〇" * len(found[0]), said)
    for found in _AMOUNT.finditer(plain):
        try:
            amount, unit = read_any(f"{found[1]}{found[3] or ''}{found[4] or ''}")
        except NoAmount:
            continue
        before = said[: found.start()].rpartition("、")[2]
        subject = _TRAILS.sub("", _LEADS.sub("", before)) or said[found.end() :]
        most = bool(_MOST.search(_NOT_MOST.sub("", plain)))
        yield ProposedTarget(
            subject.strip(" 、（(")[-40:] or said[:40], None, 0.0, amount.value, unit,
            "at_most" if most else "at_least", _due(said, year), said, clause.start(), clause.end(),
        )  # fmt: skip


def _due(said: str, year: int) -> date:
    found = _MONTH.search(said)
    month = int(found[1]) if found and found[1] else 6 if found and found[2] else 12
    if not 1 <= month < 12:
        return date(year, 12, 31)
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)
