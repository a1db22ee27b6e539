"""Parts and wholes: what does not add up within a sentence."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from gridtown.report.claims.contradictions import ratios
from gridtown.report.claims.contradictions.faults import Finding, percent, plain
from gridtown.report.claims.contradictions.judging import Bounds, bounds
from gridtown.report.claims.reading.kinds import TURNED
from gridtown.report.claims.reading.shapes import Claim

_SHARES = 3
# So many figures behind a whole are looked at for its parts, however long the sentence.
_MOST = 40
# What came in, what went out, and what is left; not where something was carried over.
_BALANCE = (("收入", "收入合计"), ("支出", "支出合计"), ("结余", "盈余"))
_CARRIED = re.compile("上年|去年|结转|累计|滚存|调入|调出|期初|年初|当月")
_TRIPLE = re.compile(
    r"(?<![\d.:：])(?<!\d )(?<![日号T])(?<![日号] )"
    r"(\d{1,2}(?:\.\d+)?)[:：∶](\d{1,2}(?:\.\d+)?)[:：∶](\d{1,2}(?:\.\d+)?)(?![\d.:：])"
)
_OPENED = re.compile(r"[^，,。;；、\d]{0,6}[:：(（][^，,。;；\d]{0,14}$")
_OF = re.compile(
    r"占(?:比|到|了)?(?P<of>[\u4e00-\u9fff]{0,12}?)(?:总数|总量|总额|总人数|总户数)?的?(?:比重|比例)?(?:为|达|达到)?$"
)
# 规上32.1亿元,占比70.4%: of the whole that 其中 is a part of.
_PART_OF = re.compile(r"[,，;；]?其中[:：,，]?[\u4e00-\u9fff]{1,12}$")
# 23.5亿元,完成年度目标32亿元的73.4%: the share is of the two.
_OF_PLAN = re.compile(
    r"[,，]?(?:已|仅)?(?:占|完成|为|达到?)[\u4e00-\u9fff]{0,6}(?:计划|目标|任务|预算)[\u4e00-\u9fff]{0,4}"
)
# 其中省级1520万元,市级900万元,已到位2860万元: of the whole, and no part beside the others.
_SPENT = re.compile("[，,;；](?:目前|现|实际|全部)?(?:已|到位|发放|使用|拨付|支出|结余)")
# 共计, 合计: what is told of is all there is.
_COUNTED = re.compile("(?:共计|合计|总计|总共|一共|共)[^，,。;；\\d]{0,10}$")
_AMONG = re.compile(r"[\u4e00-\u9fff]{0,10}?中有?$")
_TOTAL = re.compile(
    r"(?:共|共计|合计|总计|总共|一共|总数为?|总量为?)(?:发放|拨付|投入|支出|收到|筹集|完成|办理|受理|处置|化解)?$"
)
_IN_ALL = re.compile("(?:合计|总计)(?:开展|完成|组织|举办|办理)?[\u4e00-\u9fff]{0,2}$")


def parts(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """其中: no part is more than the whole, nor are the parts together."""
    for at, index in enumerate(group[:-1]):
        whole = claims[index]
        following = [i for i in group[at + 1 : at + 1 + _MOST] if not claims[i].change]
        if not following or not _amount(whole):
            continue
        gap = text[whole.end : claims[following[0]].start]
        told = _OPENED.match(gap) is not None  # 320处：甲类150处、乙类80处
        if not told and "其中" not in gap:
            continue
        first = claims[following[0]]
        if not told and (first.unit, first.classifier) != (whole.unit, whole.classifier):
            continue  # 税金3亿元，其中：税收超千万元的企业6家，实现销售收入22亿元
        closes = re.search("[)）]", text[whole.end :]) if told and re.search("[(（]", gap) else None
        limit = whole.end + closes.start() if closes else len(text)
        parts = [
            i
            for i in following
            if claims[i].start < limit
            and (claims[i].unit, claims[i].classifier) == (whole.unit, whole.classifier)
            and claims[i].period == whole.period
            and not (told and _totals(text, claims[i]))
            and not (
                claims[i].unit == "yuan" and text.startswith("的", claims[i].end)
            )  # 其中总投资20亿元的项目
            and not (i + 1 < len(claims) and TURNED.match(text[claims[i].end : claims[i + 1].start]))
        ]
        parts = parts[: _enough(claims, whole, parts)]
        spent = (
            n for n, i in enumerate(parts) if n and _SPENT.match(text, claims[i - 1].end, claims[i].start)
        )
        parts = parts[: next(spent, len(parts))]
        most = bounds(whole).high
        for at_part, part in enumerate(parts):
            least = bounds(claims[part]).low
            if most is None or least is None or least <= most:
                continue
            # What is named after a comma, and is more than the whole, is the next thing and no part of it.
            if part != following[0] and "、" not in text[: claims[part].start][-14:]:
                parts = parts[:at_part]
                break
            if any(_holds(claims[i], claims[part]) for i in group[:at]):
                return  # 收到33件，正在办理2件，其中来信3件: of those that were told of before
            if not told or len(parts) > 1:
                yield Finding("part", (index, part), {"whole": whole.text, "part": claims[part].text})
                return
        together = sum((bounds(claims[i]).low or Decimal(0) for i in parts), Decimal(0))
        if told and _short(text, claims, whole, following, parts):
            yield Finding(
                "parts",
                (index, *parts),
                {"whole": whole.text, "sum": plain(sum(Decimal(str(claims[i].value)) for i in parts))},
            )
        if len(parts) > 1 and most is not None and together > most and _listed(text, claims, parts):
            yield Finding(
                "parts",
                (index, *parts),
                {"whole": whole.text, "sum": plain(sum(Decimal(str(claims[i].value)) for i in parts))},
            )


def _short(
    text: str, claims: Sequence[Claim], whole: Claim, following: Sequence[int], parts: Sequence[int]
) -> bool:
    """共计1860万元:水利520万元、交通830万元、农业410万元: a list of all that there is, and less than that."""
    if len(parts) < _SHARES or list(parts) != list(following) or not _listed(text, claims, parts):
        return False
    opened = text[whole.end : claims[parts[0]].start].lstrip().startswith((":", "："))
    counted = _COUNTED.search(text[max(0, whole.start - 14) : whole.start])
    closed = re.match(r"[。；;\n]|$", text[claims[parts[-1]].end :])
    high = _together(claims, parts)[1]
    low = bounds(whole).low
    return bool(opened and counted and closed and high is not None and low is not None and high < low)


def _holds(whole: Claim, part: Claim) -> bool:
    high, low = bounds(whole).high, bounds(part).low
    same = (whole.unit, whole.classifier) == (part.unit, part.classifier) and not whole.change
    return same and high is not None and low is not None and low <= high


def _enough(claims: Sequence[Claim], whole: Claim, parts: Sequence[int]) -> int:
    """How many of them make up the whole; what follows is none: 其中企业28万元、个人8.5万元,已发放35万元."""
    for many in range(2, len(parts)):
        if Bounds(*_together(claims, parts[:many])).meets(bounds(whole)):
            return many
    return len(parts)


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
    lead = text[max(0, claim.start - 8) : claim.start].rstrip("有为达")
    return bool(_TOTAL.search(lead[-6:]) or _IN_ALL.search(lead))


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


def balance(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """收入186.4万元，支出171.2万元，结余15.2万元: where just these three are told of."""
    told = [claims[i] for i in group[:4]]
    if len(group) != len(_BALANCE) or _CARRIED.search(text[_sentence(text, told[0].start) : told[-1].end]):
        return
    if any(not claim.subject.endswith(words) for claim, words in zip(told, _BALANCE, strict=True)):
        return
    if len({(claim.unit, claim.period) for claim in told}) > 1 or not all(map(_amount, told)):
        return
    income, spent, left = map(bounds, told)
    if income.low is None or income.high is None or spent.low is None or spent.high is None:
        return
    if not Bounds(income.low - spent.high, income.high - spent.low).meets(left):
        follows = plain(Decimal(str(told[0].value)) - Decimal(str(told[1].value)))
        yield Finding("balance", (group[2], group[0], group[1]), {"said": told[2].text, "follows": follows})


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
        if _out_of(text, part, whole, rate):  # the plan stands behind what was done of it
            yield from _share(c, b, a, claims)
            continue
        if ratios.known(rate.subject):
            continue
        if part.value > whole.value or "其中" in text[_sentence(text, whole.start) : whole.start]:
            continue  # 共3620万元,其中市级900万元,已到位2860万元,到位率79%: the rate is of another whole
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
                for i in range(max(0, len(named) - 3), max(1, len(named) - 1))
            )
            or "," in gap[1:]
            or not whole.value
        ):
            continue
        yield from _share(c, a, b, claims)


def _sentence(text: str, at: int) -> int:
    return max(text.rfind(mark, 0, at) for mark in "。\n;；") + 1


def _out_of(text: str, whole: Claim, part: Claim, rate: Claim) -> bool:
    """120个组中96个完成，占80%; 党员1800名，青年党员360名，占党员总数的20%: whose share it is stands there."""
    if (whole.unit, whole.classifier) != (part.unit, part.classifier) or not whole.value:
        return False
    if text[whole.end : rate.start] == "的" and _OF_PLAN.fullmatch(text[part.end : whole.start]):
        return True
    of = _OF.search(text[part.end : rate.start][-30:])
    if of is None or re.search("[。;；]", text[whole.end : rate.start]):
        return False
    if of["of"]:
        return len(of["of"]) > 1 and whole.subject.endswith(of["of"].removeprefix("全镇"))
    between = text[whole.end : part.start]
    return bool(_AMONG.search(between) or _PART_OF.fullmatch(between))


def _share(c: int, a: int, b: int, claims: Sequence[Claim]) -> Iterator[Finding]:
    whole, part, rate = claims[a], claims[b], claims[c]
    low = (bounds(part).low or Decimal(0)) / (bounds(whole).high or Decimal(str(whole.value)))
    high = (bounds(part).high or Decimal(str(part.value))) / (bounds(whole).low or Decimal(str(whole.value)))
    if not Bounds(low, high).meets(bounds(rate)):
        follows = percent(Decimal(str(part.value)) / Decimal(str(whole.value)))
        yield Finding("share_of", (c, a, b), {"said": rate.text, "follows": follows})
