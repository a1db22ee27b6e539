"""Numbers that somebody typed into a report's prose: nothing shows where they come from.

A number that is part of a name, a date or a law's article is none (2024年, 104国道, “八八战略”);
who reads the list decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gridtown.report.blocks import Figure, Paragraph, Report

_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.,])\d[\d,]*(?:\.\d+)?\s*(?:%|％|percent\b|个百分点|[万亿]?(?:元|件|起|处|户|人次|人|个|项|亩|公里|平方米|家|次|天|小时))"
    r"|(?<![0-9A-Za-z.,])\d[\d,]*(?:\.\d+)?[万亿]"
)
_SLOT = "\u0000"


@dataclass(frozen=True)
class Unproven:
    """A number and the sentence that it stands in; `section` is the heading."""

    number: str
    sentence: str
    section: str


def unproven(report: Report) -> tuple[Unproven, ...]:
    """Every amount in the prose that is no figure, in the order of the text."""
    return tuple(_found(report))


def _found(report: Report) -> Iterator[Unproven]:
    for section in report.whole():
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield from _in(block, section.title)


def _in(paragraph: Paragraph, section: str) -> Iterator[Unproven]:
    said = "".join(_SLOT if isinstance(span, Figure) else span for span in paragraph.spans)
    texts = iter([span.text for span in paragraph.spans if isinstance(span, Figure)])
    whole, marks = "", []
    for piece in said:
        marks.append(len(whole))
        whole += next(texts) if piece == _SLOT else piece
    for found in _NUMBER.finditer(said):
        if _SLOT in found[0]:
            continue
        start = max(said.rfind(stop, 0, found.start()) for stop in "。；;\n") + 1
        ends = [at for stop in "。；;" if (at := said.find(stop, found.end())) >= 0]
        end = min(ends) + 1 if ends else len(said)
        sentence = whole[marks[start] : marks[end] if end < len(marks) else len(whole)]
        yield Unproven(found[0].strip(), sentence.strip(), section)
