"""What is asked of the targets: are they met or changed, are questions answered and objections decided in time."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _

REVIEWED = date(2026, 11, 27)

INDICATORS = (
    Indicator("targets", "How many targets were set?",
        kind="target", of=_.opened.notnull(), basis="杭州市绩效管理条例 12", reviewed=REVIEWED,
        why="Those withdrawn later are in it."),
    Indicator("met", "Of the targets that fell due and were assessed, how many were met?",
        kind="target", of=_.outcome.isin(["solved", "unsolved"]), count=_.outcome == "solved", time="period_due",
        unit="percent", better="higher", basis="杭州市绩效管理条例 24", reviewed=REVIEWED,
        why="Withdrawn ones are left out; how many were changed on the way stands beside it."),
    Indicator("changed", "How many targets were changed after they were set?",
        kind="target", of=_.agree_times > 0, better="lower", basis="杭州市绩效管理条例 15", reviewed=REVIEWED,
        why="Each target once, however often; set in the period."),
    Indicator("questions", "How many questions were asked about targets?",
        kind="question", of=_.opened.notnull(), basis="杭州市绩效管理条例 20", reviewed=REVIEWED,
        why="Each of them names its target and whom it was put to."),
    Indicator("answered_on_time", "Of the questions that fell due, how many were answered within ten working days?",
        kind="question", of=_.answering_due.notnull(), count=~_.answering_late & ~_.answering_open,
        time="answering_due", unit="percent", better="higher", basis="杭州市绩效管理条例 20", reviewed=REVIEWED,
        why="Open late ones included."),
    Indicator("objections_on_time", "Of the objections that fell due, how many were decided within ten working days?",
        kind="target", of=_.review_due.notnull(), count=~_.review_late & ~_.review_open, time="review_due",
        unit="percent", better="higher", basis="杭州市绩效管理条例 25", reviewed=REVIEWED,
        why="Open late ones included."),
)  # fmt: skip
