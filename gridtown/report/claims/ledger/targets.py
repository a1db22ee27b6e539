"""Promises in a plan's text, proposed as targets for a person to confirm."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gridtown.report.claims.ledger import measures
from gridtown.report.claims.ledger.catalogue import guessed
from gridtown.report.claims.ledger.matching import Catalogue, Guess
from gridtown.report.claims.reading.reader import read
from gridtown.report.claims.reading.shapes import Claim

Direction = Literal["at_least", "at_most"]
_UP_TO = re.compile(
    r"(?:控制在|不超过|不高于|不多于|低于|以内|以下|降至|下降到|减少到|压降至|压缩到|缩短至|缩短到|控制到)"
)


@dataclass(frozen=True, slots=True)
class ProposedTarget:
    """A promise as it was read: text[start:end] of the plan is `text`; amount in the unit
    that targets are kept in (m2, hours and days, a share as 0–1); due is its last day.

    subject is what is promised; indicator the best guess with its confidence from 0 to 1, or None.
    A cut (下降3%) is promised as at least so much: the amount is then negative and the direction "at_most". promised:
    whether it is worded as a promise, or the text words none so.
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
    promised: bool = True


def proposed(
    text: str, *, year: int, catalogue: Catalogue | None = None, whole: bool = False
) -> list[ProposedTarget]:
    """The promises of a plan in their order; year is the one it is made for, where the text names none.

    catalogue: the indicators that a promise may be about; without it none is guessed. whole: also the figures for
    the year that are not worded as promises while others are; what was reached already may be among them.
    """
    plan = read(text, period=str(year))
    named = any(claim.kind == "target" for claim in plan)
    about = guessed(text, plan, catalogue) if catalogue else [(claim, list[Guess]()) for claim in plan]
    return [
        _target(text, claim, year, guesses, promised=claim.kind == "target" or not named)
        for claim, guesses in about
        if claim.kind == "target" or ((whole or not named) and _may_be(claim, year))
    ]


def _may_be(claim: Claim, year: int) -> bool:
    """In a list of bare figures for the year, each amount is a promise."""
    return claim.kind in {"level", "rate", "growth"} and (claim.period or "")[:4] >= str(year)


def _target(
    text: str, claim: Claim, year: int, guesses: Sequence[Guess], *, promised: bool
) -> ProposedTarget:
    key, confidence = (guesses[0].key, guesses[0].confidence) if guesses else (None, 0.0)
    amount, unit = measures.kept(claim.value, claim.unit)
    return ProposedTarget(
        claim.subject, key, confidence, amount, unit, _direction(text, claim), due(text, claim, year),
        claim.text, claim.start, claim.end, promised,
    )  # fmt: skip


def _direction(text: str, claim: Claim) -> Direction:
    before = text[max(0, claim.start - 8) : claim.end + 3]
    if claim.qualifier == "at_least" and not claim.value < 0:
        return "at_least"
    if claim.qualifier == "below" and claim.qualifier_word not in {"近", "将近", "接近"}:
        return "at_most"
    if claim.value < 0 or _UP_TO.search(before):
        return "at_most"
    return "at_least"


def due(text: str, claim: Claim, year: int) -> date:
    """The last day of the claim's period; 2024年6月底前 is the end of June."""
    said = claim.period or str(year)
    after = str(year + 1)
    if (
        after not in text and "明年" not in text
    ):  # what reads as a report's plan for the next year is this year's
        said = said.replace(after, str(year))
    last = said.rpartition("/")[2]
    found = re.fullmatch(r"(\d{4})(?:-(?:(\d{2})|H([12])|Q([1-4])))?", last)
    if found is None:
        return date(year, 12, 31)
    month = int(found[2] or 0) or (int(found[3]) * 6 if found[3] else int(found[4]) * 3 if found[4] else 12)
    return date(int(found[1]), month, calendar.monthrange(int(found[1]), month)[1])
