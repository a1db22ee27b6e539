"""What is asked of enforcement: whether the steps are kept. No figure here counts or ranks fines (行政处罚法 74)."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _, seconds
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)
FILED = _.file_times > 0

INDICATORS = (
    Indicator("clues", "How many clues came in?",
        kind="case", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED, why="From all sources."),
    Indicator("filed", "How many cases were filed?",
        kind="case", of=FILED, time="investigating_first", basis="行政处罚法 54", reviewed=REVIEWED,
        why="Those decided on the spot are counted apart."),
    Indicator("on_the_spot", "How many were decided on the spot?",
        kind="case", of=_.punish_on_the_spot_times > 0, basis="行政处罚法 51", reviewed=REVIEWED,
        why="Warnings and the smallest fines."),
    Indicator("handed_over", "How many clues were handed to the organ whose they are?",
        kind="case", of=_.hand_over_times > 0, basis="浙江省综合行政执法条例 9, 18", reviewed=REVIEWED,
        why="What is not on the town's list is not punished by the town."),
    Indicator("decided_in_time", "Of the cases whose 90 days ended, how many were decided in time?",
        kind="case", of=FILED & _.decision_due.notnull(), count=~_.decision_late & ~_.decision_open,
        time="decision_due", unit="percent", better="higher", basis="行政处罚法 60", reviewed=REVIEWED,
        why="Open late ones included."),
    Indicator("served_in_time", "Of the decisions to be served, how many were served in time?",
        kind="case", of=_.service_due.notnull(), count=~_.service_late & ~_.service_open, time="service_due",
        unit="percent", better="higher", basis="行政处罚法 61", reviewed=REVIEWED, why="Within 7 working days."),
    Indicator("hearings", "How many hearings were held?",
        kind="case", of=_.hold_hearing_times > 0, basis="行政处罚法 63", reviewed=REVIEWED,
        why="On request, where the notice had to offer one."),
    Indicator("no_penalty", "Of the cases filed, how many ended without a penalty?",
        kind="case", of=FILED, count=_.spare_times > 0, unit="percent", basis="行政处罚法 33, 57",
        reviewed=REVIEWED, why="Slight and put right, first, or not proven."),
    Indicator("overturned", "Of the cases filed, how many decisions were overturned?",
        kind="case", of=FILED, count=_.outcome == "unsolved", unit="percent", better="lower",
        basis="行政处罚法 48", reviewed=REVIEWED, why="Dropped ones included."),
    Indicator("given_back_in_time",
        "Of the decisions that fell after something was taken, how many were made good in time?",
        kind="case", of=_.giving_back_due.notnull(), count=~_.giving_back_late & ~_.giving_back_open,
        time="giving_back_due", unit="percent", better="higher", basis="行政强制法 41", reviewed=REVIEWED,
        why="Money and goods; those still owed count as late."),
    Indicator("closed", "How many cases were closed?",
        kind="case", of=_.close_times > 0, time="closed", basis=OURS, reviewed=REVIEWED,
        why="Paid and carried out."),
    Indicator("days_to_decide", "How long did it take from filing to the decision, for the middle one?",
        kind="case", of=_.decide_times > 0, measure=seconds(_.investigating_first, _.decided_first),
        time="decided_first", unit="days", better="lower", basis="行政处罚法 60", reviewed=REVIEWED,
        why="Natural days."),
)  # fmt: skip
