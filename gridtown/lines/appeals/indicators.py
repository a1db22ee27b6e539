"""What is asked of the closed loop; every denominator says which matters it holds (domain A1).

A matter that was merged, withdrawn or split lives on elsewhere, so it is not counted twice.
"""

from datetime import date

from gridtown.kernel.indicator import Indicator, _, seconds

REVIEWED = date(2026, 11, 23)
RATIOS = "ratios of digital city management (CJJ/T 106 practice); denominator as stated (design)"
OURS = "design: no rule fixes it"

OWN = (_.merged_times == 0) & (_.withdrawn_times == 0) & (_.split_up_times == 0)
HANDLED = OWN & (_.dispatched_times > 0)
ENDED_IN_TIME = _.closed.notnull() & (_.closed < _.until)

INDICATORS = (
    Indicator("received", "How many reports came in?",
        kind="matter", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED,
        why="Every report, refused and merged ones too: what residents told us."),
    Indicator("handled", "How many matters did we deal with?",
        kind="matter", of=HANDLED, basis="work report of the town, 2023: matters dealt with",
        reviewed=REVIEWED,
        why="Dispatched to a post; a merged report is part of another, a split one lives on in its parts."),
    Indicator("closed_of_handled",
        "Of the matters we dealt with, how many were closed by the end of the period?", kind="matter",
        of=HANDLED, count=ENDED_IN_TIME, unit="percent", better="higher",
        basis="work report of the town, 2023: 办结率", reviewed=REVIEWED,
        why="Closed is not solved: read it beside solved_rate."),
    Indicator("closed_rate", "Of the matters that fell due, how many were closed by the end of the period?",
        kind="matter", of=OWN, count=ENDED_IN_TIME, time="handle_due", unit="percent", better="higher",
        basis=RATIOS, reviewed=REVIEWED,
        why="Closed of what was to be closed (结案率): open late ones are in the denominator."),
    Indicator("on_time_rate", "Of the matters that fell due, how many were dealt with in time?",
        kind="matter", of=OWN, count=~_.handle_late & ~_.handle_open, time="handle_due", unit="percent",
        better="higher", basis=RATIOS, reviewed=REVIEWED,
        why="Handled in time of what was to be handled (按期处置率); a share of the closed ones only would flatter."),
    Indicator("dispatch_on_time",
        "Of the matters dispatched, how many had been received and dispatched in time?", kind="matter",
        of=HANDLED, count=~_.receive_late & ~_.dispatch_late, unit="percent", better="higher", basis=RATIOS,
        reviewed=REVIEWED,
        why="Dispatched in time (按期派遣率); both clocks before the dispatch are looked at."),
    Indicator("verified_by_other",
        "Of the matters closed as solved, how many were checked by another than the handler?",
        kind="matter", of=(_.outcome == "solved") & (_.split_up_times == 0), count=_.verify_times > 0,
        time="closed", unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="The rest were closed by the reporters themselves."),
    Indicator("reopened_rate", "Of the matters that were closed, how many were reopened?",
        kind="matter", of=HANDLED & ((_.closed_times > 0) | (_.closed_unsolved_times > 0)),
        count=_.reopen_times > 0, unit="percent", better="lower", basis=RATIOS, reviewed=REVIEWED,
        why="Work done again (返工率), by the day of the report, so that a reopened matter does not "
        "leave its denominator."),
    Indicator("solved_rate", "Of the matters that were closed, how many were solved?",
        kind="matter", of=OWN & (_.outcome != "refused"), count=_.outcome == "solved", time="closed",
        unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="Closed as unsolved is in the denominator."),
    Indicator("unsolved", "How many matters were closed without being solved?",
        kind="matter", of=_.outcome == "unsolved", time="closed", better="lower", basis=OURS,
        reviewed=REVIEWED,
        why="Each one has an answer that says why and where to turn."),
    Indicator("rated_share", "Of the matters that were closed, how many did their reporters rate?",
        kind="matter", of=OWN & (_.outcome != "refused"), count=_.rate_times > 0, time="closed",
        unit="percent", basis=OURS, reviewed=REVIEWED,
        why="A mean of few ratings says little: the share stands beside it."),
    Indicator("fives", "Of the matters that were rated, how many got the best mark?",
        kind="matter", of=_.rate_times > 0, count=_.a_rate_satisfied == 5, time="closed", unit="percent",
        better="higher", basis="marks from 1 to 5, as the city's message board asks them",
        reviewed=REVIEWED,
        why="The share of fives with both its counts, not a mean that hides how few rated."),
    Indicator("solved_say_reporters",
        "Of the matters that were rated, how many do their reporters call solved?", kind="matter",
        of=_.rate_times > 0, count=_.a_rate_solved, time="closed", unit="percent", better="higher",
        basis=OURS, reviewed=REVIEWED,
        why="The last word on whether it is solved is the reporter's."),
    Indicator("days_to_close", "How long did it take from report to closing, for the middle matter?",
        kind="matter", of=HANDLED, measure=seconds(_.opened, _.closed), time="closed", agg="median",
        unit="days", better="lower", basis=OURS, reviewed=REVIEWED,
        why="Natural days, holidays and holds included: what the reporter waited."),
    Indicator("objection_rate",
        "Of the matters dispatched, how many went to a post that was not the right one?", kind="matter",
        of=HANDLED, count=_.transfer_times > 0, unit="percent", better="lower", basis=RATIOS,
        reviewed=REVIEWED,
        why="What was sent to the wrong desk (1 − 准确派遣率): objections that the dispatcher accepted."),
    Indicator("held_share", "Of the matters dispatched, how many were put on hold?",
        kind="matter", of=HANDLED, count=_.on_hold_times > 0, unit="percent", basis=OURS, reviewed=REVIEWED,
        why="A hold stops the clock, so its use is shown beside the punctuality."),
    Indicator("extended_share", "Of the matters dispatched, how many had their limit extended?",
        kind="matter", of=HANDLED, count=_.extend_times > 0, unit="percent", better="lower",
        basis="延期率, as one district defines it: extended of those to be dealt with", reviewed=REVIEWED,
        why="An extension moves the due time, so its use is shown beside the punctuality."),
    Indicator("merged", "How many reports said what another had already said?",
        kind="matter", of=_.merged_times > 0, basis=OURS, reviewed=REVIEWED,
        why="Their reporters follow the one that goes on."),
    Indicator("refused", "How many reports were not taken up?",
        kind="matter", of=_.outcome == "refused", time="closed", better="lower", basis=OURS,
        reviewed=REVIEWED,
        why="Each reporter was told why."),
    Indicator("open_late", "How many matters that fell due are still open?",
        kind="matter", of=OWN & _.handle_open, time="handle_due", better="lower", basis=RATIOS,
        reviewed=REVIEWED,
        why="Late and not handled yet (超期待处置): what is still running after its due time."),
)  # fmt: skip
