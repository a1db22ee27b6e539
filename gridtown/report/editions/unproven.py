"""Numbers that somebody typed into a report's prose: nothing shows where they come from.

What is a number is what the reader of claims takes for one: years, names, ordinals of documents and law articles are
none (2024年, 104国道, “八八战略”). Who reads the list decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gridtown.report.claims.reading.reader import read
from gridtown.report.typeset.blocks import Figure, Paragraph, Report


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
    text, slots = "", []
    for span in paragraph.spans:
        said = span.text if isinstance(span, Figure) else span
        if isinstance(span, Figure):
            slots.append((len(text), len(text) + len(said)))
        text += said
    for claim in read(text):
        if any(claim.start < end and start < claim.end for start, end in slots):
            continue
        start = max(text.rfind(stop, 0, claim.start) for stop in "。；;\n") + 1
        ends = [at for stop in "。；;" if (at := text.find(stop, claim.end)) >= 0]
        sentence = text[start : min(ends) + 1 if ends else len(text)]
        yield Unproven(claim.text.strip(), sentence.strip(), section)
