"""A check as JSON, for the shell and the interface alike."""

from collections.abc import Callable
from typing import Any

from gridtown.report.claims.contradictions.faults import Finding
from gridtown.report.claims.ledger.checking import Checked, Verdict
from gridtown.report.claims.ledger.matching import Guess

Say = Callable[..., str]


def plain(checked: Checked, say: Say) -> dict[str, Any]:
    """The check as JSON says it; say gives the words of a reason."""
    return {
        "counts": {state: checked.count(state) for state in ("agrees", "differs", "cannot")},
        "wrong": checked.wrong,
        "claims": [_verdict(verdict, say) for verdict in checked.verdicts],
        "findings": [_finding(finding, say) for finding in checked.findings],
    }


def _finding(finding: Finding, say: Say) -> dict[str, Any]:
    said = {
        "fault": finding.fault,
        "claims": list(finding.claims),
        "why": say(f"fault.{finding.fault}", **finding.said),
    }
    return said | ({"start": finding.start, "end": finding.end} if finding.end else {})


def _verdict(verdict: Verdict, say: Say) -> dict[str, Any]:
    reading = verdict.reading
    return verdict.claim.plain() | {
        "state": verdict.state, "reason": verdict.reason, "why": say(f"reason.{verdict.reason}"),
        "ledger": verdict.value, "ledger_shown": verdict.shown, "by": verdict.by,
        "ledger_period": reading.period.key if reading else None,
        "question": reading.named.indicator.question if reading else None,
        "suggested": [_suggested(guess) for guess in verdict.guesses],
        "surely": verdict.guesses[0].surely if verdict.guesses else None,
        "last_year": verdict.last_year, "edition": verdict.edition,
        "growth_published": verdict.grown.published if verdict.grown else None,
        "growth_derived": verdict.grown.derived.value if verdict.grown and verdict.grown.derived else None,
    }  # fmt: skip


def _suggested(guess: Guess) -> dict[str, Any]:
    confidence = round(guess.confidence, 2)
    return {
        "indicator": guess.key,
        "part": guess.part,
        "confidence": confidence,
        "shared": list(guess.shared),
    }
