"""Last year's figure as it is quoted beside this year's, against the same figure where the text tells of that year.

2022年化解纠纷321件。2023年化解纠纷356件，与2022年化解纠纷312件相比，上升14.1%。
"""

import re
from collections.abc import Iterator, Sequence

from gridtown.report.claims.contradictions.faults import Finding
from gridtown.report.claims.contradictions.judging import bounds
from gridtown.report.claims.reading.shapes import Claim

# What stands right before a figure that only serves to be compared with.
_QUOTED = re.compile(
    r"(?:[比较与和同](?:(?:19|20)\d{2}年|上年度?|去年)(?:同期)?[末底]?[^，,。;；\d]{0,12}"
    r"|[，,、(（](?:上年度?|去年)(?:同期)?(?:为|是)?[\u4e00-\u9fff]{0,4})$"
)
_WHOLE = re.compile("全[镇县区市省国街乡]|我[镇县区市省]|本[镇县区市]|[\\s“”]")
_KINDS = {"level", "rate"}
_YEAR = 4


def misquoted(text: str, claims: Sequence[Claim], wholes: Sequence[str]) -> Iterator[Finding]:
    """wholes: of each claim that is a part, the subject of which it is one."""
    for index, quoted in enumerate(claims):
        if not _plain(quoted) or not _QUOTED.search(text, max(0, quoted.start - 24), quoted.start):
            continue
        told = [
            i
            for i, other in enumerate(claims)
            if i != index and _alike(quoted, other) and wholes[i] == wholes[index] and not _aside(text, other)
        ]
        if len({claims[i].value for i in told}) != 1:
            continue  # of several, each is of a thing of its own
        if not bounds(claims[told[0]]).meets(bounds(quoted)):
            yield Finding(
                "contradiction", (told[0], index), {"one": claims[told[0]].text, "other": quoted.text}
            )


def _plain(claim: Claim) -> bool:
    exact = claim.qualifier == "exact" and claim.upper is None and not claim.change
    whole_year = claim.period is not None and len(claim.period) == _YEAR
    return exact and whole_year and claim.kind in _KINDS and bool(claim.subject)


def _alike(quoted: Claim, other: Claim) -> bool:
    """The same thing of the same year, in the same measure; what is done is done by the same verb."""
    return (
        _plain(other)
        and _WHOLE.sub("", other.subject) == _WHOLE.sub("", quoted.subject)
        and (other.period, other.unit, other.classifier, other.of)
        == (quoted.period, quoted.unit, quoted.classifier, quoted.of)
        and (quoted.borrowed or other.borrowed or other.action == quoted.action)
    )


def _aside(text: str, claim: Claim) -> bool:
    """Whether it is itself only quoted: 比上年的86件多, 上年为86件."""
    return bool(_QUOTED.search(text, max(0, claim.start - 24), claim.start))
