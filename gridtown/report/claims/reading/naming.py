"""The period that a marker of time names, and whether it still lies ahead."""

import re

from gridtown.report.claims.reading.markers import SINCE, key, many, part_of
from gridtown.report.claims.reading.sections import Section


def named(match: re.Match[str], section: Section) -> tuple[str | None, bool] | None:
    """The period that a marker names, and whether it lies after the section's year."""
    base = section.year
    if match["tenth"]:
        return ("2005" if match[0].endswith("末") else "2001/2005"), False
    if match["nth"]:
        first = 2021 + 5 * ("一二三四五".index(match["nth"]) - 3)
        return (str(first + 4) if match[0].endswith("末") else f"{first}/{first + 4}"), False
    if said := match["span"] or match["spell"] or match["sums"]:
        if base is None:
            return None
        last = base - 1 if section.plan else base
        return f"{last - many(said) + 1}/{last}", False
    if match["since"]:
        begun = f"{match['since']}-{int(match['since_month']):02}"
        return f"{begun}/{match['till']}-{int(match['till_month']):02}", base is not None and int(
            match["since"]
        ) > base
    if match["year"]:
        year = int(match["year"])
        if match["last"]:
            return f"{year}/{match['last']}", False
        if base is not None and year <= base and SINCE.match(match.string, match.end()):
            return (f"{year}/{base}" if year < base else key(base, section.part)), False
        ahead = base is not None and year > base
        part = part_of(match, "")
        if not part and year == base and not match["edge"]:
            part = section.part  # a half-year's report that names its year
        return key(year, part), ahead
    if word := match["word"]:
        if word == "目前":
            return None
        if base is None:
            return None
        year = base + {"去": -1, "上": -1, "前": -2, "明": 1, "来": 1}.get(word[0], 0)
        part = part_of(match, "w_") or (
            section.part if year == base and word not in {"全年", "年末", "年底"} else ""
        )
        return key(year, part), year > base
    return key(base, part_of(match, "b_")), False
