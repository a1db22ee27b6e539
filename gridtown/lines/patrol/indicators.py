"""What is asked of patrol: what was found, and whether it was put right (domain A7)."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _, seconds

REVIEWED = date(2026, 11, 23)
OURS = "design: no rule fixes it"
REPORT = "work report of the town, 2023: 整改点位"

STANDING = _.dismissed_times == 0

INDICATORS = (
    Indicator("findings", "How many findings did patrols bring in?",
        kind="finding", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED,
        why="Dismissed ones too. No target: more may mean a worse town or a better look."),
    Indicator("points_rectified", "How many points were put right?",
        kind="finding", of=_.outcome == "solved", time="closed", basis=REPORT, reviewed=REVIEWED,
        why="Checked by another, or closed as solved by the desk it was handed to."),
    Indicator("rectified_rate",
        "Of the findings that stood, how many were put right by the end of the period?", kind="finding",
        of=STANDING, count=(_.outcome == "solved") & (_.closed < _.until), unit="percent", better="higher",
        basis=REPORT, reviewed=REVIEWED,
        why="Open ones are in the denominator; dismissed ones, where nothing was wrong, are not."),
    Indicator("rectified_on_time", "Of the orders that fell due, how many were carried out in time?",
        kind="finding", of=STANDING, count=~_.rectify_late & ~_.rectify_open, time="rectify_due",
        unit="percent", better="higher",
        basis="按期处置率 (CJJ/T 106 practice): due ones, open late ones included", reviewed=REVIEWED,
        why="A share of the finished ones only would flatter."),
    Indicator("cleared_on_the_spot", "Of the findings, how many were put right on the spot?",
        kind="finding", of=STANDING, count=_.clear_times > 0, unit="percent", basis=OURS, reviewed=REVIEWED,
        why="Settled by whoever found it (自行处置): what needs no second way."),
    Indicator("handed_on", "Of the findings, how many became a matter of the residents' desk?",
        kind="finding", of=STANDING, count=_.hand_on_times > 0, unit="percent", basis=OURS,
        reviewed=REVIEWED,
        why="They are dealt with and counted there as well: the two figures are not added up."),
    Indicator("to_safety", "Of the findings, how many became a hazard of the safety desk?",
        kind="finding", of=STANDING, count=_.to_safety_times > 0, unit="percent", basis=OURS,
        reviewed=REVIEWED,
        why="They are written off and counted there as well: the two figures are not added up."),
    Indicator("sent_back", "Of the findings said to be put right, how many were sent back by the check?",
        kind="finding", of=_.fixed_times > 0, count=_.send_back_times > 0, unit="percent", better="lower",
        basis="返工率 (CJJ/T 106 practice)", reviewed=REVIEWED,
        why="Work that had to be done again (返工率)."),
    Indicator("days_to_rectify", "How long did it take from finding to put right, for the middle one?",
        kind="finding", of=_.outcome == "solved", measure=seconds(_.opened, _.closed), time="closed",
        unit="days", better="lower", basis=OURS, reviewed=REVIEWED,
        why="Natural days, the check included."),
    Indicator("rounds_due", "How many rounds were owed?",
        kind="round", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED,
        why="One for each route and period."),
    Indicator("rounds_done", "Of the rounds owed, how many were walked?",
        kind="round", of=_.opened.notnull(), count=(_.outcome == "done") & (_.closed < _.until),
        unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="By route and place only: who walked is not counted (domain 0.5)."),
)  # fmt: skip
