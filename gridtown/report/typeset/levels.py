"""The numbers of headings as official papers count them: 一、 （一） 1. （1） (GB/T 9704-2012, 7.3.3)."""

from collections.abc import Iterator, Sequence

from gridtown.papers.figures import hanzi
from gridtown.report.typeset.blocks import Section

FIRST, DEEPEST = 2, 5


def numbered(sections: Sequence[Section], lang: str = "zh") -> Iterator[tuple[str, Section]]:
    """Each section with the number before its heading; "" for one without a heading."""
    counts = [0] * (DEEPEST + 1)
    for section in sections:
        if not section.title:
            yield "", section
            continue
        level = min(max(section.level, FIRST), DEEPEST)
        counts[level] += 1
        counts[level + 1 :] = [0] * (DEEPEST - level)
        yield (_chinese if lang == "zh" else _english)(level, counts), section


def _chinese(level: int, counts: Sequence[int]) -> str:
    n = counts[level]
    return {2: f"{hanzi(n)}、", 3: f"（{hanzi(n)}）", 4: f"{n}. ", 5: f"（{n}）"}[level]


def _english(level: int, counts: Sequence[int]) -> str:
    return ".".join(str(counts[at] or 1) for at in range(FIRST, level + 1)) + " "
