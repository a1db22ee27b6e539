"""A difference between two editions in lines of text, for the shell."""

from collections.abc import Iterator

from gridtown.report.editions.difference import Changed, Difference
from gridtown.report.figures.movers import Mover
from gridtown.report.words import say


def told(found: Difference) -> Iterator[str]:
    """The difference, line by line."""
    lang = found.lang
    yield say("difference.head", lang, a=found.a.number, b=found.b.number, n=found.entries)
    if found.nothing:
        yield say("difference.nothing", lang)
    for change in found.figures:
        yield from _figure(change, lang)
    for one in found.redefined:
        yield say("difference.redefined", lang, name=one.name, key=one.key)
    for sign, line in found.text:
        yield f"{sign} {line}"


def shown(change: Changed, side: str, lang: str) -> str:
    """A figure of one side with its parts: 92.7% (3,550 / 3,830)."""
    entry = change.old if side == "old" else change.new
    if entry is None:
        return say("difference.unasked", lang)
    if entry.shown is None:
        return say("lack", lang)
    return f"{entry.shown} ({entry.count:,} / {entry.of:,})" if entry.count is not None else entry.shown


def _figure(change: Changed, lang: str) -> Iterator[str]:
    entry = change.new or change.old
    name = entry.name if entry else change.key
    was, now = shown(change, "old", lang), shown(change, "new", lang)
    yield f"{change.key} {change.period}  {was} → {now}  {name}"
    for part in change.moved:
        word = say(f"part.{part.part}", lang)
        for sign, movers in (("+", part.entered), ("-", part.left), ("~", part.changed)):
            yield from (f"    {sign} {word}  {_mover(mover)}" for mover in movers)
        if part.more:
            yield f"    … {say('difference.more', lang, n=part.more)}"


def _mover(mover: Mover) -> str:
    done = ", ".join(f"{verb} #{entry}" for entry, verb, _at in mover.entries)
    return f"{mover.number}  {done}".rstrip()
