"""What a report asks, all at once: a question to each table for what is whole, and one for each way of slicing."""

from collections.abc import Iterable, Mapping

from gridtown.kernel.period import Period
from gridtown.report.figures.many import read_many
from gridtown.report.figures.reading import Reading
from gridtown.town import Town
from gridtown.warehouse.lake import Lake

Ask = tuple[str, str, str]  # key, period, "" or the column that it is sliced by


def read_all(asked: Iterable[tuple[str, Period, str]], *, town: Town, lake: Lake) -> Mapping[Ask, Reading]:
    """Figures of the whole town by key, period and what they are sliced by; NoIndicator for an unknown key."""
    wanted: dict[str, list[tuple[str, Period]]] = {}
    for key, period, by in asked:
        wanted.setdefault(by, []).append((key, period))
    found: dict[Ask, Reading] = {}
    for by, pairs in wanted.items():
        keys = dict.fromkeys(key for key, _period in pairs)
        periods = tuple({period.key: period for _key, period in pairs}.values())
        read = read_many(keys, periods=periods, by=(by,) if by else (), town=town, lake=lake)
        found |= {(key, period.key, by): read[key, period.key] for key, period in pairs}
    return found
