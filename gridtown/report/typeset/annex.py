"""附件 数字出处: what stands in the figures annex, the same in every form that a report has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gridtown.report.typeset.blocks import Entry, Report
from gridtown.report.words import say


@dataclass(frozen=True)
class Told:
    """One entry ready to be set: lines of text, and the page that it opens into."""

    name: str
    question: str
    answer: tuple[str, ...]
    counted: tuple[str, ...]
    link: str
    opens: str


def title(lang: str) -> str:
    """What the annex is called."""
    return say("annex.title", lang)


def mark(n: int) -> str:
    """The name by which a document finds an entry."""
    return f"fig{n}"


def heads(lang: str) -> tuple[str, ...]:
    """The heads of its four columns."""
    return tuple(say(f"annex.{key}", lang) for key in ("n", "asked", "answered", "how"))


def preface(report: Report) -> tuple[str, ...]:
    """What stands before the table: as of when all figures are, and which are missing."""
    lang = report.lang
    lines = [say("annex.as_of", lang, day=report.day, cursor=report.cursor, hash=report.hash[:16])
             if report.as_of else say("not_read", lang)]  # fmt: skip
    now = [entry for entry in report.missing if entry.period == report.year]
    before = [entry for entry in report.missing if entry.period != report.year]
    if now:
        between, why = ("；", "{}（{}）") if lang == "zh" else ("; ", "{} ({})")
        said = between.join(why.format(f"{e.n}. {e.name}", e.why) for e in now)
        lines.append(say("annex.missing", lang, n=len(now), said=said))
    else:
        lines.append(say("annex.none_missing", lang))
    if before:
        said = ("、" if lang == "zh" else ", ").join(_runs([entry.n for entry in before]))
        lines.append(say("annex.missing_last", lang, n=len(before), said=said))
    return tuple(lines)


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """Numbers that follow each other as 80–103."""
    first = last = numbers[0]
    for n in [*numbers[1:], 0]:
        if n == last + 1:
            last = n
            continue
        yield f"{first}" if first == last else f"{first}–{last}"
        first = last = n


def told(entry: Entry, report: Report) -> Told:
    """An entry in words."""
    lang = report.lang
    unit = say(f"unit.{entry.unit}", lang, n=entry.shown)
    apart = "" if lang == "zh" else " "
    shown = f"{entry.shown}{apart}{unit}".strip() if entry.shown else f"{say('lack', lang)}：{entry.why}"
    answer = [shown if lang == "zh" or entry.shown else f"{say('lack', lang)}: {entry.why}"]
    if entry.count is not None:
        answer.append(f"{entry.count:,} / {entry.of:,}")
    elif entry.value is not None:
        answer.append(say("annex.of", lang, n=f"{entry.of:,}"))
    answer.append(say("annex.period", lang, period=entry.period))
    apart = "；" if lang == "zh" else "; "
    basis = say("annex.basis", lang, basis=entry.basis)
    if entry.reviewed:
        basis += apart + say("annex.reviewed", lang, day=entry.reviewed)
    counted = [entry.formula, basis]
    link = f"/indicators/{entry.key}?period={entry.period}"
    name = f"{entry.line} · {entry.name}"
    return Told(
        name,
        "" if entry.question == entry.name else entry.question,
        tuple(answer),
        tuple(counted),
        link,
        say("annex.opens", lang),
    )
