"""What is said of a claim and of a check, in a language: for margin notes, the page, the shell and JSON alike."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from gridtown.kernel import words
from gridtown.report.claims.contradictions.faults import Finding
from gridtown.report.claims.ledger.checking import Checked, Verdict
from gridtown.report.claims.ledger.growing import Grown
from gridtown.report.claims.ledger.matching import Guess
from gridtown.report.figures.indicators import Named, find
from gridtown.report.words import entries as report_entries


@cache
def entries() -> words.Entries:
    """Every word of claims/words.toml, by dotted key."""
    return words.flatten(tomllib.loads((files("gridtown.report.claims") / "words.toml").read_text("utf-8")))


def say(key: str, lang: str, **params: Any) -> str:
    """One word or sentence, its braces filled."""
    return words.say(key, lang, entries(), report_entries(), **params)


def name_of(named: Named, lang: str) -> str:
    """An indicator's question in a language."""
    if lang == "en":
        return named.indicator.question
    return named.line.words.get(f"indicator.{named.indicator.key}", {}).get(lang) or named.indicator.question


def ledger(verdict: Verdict, lang: str) -> str:
    """What the ledger has beside a claim, and by how much they differ; empty where it has nothing."""
    reading = verdict.reading
    if reading is None or verdict.shown is None:
        return ""
    name = name_of(reading.named, lang) + say(f"part.{verdict.guesses[0].part}", lang)
    if verdict.edition:
        told = say(
            "note.edition",
            lang,
            edition=verdict.edition,
            shown=_number(verdict.value or 0, verdict.claim.unit),
            name=name,
        )
    else:
        told = say("note.ledger", lang, period=reading.period.key, shown=verdict.shown, name=name)
    if verdict.grown:
        stop = "；" if lang == "zh" else ". "
        told = f"{told}{stop}{_grown(verdict.grown, lang)}"
    if verdict.state != "differs" or not verdict.by:
        return told
    way = say("note.more" if verdict.by > 0 else "note.less", lang)
    return f"{told}；{by(verdict, lang, way)}" if lang == "zh" else f"{told}. {by(verdict, lang, way)}"


def _grown(grown: Grown, lang: str) -> str:
    """Both rates: as it was published, and as it follows from last year's level."""
    published = (
        say("note.unpublished", lang)
        if grown.published is None
        else say("note.published", lang, rate=_number(grown.published, "ratio"))
    )
    derived = (
        say("note.underived", lang)
        if grown.derived is None
        else say("note.derived", lang, rate=f"{grown.derived.value * 100:.1f}%")
    )
    apart = say("note.apart", lang) if grown.apart else ""
    return say("note.grown", lang, published=published, derived=derived) + apart


def by(verdict: Verdict, lang: str, way: str) -> str:
    """By how much a claim is off, in its own unit."""
    off, unit = abs(verdict.by or 0), verdict.claim.unit
    said = say("note.points", lang, n=_number(off * 100, "")) if unit == "ratio" else _number(off, unit)
    return say("note.by", lang, way=way, by=said)


def _number(value: float, unit: str) -> str:
    if unit == "ratio":
        return f"{value * 100:.2f}".rstrip("0").rstrip(".") + "%"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def suggestion(guess: Guess, lang: str) -> str:
    """An indicator that a claim may be about, how surely, and which words speak for it."""
    name = name_of(find(guess.key), lang) + say(f"part.{guess.part}", lang)
    return say(
        "note.suggested",
        lang,
        name=name,
        surely=say(f"surely.{guess.surely}", lang),
        shared="、".join(guess.shared),
    )


def fault(finding: Finding, lang: str) -> str:
    """What does not go together."""
    return say(f"fault.{finding.fault}", lang, **finding.said)


def note(verdict: Verdict, findings: Sequence[Finding], lang: str) -> str:
    """All that is said of one claim, line by line."""
    lines = [f"【{say(f'state.{verdict.state}', lang)}】{say(f'reason.{verdict.reason}', lang)}"]
    lines.append(ledger(verdict, lang))
    if verdict.state == "cannot":
        lines += [suggestion(guess, lang) for guess in verdict.guesses[:1]]
    lines += [fault(finding, lang) for finding in findings]
    return "\n".join(filter(None, lines))


def summary(checked: Checked, lang: str) -> str:
    """The whole check in a line."""
    counts = {state: checked.count(state) for state in ("agrees", "differs", "cannot")}  # type: ignore[arg-type]
    return say("note.summary", lang, all=len(checked.verdicts), findings=len(checked.findings), **counts)
