"""What is asked of the heads' waters: are they walked, what is found, is it put right and told back."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _, seconds
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)
WALKS = "浙江省河长制规定 9, 14"
ISSUES = "浙江省河长制规定 11"
STANDING = _.dismissed_times == 0

INDICATORS = (
    Indicator("walks_due", "How many walks were owed?",
        kind="walk", of=_.opened.notnull(), basis=WALKS, reviewed=REVIEWED,
        why="One for each reach and period."),
    Indicator("walks_done", "Of the walks owed, how many were walked?",
        kind="walk", of=_.opened.notnull(), count=(_.outcome == "done") & (_.closed < _.until),
        unit="percent", better="higher", basis=WALKS, reviewed=REVIEWED,
        why="By reach: who walked is not ranked."),
    Indicator("walks_valid", "Of the walks owed, how many were walked so that they count?",
        kind="walk", of=_.opened.notnull(), count=_.a_walk_valid & (_.closed < _.until),
        unit="percent", better="higher", basis=WALKS, reviewed=REVIEWED,
        why="Minutes, share of the reach and the time since the one before are settings of the town."),
    Indicator("issues", "How many issues were found at the waters?",
        kind="issue", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED,
        why="By heads, staff and residents together."),
    Indicator("issues_solved", "Of the issues that stood, how many were solved by the end of the period?",
        kind="issue", of=STANDING, count=(_.outcome == "solved") & (_.closed < _.until), unit="percent",
        better="higher", basis=ISSUES, reviewed=REVIEWED,
        why="Open ones are in the denominator."),
    Indicator("urged_on_time", "Of the issues urged that fell due, how many were dealt with in time?",
        kind="issue", of=STANDING & _.urged_due.notnull(), count=~_.urged_late & ~_.urged_open, time="urged_due",
        unit="percent", better="higher", basis="浙江省河长制规定 16", reviewed=REVIEWED,
        why="Open late ones included."),
    Indicator("reported_up", "How many issues did village heads report to the town's?",
        kind="issue", of=_.report_up_times > 0, basis=ISSUES, reviewed=REVIEWED,
        why="Urging or dissuading was in vain."),
    Indicator("reported_county", "How many issues did the town report to the county?",
        kind="issue", of=_.report_county_times > 0, basis=ISSUES, reviewed=REVIEWED,
        why="Coordination in the town was in vain."),
    Indicator("told_in_time", "Of the outcomes that had to be told back, how many were told in time?",
        kind="issue", of=_.tell_due.notnull(), count=~_.tell_late & ~_.tell_open, time="tell_due", unit="percent",
        better="higher", basis="浙江省河长制规定 11, 13", reviewed=REVIEWED,
        why="To the head who reported and to whoever complained."),
    Indicator("complaints", "How many complaints did residents bring to the heads?",
        kind="issue", of=_.channel.isin(["qr", "web", "hotline", "counter"]), basis="浙江省河长制规定 13",
        reviewed=REVIEWED, why="All channels by which residents come."),
    Indicator("days_to_solve", "How long did it take from finding to solved, for the middle one?",
        kind="issue", of=_.outcome == "solved", measure=seconds(_.opened, _.closed), time="closed", unit="days",
        better="lower", basis=OURS, reviewed=REVIEWED,
        why="Natural days, telling back included."),
    Indicator("boards_checked", "Of the signboards that had to be looked at, how many are in order?",
        kind="board_check", of=_.opened.notnull(), count=(_.outcome == "done") & (_.closed < _.until),
        unit="percent", better="higher", basis="浙江省河长制规定 12", reviewed=REVIEWED,
        why="Renewed ones included."),
)  # fmt: skip
