"""What is asked of safety: what was found, whether it was put right in time, and whether risks are looked at."""

from datetime import date

from gridtown.kernel.indicator import Asked, Indicator, _, seconds

REVIEWED = date(2026, 11, 27)
OURS = "design: no rule fixes it"
REPORT = "work report of the town, 2023: hazards removed"
DUE = "按期整改率 as offices count it: due ones, open late ones included"

STANDING = (_.dismissed_times == 0) & (_.merged_times == 0)
REMOVED = (_.outcome == "solved") & (_.closed < _.until)
MAJOR = STANDING & (_.judge_major_times > _.regrade_times)
REPEATED = (_.f_repeats > 0) | (_.a_identify_repeats > 0)
CHECKED_IN_TIME = (_.outcome == "done") & ~_.visit_late


def _checks(key: str, question: str, of: Asked) -> Indicator:
    """The share of re-inspections made in time, of all or of one colour."""
    return Indicator(
        key, question, kind="check", of=of, count=CHECKED_IN_TIME, time="visit_due", unit="percent",
        better="higher", basis="安全生产法 9, 41", reviewed=REVIEWED,
        why="Those that were never made are in the denominator.",
    )  # fmt: skip


HAZARDS = (
    Indicator("hazards_found", "How many hazards were found?",
        kind="hazard", of=STANDING, basis=OURS, reviewed=REVIEWED,
        why="Dismissed and merged ones are not. No target: more may mean a worse town or a better look."),
    Indicator("hazards_removed", "How many hazards were removed?",
        kind="hazard", of=_.outcome == "solved", time="closed", basis=REPORT, reviewed=REVIEWED,
        why="Written off after somebody else than who put it right had looked."),
    Indicator("rectified_rate", "Of the hazards found, how many were removed by the end of the period?",
        kind="hazard", of=STANDING, count=REMOVED, unit="percent", better="higher", basis=REPORT,
        reviewed=REVIEWED,
        why="The share put right (整改率); open ones are in the denominator."),
    Indicator("rectified_on_time", "Of the orders that fell due, how many were carried out in time?",
        kind="hazard", of=STANDING, count=~_.rectify_late & ~_.rectify_open, time="rectify_due",
        unit="percent", better="higher", basis=DUE, reviewed=REVIEWED,
        why="A share of the finished ones only would flatter."),
    Indicator("major_found", "How many major hazards were found?",
        kind="hazard", of=MAJOR, basis="安全生产法 41", reviewed=REVIEWED,
        why="Those judged major and not graded down again."),
    Indicator("major_removed", "Of the major hazards, how many were removed by the end of the period?",
        kind="hazard", of=MAJOR, count=REMOVED, unit="percent", better="higher", basis="安全生产法 41",
        reviewed=REVIEWED,
        why="Removed means reviewed and consented to, not only said to be done."),
    Indicator("major_on_time", "Of the plans for major hazards that fell due, how many were carried out in time?",
        kind="hazard", of=MAJOR, count=~_.treat_late & ~_.treat_open, time="treat_due", unit="percent",
        better="higher", basis=DUE, reviewed=REVIEWED,
        why="By the day that the plan itself names."),
    Indicator("reported_up_on_time", "Of the major hazards, how many were reported up in time?",
        kind="hazard", of=MAJOR, count=~_.report_up_late & ~_.report_up_open, time="report_up_due",
        unit="percent", better="higher", basis="安全生产法 41", reviewed=REVIEWED,
        why="The law says in good time; the amount is the limit's."),
    Indicator("listed", "Of the major hazards, how many were put under listed supervision?",
        kind="hazard", of=MAJOR, count=_.list_up_times > 0, unit="percent",
        basis="安全生产法 41; 浙江省消防条例 7", reviewed=REVIEWED,
        why="Listed for supervision (挂牌督办) by the level that has to."),
    Indicator("repeated_share", "Of the hazards found, how many had been put right at the same unit before?",
        kind="hazard", of=STANDING, count=REPEATED, unit="percent", better="lower", basis=OURS,
        reviewed=REVIEWED,
        why="Same unit, same kind, within the days of the setting: what comes back was not cured."),
    Indicator("found_by_units", "Of the hazards found, how many did the units find themselves?",
        kind="hazard", of=STANDING, count=_.f_source == "self_inspection", unit="percent",
        basis="安全生产法 41", reviewed=REVIEWED,
        why="Searching is first of all the unit's own duty."),
    Indicator("sent_back", "Of the hazards said to be put right, how many were sent back by the check?",
        kind="hazard", of=STANDING & (_.fixed_times + _.treated_times > 0), count=_.send_back_times > 0,
        unit="percent", better="lower", basis=OURS, reviewed=REVIEWED,
        why="Work that had to be done again (返工率)."),
    Indicator("cleared_on_the_spot", "Of the hazards found, how many were put right on the spot?",
        kind="hazard", of=STANDING, count=_.clear_times > 0, unit="percent", basis="安全生产法 65",
        reviewed=REVIEWED,
        why="What can be removed at once is."),
    Indicator("referred", "Of the hazards that were late or came back, how many went to enforcement?",
        kind="hazard", of=STANDING & (_.rectify_late | _.treat_late | REPEATED), count=_.refer_times > 0,
        unit="percent", basis="安全生产法 102", reviewed=REVIEWED,
        why="A ratio to look into case by case, not a target: no figure here counts fines."),
    Indicator("days_to_remove", "How long did it take from finding to writing off, for the middle one?",
        kind="hazard", of=_.outcome == "solved", measure=seconds(_.opened, _.closed), time="closed",
        unit="days", better="lower", basis=OURS, reviewed=REVIEWED,
        why="Natural days, the check included."),
)  # fmt: skip

