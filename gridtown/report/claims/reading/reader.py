"""Every quantitative claim of a text: what of, how much, when, of what kind, beside what.

    read("全年完成财政总收入12.8亿元,同比增长10.3%。", period="2023")

Pure: neither Django nor the clock, the ledger nor a network. Indicators are guessed by `matching`.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gridtown.report.claims.reading import aiming, kinds, noughts, subjects, tables
from gridtown.report.claims.reading.drafts import (
    RATIO,
    REACHES,
    STOPS,
    Draft,
    from_to,
    inherit,
    labelled,
    part_of,
    placed,
)
from gridtown.report.claims.reading.figures import found
from gridtown.report.claims.reading.folding import Folded, fold
from gridtown.report.claims.reading.lexicon import any_of, table
from gridtown.report.claims.reading.periods import Periods
from gridtown.report.claims.reading.refusing import Blocked, thresholds
from gridtown.report.claims.reading.shapes import Claim, Figure
from gridtown.report.claims.reading.spreading import paired, spread
from gridtown.report.claims.reading.subjects import NOTHING, Phrase
from gridtown.report.claims.reading.tables import Cell

_CUBIC = re.compile(any_of(table("subjects")["cubic"]))
_NEXT_CHANGE = re.compile(r"^[,((、][^,。;\d]{0,16}$")
_THEN_LEVEL = re.compile(r"^[,、]?(?:达到?|至|总[额量]达?|累计达?|完成|为|总数达?到?|实现)")
_AND = ("和", "、", "与", "及")
# 2000亩(其中水田1100亩)工业园: said aside of a figure whose noun stands behind.
_ASIDE = re.compile(r"\((?:其中|含|包括)[^()]{1,40}\)(?=[\u4e00-\u9fff])")
# 3家200平方米以上的超市: how big each is stands before what is counted.
_SIZED = re.compile(r"\d[\d.,]*[万亿]?(?:平方米|平米|亩|万?元|米|公里|吨)(?:及?以上|以下|以内)的")
_EACH = re.compile("每(?:半年|季度|[一两二三四五]?个?[年月周季]|[天日人户])")
_SPELLS = {"year", "quarter", "month", "day"}
_SPACE = re.compile(r"\s+")


def read(text: str, *, period: str | None = None) -> list[Claim]:
    """The claims in their order; `period` stands where the text says no year."""
    folded = fold(text)
    even = folded.text
    blocked = Blocked(even)
    cells = tables.found(even)
    figures = [figure for figure in found(even) if blocked.why(figure) is None and figure.start not in cells]
    classes = thresholds(even, figures)
    figures = [figure for figure in figures if figure.start not in classes]
    figures = sorted([*figures, *(cell.figure for cell in cells.values())], key=lambda figure: figure.start)
    drafts = _drafted(even, figures, cells)
    inherit(even, drafts)
    subjects_told = [draft.subject for draft in drafts]
    changed = {index for index, draft in enumerate(drafts) if draft.change}
    for index, phrase in (
        paired(even, figures, subjects_told, changed) | spread(even, figures, subjects_told)
    ).items():
        drafts[index].subject = phrase
        _share_change(even, drafts, index)
    for index in range(1, len(drafts)):
        if even[drafts[index - 1].figure.end : drafts[index].figure.start] in _AND:
            _share_change(even, drafts, index)  # 增长8%和9%
    claims = _compared(even, _claims(even, drafts, Periods(even, period), cells), drafts)
    return [_placed(text, folded, claim) for claim in claims]


def _placed(text: str, folded: Folded, claim: Claim) -> Claim:
    """The claim with its places in the text as it was given."""
    start, end = folded.original(claim.start, claim.end)
    first, last = folded.original(claim.subject_start, claim.subject_end)
    subject = _SPACE.sub("", text[first:last])
    return replace(
        claim,
        text=text[start:end],
        start=start,
        end=end,
        subject=subject,
        subject_start=first,
        subject_end=last,
    )


def _drafted(text: str, figures: Sequence[Figure], cells: Mapping[int, Cell]) -> list[Draft]:
    drafts: list[Draft] = []
    for index, figure in enumerate(figures):
        if cell := cells.get(figure.start):
            drafts.append(Draft(figure, figure.start, cell.change, NOTHING, NOTHING, cell.subject))
            continue
        clause = subjects.clause_start(text, figure.start)
        last = drafts[-1] if drafts else None
        named = last.subject.end if last and last.prenominal else 0
        used = max(last.figure.end, named if named <= figure.start else 0) if last else 0
        begin = max(clause, used)
        begin += text.startswith("中", begin) and begin == used  # 4件诉求中3件
        change = kinds.change(text, figure, begin)
        end = change.start if change else figure.start
        end = placed(text, begin, end) if figure.form == "rank" else end
        front = subjects.before(text, begin, end)
        aside = _ASIDE.match(text, figure.end)
        aside = aside or _SIZED.match(text, figure.end)
        past = aside.end() if aside else figure.end
        limit = next((after.start for after in figures[index + 1 :] if after.start >= past), len(text))
        follows = (
            figure.form in {"plain", "part", "ordinal", "great"}
            and not change
            and (
                figure.unit != "ratio"
                or figure.form == "part"
                or subjects.whole(text, figure.end)
                or (clause == figure.start and part_of(text, figure.end))
            )
        )
        again = figure.unit in _SPELLS or text.endswith("连续", 0, figure.start)
        again = again or (not front and text.startswith(("获", "荣获", "被评"), past))
        rear = subjects.won(text, past) if again else past
        back = subjects.behind(text, rear, max(rear, min(limit, rear + 60))) if follows else NOTHING
        following = figures[index + 1] if index + 1 < len(figures) else None
        ranked = following is not None and following.form == "rank" and back.end == following.start
        if again and (ranked or placed(text, rear, limit) == rear):
            back = NOTHING  # 连续4年排名全省第1
        if not front and not back:
            front = labelled(text, figure.start)
        if back and figure.unit == "count" and following and following.unit != "count":
            meets = REACHES.fullmatch(text, back.end, following.start)
            back = subjects.first_head(text, back) if meets else back
        kept = back and figure.unit in _SPELLS and text.endswith("连续", 0, figure.start)
        kept = kept and (not front or subjects.place(text, front))  # 街道连续三年绩效考核为优秀
        subject = back if kept else subjects.chosen(text, figure, front, back)
        if figure.unit == "count" and (not subject or text[subject.end : figure.start] == "、"):
            subject = subjects.fate(text, figure.end) or subject
        if figure.form == "nought":
            back = subject = Phrase(*noughts.event(text, figure))
        if figure.form == "often" and (each := list(_EACH.finditer(text, begin, figure.start))):
            subject = subjects.before(text, each[-1].end(), figure.start)  # 老人每年体检一次
        if figure.unit == "ratio" and last and last.prenominal and begin == last.subject.end and not change:
            done = subjects.clause_start(text, figure.start) <= last.subject.start
            subject = replace(subject, start=last.subject.start) if done and front else subject
        drafts.append(
            Draft(
                figure,
                begin,
                change,
                front,
                back,
                subject,
                prenominal=bool(back) and subject.start == back.start,
            )
        )
    return drafts


def _share_change(text: str, drafts: list[Draft], index: int) -> None:
    """分别增长8%、9%: the second grows as the first does."""
    draft, last = drafts[index], drafts[index - 1] if index else None
    if draft.change is not None or last is None or last.change is None:
        return
    between = text[last.figure.end : draft.figure.start]
    if last.figure.unit == draft.figure.unit and not between.strip("、,和及与 "):
        draft.change = replace(last.change, start=draft.figure.start)


def _claims(even: str, drafts: list[Draft], periods: Periods, cells: Mapping[int, Cell]) -> list[Claim]:
    claims: list[Claim] = []
    columns = tables.under(even)
    starts = [column.start for column in columns]
    for draft in drafts:
        figure, subject = draft.figure, draft.subject
        column = columns[at - 1] if (at := bisect_right(starts, figure.start)) else None
        column = column if column and figure.end <= column.end else None
        gap = even[claims[-1].end : figure.start] if claims else ""
        listed = bool(claims) and (not gap or (gap in _AND and figure.unit == claims[-1].unit))
        if not (listed or (figure.form == "share" and gap in RATIO)):
            dated = figure  # what goes on in 8:52:40 or 3万元和2万元 is of the time that the first one's words say
        told = periods.at(dated.start, dated.end)
        if draft.change and draft.change.against == "average":
            told = periods.over(told, figure.start)
        if cell := cells.get(figure.start):
            told = periods.in_column(told, cell.year, last_year=cell.last_year, plan=cell.planned)
        if column:
            told = periods.in_column(told, column.year, last_year=column.last_year, plan=column.planned)
        aimed = not cell and aiming.aimed(even, figure, told, claims[-1] if claims else None)
        named = _SPACE.sub("", even[subject.start : subject.end])
        kind = kinds.kind(figure, subject=named, changed=draft.change is not None, planned=told.plan or aimed)
        sign = draft.change.sign if draft.change else 1
        unit, factor = _base(even, figure, subject)
        value = _exact(figure.value * factor * (sign if figure.value > 0 else 1))
        upper = None if figure.upper is None else _exact(figure.upper * factor * sign)
        comparison = draft.change.against if draft.change else None
        claims.append(
            Claim(
                text=even[figure.start : figure.end], start=figure.start, end=figure.end, subject=named,
                subject_start=subject.start, subject_end=subject.end, value=value, upper=upper, unit=unit,
                classifier=figure.classifier, qualifier=figure.qualifier, qualifier_word=figure.word, kind=kind,
                period=told.period, comparison=comparison, comparison_value=value if comparison else None,
                step=figure.step * factor, action=subject.action, change=draft.change is not None,
                borrowed=draft.borrowed, of=cell.of if cell else "", until=told.until,
            )
        )  # fmt: skip
    return claims


def _exact(value: float) -> float:
    """Without the dust of binary fractions; whole numbers stay whole."""
    tidy = float(f"{value:.12g}")
    return int(tidy) if tidy.is_integer() and abs(tidy) < 1e15 else tidy


def _base(text: str, figure: Figure, subject: Phrase) -> tuple[str, float]:
    """方 is an area beside what lies flat, and a volume beside earth, water and gas."""
    if (
        figure.unit == "m²"
        and text[figure.number : figure.end].rstrip("以上左右下余多内").endswith("方")
        and not figure.text_is(text, "平")
    ):
        near = text[
            max(0, min(subject.start or figure.start, figure.start - 8)) : max(figure.end, subject.end)
        ]
        if _CUBIC.search(near):
            return "m³", 1
    return figure.unit, 1


def _compared(text: str, claims: list[Claim], drafts: list[Draft]) -> list[Claim]:
    """Levels with the change beside them, and changes from one level to another."""
    done = list(claims)
    for index in range(len(done) - 1):
        here, after = done[index], done[index + 1]
        between = text[here.end : after.start]
        if STOPS.search(between):
            continue
        same = (here.subject_start, here.subject_end) == (after.subject_start, after.subject_end)
        if after.change and not here.change and same and _NEXT_CHANGE.match(between):
            last_year = bool(here.period and after.period and here.period < after.period)
            grown = index - 1 if last_year else index  # 1.3亿元，上年为1.2亿元，增长8%: the first has grown
            if grown >= 0 and done[grown].subject == after.subject and not done[grown].change:
                done[grown] = replace(
                    done[grown], comparison=after.comparison or "yoy", comparison_value=after.value
                )
            if after.comparison is None:
                done[index + 1] = replace(after, comparison="yoy", comparison_value=after.value)
        elif here.change and not after.change and _THEN_LEVEL.match(between):
            done[index + 1] = replace(after, comparison=here.comparison or "yoy", comparison_value=here.value)
        elif here.unit == after.unit and from_to(text, drafts[index], between):
            done[index + 1] = replace(after, comparison="from", comparison_value=here.value)
    return done
