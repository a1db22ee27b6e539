"""What is asked of the visits: are they made, and is what they find put right (domain B4)."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)
STANDING = _.dismissed_times == 0

INDICATORS = (
    Indicator("visits_due", "How many visits were owed?",
        kind="visit", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED, why="One for each entity and period."),
    Indicator("visits_made", "Of the visits owed, how many were made?",
        kind="visit", of=_.closed_down_times == 0, count=(_.visited_times > 0) & (_.closed < _.until),
        unit="percent", better="higher", basis="督导完成率, as counties publish it", reviewed=REVIEWED,
        why="Entities that have shut down are left out."),
    Indicator("problems", "How many problems were found at makers and sellers of food?",
        kind="problem", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED, why="From visits, checks and residents."),
    Indicator("problems_rectified", "Of the problems that stood, how many were put right by the end of the period?",
        kind="problem", of=STANDING, count=(_.outcome.isin(["solved", "done"])) & (_.closed < _.until),
        unit="percent", better="higher", basis="问题整改率, as counties publish it", reviewed=REVIEWED,
        why="Open ones are in the denominator; what enforcement has decided counts."),
    Indicator("rectified_on_time", "Of the orders that fell due, how many were carried out in time?",
        kind="problem", of=STANDING & _.ordered_due.notnull(), count=~_.ordered_late & ~_.ordered_open,
        time="ordered_due", unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="Open late ones included."),
    Indicator("repeated_share", "Of the problems that stood, how many had stood at the same entity before?",
        kind="problem", of=STANDING, count=_.f_repeated, unit="percent", better="lower", basis=OURS,
        reviewed=REVIEWED, why="Within the days that the town has set."),
    Indicator("referred", "How many problems went to enforcement?",
        kind="problem", of=_.refer_times > 0, basis="食品安全法 110", reviewed=REVIEWED,
        why="A cadre visits and orders; only enforcement punishes."),
    Indicator("self_checks", "How many checks of their own did makers and sellers report?",
        kind="self_check", of=_.opened.notnull(), basis="食品安全法 47", reviewed=REVIEWED,
        why="Daily, weekly and monthly ones together."),
)  # fmt: skip