CHECKS = (
    Indicator("checks_done", "Of the re-inspections owed, how many were made?",
        kind="check", of=_.opened.notnull(), count=(_.outcome == "done") & (_.closed < _.until),
        unit="percent", better="higher", basis="安全生产法 9, 41", reviewed=REVIEWED,
        why="One for each risk point and period."),
    _checks("checks_on_time", "Of the re-inspections that fell due, how many were made in time?",
            _.opened.notnull()),
    _checks("red_checks_on_time", "Of the re-inspections of red points that fell due, how many were made in time?",
            _.f_colour == "red"),
    _checks("orange_checks_on_time",
            "Of the re-inspections of orange points that fell due, how many were made in time?",
            _.f_colour == "orange"),
    _checks("yellow_checks_on_time",
            "Of the re-inspections of yellow points that fell due, how many were made in time?",
            _.f_colour == "yellow"),
    _checks("blue_checks_on_time", "Of the re-inspections of blue points that fell due, how many were made in time?",
            _.f_colour == "blue"),
    Indicator("out_of_control", "Of the risk points looked at, how many were out of control?",
        kind="check", of=_.outcome == "done", count=~_.a_check_in_control, time="closed", unit="percent",
        better="lower", basis="安全生产法 41", reviewed=REVIEWED,
        why="Each has become a hazard of its own."),
)  # fmt: skip

SELF_CHECKS = (
    Indicator("self_checks_done", "Of the self-inspections asked for, how many were done?",
        kind="self_check", of=_.opened.notnull(), count=(_.outcome == "done") & (_.closed < _.until),
        unit="percent", better="higher", basis="安全生产法 41, 46", reviewed=REVIEWED,
        why="Read by the town; what was only handed in is not yet."),
    Indicator("self_checks_on_time", "Of the self-inspections that fell due, how many were handed in in time?",
        kind="self_check", of=_.opened.notnull(),
        count=(_.handed_in_times > 0) & ~_.self_check_late & ~_.self_check_open,
        time="self_check_due", unit="percent", better="higher", basis="安全生产法 41, 46", reviewed=REVIEWED,
        why="Those for which nothing came are in the denominator."),
    Indicator("staff_told", "Of the self-inspections handed in, how many were made known to the unit's staff?",
        kind="self_check", of=_.handed_in_times > 0, count=_.a_hand_in_staff_told, unit="percent",
        better="higher", basis="安全生产法 41", reviewed=REVIEWED,
        why="What is found and done is told to those who work there."),
)  # fmt: skip

INDICATORS = HAZARDS + CHECKS + SELF_CHECKS
