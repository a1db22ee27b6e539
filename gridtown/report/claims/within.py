"""What a text says against itself: two numbers for one thing, sums that do not add up, growth that does not follow."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from gridtown.report.claims.judging import Bounds, bounds
from gridtown.report.claims.shapes import Claim

Fault = Literal[
    "contradiction", "part", "parts", "sum", "shares", "growth", "from_to", "difference", "share_of"
]
_SENTENCE = re.compile(r"[。\n;；]")
_TOTAL = re.compile(r"(?:共|共计|合计|总计|总共|一共|总数为?|总量为?)$")
_TRIPLE = re.compile(
    r"(?<![\d.:：])(\d{1,2}(?:\.\d+)?)[:：∶](\d{1,2}(?:\.\d+)?)[:：∶](\d{1,2}(?:\.\d+)?)(?![\d.:：])"
)
_GENERIC = re.compile(
    r"(?:项目|企业|活动|单位|事项|问题|任务|资金|投资|面积|人员|群众|产业用地|小区|工程|岗位|平台|案件|点位|总投资|家庭|党员|志愿者|试点)$"
)
_SPECIFIC = 4
_WHOLE = re.compile("全[镇县区市省国街乡]|我[镇县区市省]|本[镇县区市]|各类|各级|[\\s“”]")
_SHARES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Claims, by their number, that do not go together, and the numbers to say why."""

    fault: Fault
    claims: tuple[int, ...]
    said: dict[str, Any]
    start: int = 0
    end: int = 0


def findings(text: str, claims: Sequence[Claim]) -> list[Finding]:
    """All that does not go together in a text, in its order."""
    groups = list(_by_sentence(text, claims))
    told = [*_contradictions(claims), *_triples(text)]
    for group in groups:
        told += [
            *_parts(text, claims, group),
            *_sums(text, claims, group),
            *_shares(text, claims, group),
            *_of(text, claims, group),
            *_differences(text, claims, group),
        ]
    told += _growth(claims)
    return sorted(
        told, key=lambda finding: claims[finding.claims[0]].start if finding.claims else finding.start
    )


def _by_sentence(text: str, claims: Sequence[Claim]) -> Iterator[list[int]]:
    group: list[int] = []
    for index, claim in enumerate(claims):
        if group and _SENTENCE.search(text[claims[group[-1]].end : claim.start]):
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _even(subject: str) -> str:
    return _WHOLE.sub("", subject)


def _contradictions(claims: Sequence[Claim]) -> Iterator[Finding]:
    """The same thing at the same time, with numbers that cannot both be true."""
    same: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for index, claim in enumerate(claims):
        name = _even(claim.subject)
        generic = claim.unit == "count" and (
            len(name) < _SPECIFIC or (len(name) < _SPECIFIC + 2 and _GENERIC.search(name))
        )
        if (
            not generic
            and len(name) >= 2
            and claim.kind != "duration"
            and not claim.change | (claim.kind == "ordinal")
        ):
            same[
                (
                    name,
                    claim.period,
                    claim.kind,
                    claim.unit,
                    claim.classifier if claim.unit == "count" else "",
                    claim.action,
                )
            ].append(index)
    for places in same.values():
        first = places[0]
        for other in places[1:]:
            apart = claims[other].comparison == "from" or claims[first].comparison == "from"
            if (
                not apart
                and claims[other].start - claims[first].end > 2
                and not bounds(claims[first]).meets(bounds(claims[other]))
            ):
                yield Finding(
                    "contradiction", (first, other), {"one": claims[first].text, "other": claims[other].text}
                )


