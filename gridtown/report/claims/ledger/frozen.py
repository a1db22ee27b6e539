"""Figures of years gone by as the report that stands for that year has them."""

from functools import cache

from gridtown.report.claims.ledger.checking import Edition, Frozen
from gridtown.report.editions import editions


def figures() -> Edition:
    """Asks the year's published edition, else its signed one, else its newest frozen one; each is opened once."""
    opened = cache(_opened)

    def figure(key: str, period: str) -> Frozen | None:
        return opened(period[:4]).get((key, period)) if period[:4].isdecimal() else None

    return figure


def _opened(year: str) -> dict[tuple[str, str], Frozen]:
    edition = editions.standing_for(year)
    if edition is None:
        return {}
    try:
        report = edition.report("zh")
    except editions.Unreadable:
        return {}  # a damaged edition shows nothing; `gridtown report verify` says what is wrong with it
    name = f"{report.title}（{edition.number}）"
    places = {(f.n, f.place) for f in report.figures}
    return {
        (entry.key, entry.period): Frozen(entry, name)
        for entry in report.entries
        if not entry.missing and (entry.n, "") in places
    }
