"""Parts and wholes: what does not add up within a sentence."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from gridtown.report.claims import ratios
from gridtown.report.claims.faults import Finding, percent, plain
from gridtown.report.claims.judging import Bounds, bounds
from gridtown.report.claims.shapes import Claim

_SHARES = 3
_TRIPLE = re.compile(
    r"(?<![\d.:：])(?<!\d )(?<![日号T])(?<![日号] )"
    r"(\d{1,2}(?:\.\d+)?)[:：∶](\d{1,2}(?:\.\d+)?)[:：∶](\d{1,2}(?:\.\d+)?)(?![\d.:：])"
)
_OPENED = re.compile(r"[^，,。;；、\d]{0,6}[:：(（][^，,。;；\d]{0,14}$")
_OF = re.compile(
    r"占(?:到|了)?(?P<of>[\u4e00-\u9fff]{0,12}?)(?:总数|总量|总额|总人数|总户数)?的?(?:比重|比例)?(?:为|达|达到)?$"
)
_AMONG = re.compile(r"[\u4e00-\u9fff]{0,10}?中有?$")
_TOTAL = re.compile(r"(?:共|共计|合计|总计|总共|一共|总数为?|总量为?)$")


def parts(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """其中: no part is more than the whole, nor are the parts together."""
    for at, index in enumerate(group[:-1]):
        whole = claims[index]
        following = [i for i in group[at + 1 :] if not claims[i].change]
        if not following or not _amount(whole):
            continue
        gap = text[whole.end : claims[following[0]].start]
        told = _OPENED.match(gap) is not None  # 320处：甲类150处、乙类80处
        if not told and "其中" not in gap:
            continue
        closes = re.search("[)）]", text[whole.end :]) if told and re.search("[(（]", gap) else None
        limit = whole.end + closes.start() if closes else len(text)
        parts = [
            i
            for i in following
            if claims[i].start < limit
            and (claims[i].unit, claims[i].classifier) == (whole.unit, whole.classifier)
            and claims[i].period == whole.period
            and not (told and _totals(text, claims[i]))
        ]
        most = bounds(whole).high
        for at_part, part in enumerate(parts):
            least = bounds(claims[part]).low
            if most is None or least is None or least <= most:
                continue
            # What is named after a comma, and is more than the whole, is the next thing and no part of it.
            if part != following[0] and "、" not in text[: claims[part].start][-14:]:
                parts = parts[:at_part]
                break
            if not told or len(parts) > 1:
                yield Finding("part", (index, part), {"whole": whole.text, "part": claims[part].text})
                return
        together = sum((bounds(claims[i]).low or Decimal(0) for i in parts), Decimal(0))
        if len(parts) > 1 and most is not None and together > most and _listed(text, claims, parts):
            yield Finding(
                "parts",
                (index, *parts),
                {"whole": whole.text, "sum": plain(sum(Decimal(str(claims[i].value)) for i in parts))},
            )


def _listed(text: str, claims: Sequence[Claim], parts: Sequence[int]) -> bool:
    """Parts that stand in one list, so that none is a part of another."""
    return all(
        re.fullmatch(r"[、,，和及][^。;；，,\d]{0,20}", text[claims[a].end : claims[b].start])
        and "其中" not in text[claims[a].end : claims[b].start]
        for a, b in pairwise(parts)
    )


def _amount(claim: Claim) -> bool:
    return (
        not claim.change
        and claim.kind not in {"rank", "ordinal", "rate", "duration"}
        and claim.unit not in {"ratio", "rank", "number"}
    )


def totals(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """A 3家、B 5家，共9家."""
    for at, index in enumerate(group):
        total = claims[index]
        if at < 2 or not _amount(total) or not _totals(text, total):
            continue
        parts = []
        for earlier in reversed(group[:at]):
            one = claims[earlier]
            if (one.unit, one.classifier) != (total.unit, total.classifier) or not _amount(one):
                break
            if _totals(text, one):
                parts = []  # 行政编制共27名，在编18名，事业编制共25名: each is a total of its own
                break
            parts.insert(0, earlier)
        if len(parts) < 2 or "其中" in text[claims[parts[0]].start : total.start]:
            continue
        low, high = _together(claims, parts)
        if not Bounds(low, high).meets(bounds(total)):
            yield Finding(
                "sum",
                (index, *parts),
                {"total": total.text, "sum": plain(sum(Decimal(str(claims[i].value)) for i in parts))},
            )


def _totals(text: str, claim: Claim) -> bool:
    return bool(_TOTAL.search(text[max(0, claim.start - 6) : claim.start].rstrip("有为达")))


def _together(claims: Sequence[Claim], parts: Sequence[int]) -> tuple[Decimal | None, Decimal | None]:
    low, high = Decimal(0), Decimal(0)
    open_end = False
    for index in parts:
        one = bounds(claims[index])
        low += one.low or Decimal(0)
        open_end |= one.high is None
        high += one.high or Decimal(0)
    return low, None if open_end else high


def shares(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """Shares of one whole, in one list: together they are all of it."""
    rates = [
        i for i in group if claims[i].kind == "rate" and claims[i].unit == "ratio" and claims[i].upper is None
    ]
    if len(rates) < _SHARES:
        return
    listed = all(
        re.fullmatch(r"[、,，和及\s]{1,2}[^。;；\d]{0,16}", text[claims[a].end : claims[b].start])
        for a, b in pairwise(rates)
    )
    lead = text[max(0, claims[rates[0]].start - 60) : claims[rates[0]].start]
    if not listed or not re.search("占|比重|比例|构成|结构", lead):
        return
    total, slack = (
        sum(Decimal(str(claims[i].value)) for i in rates),
        sum(Decimal(str(claims[i].step)) for i in rates) / 2,
    )
    if Decimal("0.9") < total < Decimal("1.1") and abs(total - 1) > slack:
        yield Finding("shares", tuple(rates), {"sum": f"{plain(total * 100)}%"})


def triples(text: str) -> Iterator[Finding]:
    """三次产业结构 5.2:48.3:46.5."""
    for match in _TRIPLE.finditer(text):
        total = sum(Decimal(part) for part in match.groups())
        if Decimal(90) < total < Decimal(110) and abs(total - 100) > Decimal("0.15"):
            yield Finding("shares", (), {"sum": f"{plain(total)}%"}, match.start(), match.end())


def rates(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """发现3.6万条，已整改3.58万条，整改率99.4%: the share follows from the two counts before it."""
    for a, b, c in zip(group, group[1:], group[2:], strict=False):
        whole, part, rate = claims[a], claims[b], claims[c]
        if (
            rate.kind != "rate"
            or rate.unit != "ratio"
            or not (_amount(whole) and _amount(part))
            or rate.qualifier != "exact"
        ):
            continue
        if _out_of(text, whole, part, rate):
            yield from _share(c, a, b, claims)
            continue
        if ratios.known(rate.subject):
            continue
        named = rate.subject.removesuffix("率")
        if (
            (whole.unit, whole.classifier) != (part.unit, part.classifier)
            or not rate.subject.endswith("率")
            or not named
        ):
            continue
        gap = text[whole.end : part.start]
        if (
            not any(
                named[i : i + 2] in gap + part.subject and named[i : i + 2] not in whole.subject
                for i in range(max(1, len(named) - 1))
            )
            or "," in gap[1:]
            or not whole.value
        ):
            continue
        yield from _share(c, a, b, claims)


def _out_of(text: str, whole: Claim, part: Claim, rate: Claim) -> bool:
    """120个组中96个完成，占80%; 党员1800名，青年党员360名，占党员总数的20%: whose share it is stands there."""
    if (whole.unit, whole.classifier) != (part.unit, part.classifier) or not whole.value:
        return False
    of = _OF.search(text[part.end : rate.start][-30:])
    if of is None or re.search("[。;；]", text[whole.end : rate.start]):
        return False
    if of["of"]:
        return len(of["of"]) > 1 and whole.subject.endswith(of["of"].removeprefix("全镇"))
    return bool(_AMONG.search(text[whole.end : part.start]))


def _share(c: int, a: int, b: int, claims: Sequence[Claim]) -> Iterator[Finding]:
    whole, part, rate = claims[a], claims[b], claims[c]
    low = (bounds(part).low or Decimal(0)) / (bounds(whole).high or Decimal(str(whole.value)))
    high = (bounds(part).high or Decimal(str(part.value))) / (bounds(whole).low or Decimal(str(whole.value)))
    if not Bounds(low, high).meets(bounds(rate)):
        follows = percent(Decimal(str(part.value)) / Decimal(str(whole.value)))
        yield Finding("share_of", (c, a, b), {"said": rate.text, "follows": follows})
