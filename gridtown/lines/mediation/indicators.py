"""What is asked of the centre: is what is brought routed, and are disputes settled where they arose, and kept so.

Mediators are not ranked: no figure is by person.
"""

from datetime import date

from gridtown.kernel.indicator import Indicator, _, seconds
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)
STARTED = _.mediating_times > 0
AGREED = (_.in_force_times > 0) & (_.in_force_first < _.until)
LAW = "人民调解法"

INDICATORS = (
    Indicator("receptions", "How many people's matters were received?",
        kind="reception", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED,
        why="At the counter and by the page together."),
    Indicator("routed_in_time", "Of the matters that had to be answered or routed, how many were in time?",
        kind="reception", of=_.routing_due.notnull(), count=~_.routing_late & ~_.routing_open, time="routing_due",
        unit="percent", better="higher", basis=OURS, reviewed=REVIEWED, why="Open late ones included."),
    Indicator("to_mediation", "Of the matters received, how many went to mediation?",
        kind="reception", of=_.opened.notnull(), count=_.to_mediation_times > 0, unit="percent", basis=OURS,
        reviewed=REVIEWED, why="The others were answered, handed on or told where they belong."),
    Indicator("disputes", "How many disputes were brought to mediation?",
        kind="dispute", of=_.opened.notnull(), basis=f"{LAW} 17, 18", reviewed=REVIEWED,
        why="Those that were not accepted are in it."),
    Indicator("settled", "Of the disputes in which mediation began, how many came to an agreement by the end of the "
              "period?",
        kind="dispute", of=STARTED, count=AGREED, unit="percent", better="higher",
        basis=f"{LAW} 2", reviewed=REVIEWED,
        why="Open ones are in the denominator; what a side refused before it began is not."),
    Indicator("refused", "Of the disputes accepted, how many were refused or given up by a side?",
        kind="dispute", of=(_.asking_times > 0) | (_.offered_times > 0),
        count=_.outcome == "withdrawn", unit="percent", basis=f"{LAW} 17, 23", reviewed=REVIEWED,
        why="A right of theirs, so neither good nor bad."),
    Indicator("within_term", "Of the mediations whose term ended, how many ended within it?",
        kind="dispute", of=_.term_due.notnull(), count=~_.term_late & ~_.term_open, time="term_due",
        unit="percent", better="higher", basis="人民调解工作若干规定 33", reviewed=REVIEWED,
        why="Agreed, failed or given up; with the extension that all asked for."),
    Indicator("performed", "Of the agreements that had to be performed, how many were performed in time?",
        kind="dispute", of=_.performance_due.notnull(),
        count=(_.performed_times > 0) & ~_.performance_late & ~_.performance_open, time="performance_due",
        unit="percent", better="higher", basis=f"{LAW} 31", reviewed=REVIEWED,
        why="By the day that the agreement names."),
    Indicator("confirmed", "Of the agreements, how many did the court confirm?",
        kind="dispute", of=AGREED, count=_.a_court_answer_court_result == "confirmed", unit="percent",
        basis=f"{LAW} 33; 民事诉讼法 205, 206", reviewed=REVIEWED, why="Only where the sides want it."),
    Indicator("village_settled", "Of the agreements, how many were reached in the village?",
        kind="dispute", of=AGREED, count=(_.offered_times == 0) & (_.with_county_times == 0), unit="percent",
        better="higher", basis="信访工作条例 15", reviewed=REVIEWED,
        why="Small disputes end in the village (小事不出村): neither the town nor the county had to take them."),
    Indicator("town_settled", "Of the agreements, how many were reached without the county?",
        kind="dispute", of=AGREED, count=_.with_county_times == 0, unit="percent", better="higher",
        basis="信访工作条例 15", reviewed=REVIEWED,
        why="Large disputes end in the town (大事不出镇): the county did not have to take them."),
    Indicator("to_town", "How many disputes did villages pass on to the town?",
        kind="dispute", of=_.to_town_times > 0, basis=OURS, reviewed=REVIEWED, why="Tried in the village first."),
    Indicator("to_county", "How many disputes did the town pass on to the county?",
        kind="dispute", of=_.to_county_times > 0, basis=OURS, reviewed=REVIEWED, why="Tried in the town first."),
    Indicator("repeated", "Of the disputes, how many were between the same two sides as one before?",
        kind="dispute", of=_.opened.notnull(), count=_.f_repeats > 0, unit="percent", better="lower", basis=OURS,
        reviewed=REVIEWED, why="Within the time that the town has set; names are compared sealed."),
    Indicator("risks", "How many disputes might get worse?",
        kind="dispute", of=_.a_warn_risk_risk.isin(["possible", "high"]), basis=f"{LAW} 25", reviewed=REVIEWED,
        why="As last judged: measures were taken and those told who had to be."),
    Indicator("days_to_settle", "How long did it take from bringing a dispute to its agreement, for the middle one?",
        kind="dispute", of=_.in_force_times > 0, measure=seconds(_.opened, _.in_force_first), agg="median",
        time="in_force_first", unit="days", better="lower", basis=OURS, reviewed=REVIEWED, why="Natural days."),
    Indicator("content", "Of the ratings by applicants, how many were four or five of five?",
        kind="dispute", of=_.rate_times > 0, count=_.a_rate_satisfied >= 4, unit="percent", better="higher",
        basis=OURS, reviewed=REVIEWED, why="Who does not rate is not counted."),
)  # fmt: skip
