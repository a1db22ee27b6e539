"""Why a report made again is not the one that was frozen: which words, definitions, numbers or sentences are others."""

import difflib
from collections.abc import Iterator

from gridtown.report.typeset.blocks import Chart, Entry, Paragraph, Report, Table
from gridtown.report.words import say

# What is said of an indicator by its line, beside its figure.
WORDS = ("name", "line", "question", "formula", "counted", "basis", "reviewed", "unit")
_HEAD = ("title", "organ", "rounding", "day", "synthetic")
MOST = 20  # of each sort; the rest is counted


def unlike(frozen: Report, now: Report, lang: str = "zh") -> tuple[str, ...]:
    """What is another, one sentence each, in the order in which the report has it; nothing where the two are alike."""
    return (
        *_most(_heads(frozen, now, lang), lang),
        *_most(_definitions(frozen, now, lang), lang),
        *_most(_numbers(frozen, now, lang), lang),
        *_most(_sentences(frozen, now, lang), lang),
    )


def _most(said: Iterator[str], lang: str) -> Iterator[str]:
    found = list(dict.fromkeys(said))
    yield from found[:MOST]
    if len(found) > MOST:
        yield say("difference.more", lang, n=len(found) - MOST)


def _heads(frozen: Report, now: Report, lang: str) -> Iterator[str]:
    for name in _HEAD:
        was, is_ = getattr(frozen, name), getattr(now, name)
        if was != is_:
            yield say("unlike.head", lang, what=say(f"unlike.of.{name}", lang), was=was, now=is_)


def _by(report: Report) -> dict[tuple[str, str], Entry]:
    return {(entry.key, entry.period): entry for entry in report.entries}


def _definitions(frozen: Report, now: Report, lang: str) -> Iterator[str]:
    """The line's words and the definition of every indicator that both ask."""
    after = {entry.key: entry for entry in now.entries}
    for entry in frozen.entries:
        other = after.get(entry.key)
        if other is None:
            yield say("unlike.gone", lang, of=entry.key)
            continue
        for name in WORDS:
            was, is_ = getattr(entry, name), getattr(other, name)
            if was != is_:
                what = say(f"unlike.of.{name}", lang)
                yield say("unlike.word", lang, of=entry.key, what=what, was=was or "—", now=is_ or "—")


def _numbers(frozen: Report, now: Report, lang: str) -> Iterator[str]:
    """Figures that the same position of the ledger does not give any more."""
    after = _by(now)
    for at, entry in _by(frozen).items():
        other = after.get(at)
        if other and (entry.of, entry.count, entry.value, entry.shown) != (
            other.of, other.count, other.value, other.shown,
        ):  # fmt: skip
            lack = say("lack", lang)
            yield say(
                "unlike.number",
                lang,
                of=at[0],
                period=at[1],
                was=entry.shown or lack,
                now=other.shown or lack,
            )


def _sentences(frozen: Report, now: Report, lang: str) -> Iterator[str]:
    """Lines of prose, and words of tables and charts: names of villages, headings, what was promised."""
    lines = difflib.unified_diff(list(_lines(frozen)), list(_lines(now)), n=0, lineterm="")
    for line in list(lines)[2:]:
        if line[0] in "+-":
            yield say(f"unlike.{'now' if line[0] == '+' else 'was'}", lang, line=line[1:])


def _lines(report: Report) -> Iterator[str]:
    for section in report.whole():
        yield section.title
        for block in section.blocks:
            match block:
                case Paragraph():
                    yield block.prose
                case Table():
                    yield from _table(block)
                case Chart():
                    yield f"{block.title} {block.unit}"
                    yield from _table(block.table)


def _table(table: Table) -> Iterator[str]:
    yield " | ".join((table.title, *table.head))
    for row in table.rows:
        yield " | ".join(cell if isinstance(cell, str) else f"{{{cell.key}}}" for cell in row)