def _parts(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """其中: no part is more than the whole, nor are the parts together."""
    for at, index in enumerate(group[:-1]):
        whole = claims[index]
        following = [i for i in group[at + 1 :] if not claims[i].change]
        if not following or "其中" not in text[whole.end : claims[following[0]].start] or not _amount(whole):
            continue
        parts = [
            i
            for i in following
            if (claims[i].unit, claims[i].classifier) == (whole.unit, whole.classifier)
            and claims[i].period == whole.period
        ]
        most = bounds(whole).high
        for part in parts:
            least = bounds(claims[part]).low
            if most is not None and least is not None and least > most:
                yield Finding("part", (index, part), {"whole": whole.text, "part": claims[part].text})
                return
        together = sum((bounds(claims[i]).low or Decimal(0) for i in parts), Decimal(0))
        if len(parts) > 1 and most is not None and together > most and _listed(text, claims, parts):
            yield Finding(
                "parts",
                (index, *parts),
                {"whole": whole.text, "sum": _plain(sum(Decimal(str(claims[i].value)) for i in parts))},
            )


def _listed(text: str, claims: Sequence[Claim], parts: Sequence[int]) -> bool:
    """Parts that stand in one list, so that none is a part of another."""
    return all(
        re.fullmatch(r"[、,，和及][^。;；，,\d]{0,20}", text[claims[a].end : claims[b].start])
        and "其中" not in text[claims[a].end : claims[b].start]
        for a, b in zip(parts, parts[1:], strict=False)
    )


def _amount(claim: Claim) -> bool:
    return (
        not claim.change
        and claim.kind not in {"rank", "ordinal", "rate", "duration"}
        and claim.unit not in {"ratio", "rank", "number"}
    )


def _sums(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """A 3家、B 5家，共9家."""
    for at, index in enumerate(group):
        total = claims[index]
        if at < 2 or not _amount(total) or not _TOTAL.search(text[: total.start][-6:].rstrip("有为达")):
            continue
        parts = []
        for earlier in reversed(group[:at]):
            one = claims[earlier]
            if (one.unit, one.classifier) != (total.unit, total.classifier) or not _amount(one):
                break
            parts.insert(0, earlier)
        if len(parts) < 2 or "其中" in text[claims[parts[0]].start : total.start]:
            continue
        low, high = _together(claims, parts)
        if not Bounds(low, high).meets(bounds(total)):
            yield Finding(
                "sum",
                (index, *parts),
                {"total": total.text, "sum": _plain(sum(Decimal(str(claims[i].value)) for i in parts))},
            )


def _together(claims: Sequence[Claim], parts: Sequence[int]) -> tuple[Decimal | None, Decimal | None]:
    low, high = Decimal(0), Decimal(0)
    open_end = False
    for index in parts:
        one = bounds(claims[index])
        low += one.low or Decimal(0)
        open_end |= one.high is None
        high += one.high or Decimal(0)
    return low, None if open_end else high


def _shares(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """Shares of one whole, in one list: together they are all of it."""
    rates = [
        i for i in group if claims[i].kind == "rate" and claims[i].unit == "ratio" and claims[i].upper is None
    ]
    if len(rates) < _SHARES:
        return
    listed = all(
        re.fullmatch(r"[、,，和及\s]{1,2}[^。;；\d]{0,16}", text[claims[a].end : claims[b].start])
        for a, b in zip(rates, rates[1:], strict=False)
    )
    lead = text[max(0, claims[rates[0]].start - 60) : claims[rates[0]].start]
    if not listed or not re.search("占|比重|比例|构成|结构", lead):
        return
    total, slack = (
        sum(Decimal(str(claims[i].value)) for i in rates),
        sum(Decimal(str(claims[i].step)) for i in rates) / 2,
    )
    if Decimal("0.9") < total < Decimal("1.1") and abs(total - 1) > slack:
        yield Finding("shares", tuple(rates), {"sum": f"{_plain(total * 100)}%"})


def _triples(text: str) -> Iterator[Finding]:
    """三次产业结构 5.2:48.3:46.5."""
    for match in _TRIPLE.finditer(text):
        total = sum(Decimal(part) for part in match.groups())
        if Decimal(90) < total < Decimal(110) and abs(total - 100) > Decimal("0.15"):
            yield Finding("shares", (), {"sum": f"{_plain(total)}%"}, match.start(), match.end())


def _of(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
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
        named = rate.subject.removesuffix("率")
        if (
            (whole.unit, whole.classifier) != (part.unit, part.classifier)
            or not rate.subject.endswith("率")
            or not named
        ):
            continue
        gap = text[whole.end : part.start]
        if (
            not any(named[i : i + 2] in gap + part.subject for i in range(max(1, len(named) - 1)))
            or "," in gap[1:]
            or not whole.value
        ):
            continue
        low = (bounds(part).low or Decimal(0)) / (bounds(whole).high or Decimal(str(whole.value)))
        high = (bounds(part).high or Decimal(str(part.value))) / (
            bounds(whole).low or Decimal(str(whole.value))
        )
        if not Bounds(low, high).meets(bounds(rate)):
            yield Finding(
                "share_of",
                (c, a, b),
                {
                    "said": rate.text,
                    "follows": _percent(Decimal(str(part.value)) / Decimal(str(whole.value))),
                },
            )


def _differences(text: str, claims: Sequence[Claim], group: Sequence[int]) -> Iterator[Finding]:
    """支出86.4万元，减少12.6万元，下降12.7%; 由35%提高到42%，提高7个百分点."""
    for a, b in zip(group, group[1:], strict=False):
        level, delta = claims[a], claims[b]
        if not (
            _plain_amount(level)
            and delta.change
            and delta.unit == level.unit
            and level.subject_start == delta.subject_start
        ):
            continue
        rates = [
            claims[i]
            for i in group
            if i > b
            and claims[i].change
            and claims[i].unit == "ratio"
            and claims[i].subject_start == level.subject_start
        ]
        if level.unit == "ratio" or not rates or rates[0].comparison not in (delta.comparison, None, "yoy"):
            continue
        base_low, base_high = _range(level, delta)
        if base_low <= 0:
            continue
        change = bounds(delta)
        ends = [
            end / base
            for end in (change.low, change.high)
            if end is not None
            for base in (base_low, base_high)
        ]
        if ends and not Bounds(min(ends), max(ends)).meets(bounds(rates[0])):
            follows = Decimal(str(delta.value)) / (Decimal(str(level.value)) - Decimal(str(delta.value)))
            yield Finding(
                "difference",
                (group[group.index(b) + 1], a, b),
                {"said": rates[0].text, "follows": _percent(follows)},
            )


def _plain_amount(claim: Claim) -> bool:
    return not claim.change and claim.qualifier == "exact" and claim.upper is None


def _range(level: Claim, delta: Claim) -> tuple[Decimal, Decimal]:
    now, change = bounds(level), bounds(delta)
    return (now.low or Decimal(0)) - (change.high or Decimal(0)), (now.high or Decimal(0)) - (
        change.low or Decimal(0)
    )


def _growth(claims: Sequence[Claim]) -> Iterator[Finding]:
    """Growth against the level of the year before, when the text has both."""
    levels = {
        (_even(c.subject), c.period, c.unit): i
        for i, c in reversed(list(enumerate(claims)))
        if not c.change and c.qualifier == "exact" and c.kind != "target" and len(_even(c.subject)) > 2
    }
    for index, claim in enumerate(claims):
        if (
            claim.comparison != "yoy"
            or claim.comparison_value is None
            or claim.change
            or not claim.period
            or claim.kind == "target"
        ):
            continue
        before = levels.get((_even(claim.subject), _year_before(claim.period), claim.unit))
        after = next(
            (
                i
                for i in range(index + 1, len(claims))
                if claims[i].change and claims[i].value == claim.comparison_value
            ),
            None,
        )
        if (
            before is None
            or after is None
            or claims[after].unit != "ratio"
            or not claims[before].value
            or claims[after].classifier == "百分点"
        ):
            continue
        now, last = bounds(claim), bounds(claims[before])
        if now.low is None or now.high is None or not last.low or not last.high:
            continue
        if not Bounds(now.low / last.high - 1, now.high / last.low - 1).meets(bounds(claims[after])):
            follows = Decimal(str(claim.value)) / Decimal(str(claims[before].value)) - 1
            yield Finding(
                "growth", (after, index, before), {"said": claims[after].text, "follows": _percent(follows)}
            )


def _year_before(period: str) -> str:
    return re.sub(r"\d{4}", lambda year: str(int(year[0]) - 1), period)


def _plain(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():,f}"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.1'))}%"
