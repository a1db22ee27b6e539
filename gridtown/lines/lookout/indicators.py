"""What is asked of the lookout: fires dealt with, how right and how fast the alarms are, what was not seen."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _, seconds

REVIEWED = date(2026, 11, 27)
OURS = "design: no rule fixes it"
REPORT = "work report of the town, 2023: 秸秆焚烧火点处置"

JUDGED = (_.confirm_times > 0) | (_.outcome == "done")

INDICATORS = (
    Indicator("fires_handled", "How many fires were put out and closed?",
        kind="alarm", of=_.outcome == "solved", time="closed", basis=REPORT, reviewed=REVIEWED,
        why="Confirmed on site, out, guarded and inspected; several alarms of one fire count once."),
    Indicator("straw_handled", "How many straw fires were put out and closed?",
        kind="alarm", of=(_.outcome == "solved") & (_.category == "straw"), time="closed", basis=REPORT,
        reviewed=REVIEWED, why="What burnt is what was found on site, not what was reported."),
    Indicator("alarms", "How many alarms came in?",
        kind="alarm", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED,
        why="With those merged and rejected; muted ones are counted apart."),
    Indicator("confirmed_share", "Of the alarms that were judged, how many were fires?",
        kind="alarm", of=JUDGED, count=_.confirm_times > 0, unit="percent", better="higher",
        basis="design: one county reports 6 of 38 (衡阳县, 2024)", reviewed=REVIEWED,
        why="Low is no failure of people: it says how good the cameras and their masks are."),
    Indicator("camera_false_share", "Of the cameras' alarms that were judged, how many were false?",
        kind="alarm", of=_.f_camera.notnull() & JUDGED, count=_.outcome == "done", unit="percent", better="lower",
        basis=OURS, reviewed=REVIEWED, why="By camera in the tool 各摄像机误报, and beside every alarm."),
    Indicator("muted", "How much smoke was kept without being dispatched?",
        kind="muted", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED,
        why="Masks, known burners, permitted fires: each kept with its rule."),
    Indicator("muted_wrongly", "Of the smoke not dispatched, how much was dispatched after all?",
        kind="muted", of=_.opened.notnull(), count=_.raised_times > 0, unit="percent", better="lower", basis=OURS,
        reviewed=REVIEWED, why="A rule that mutes real fires shows here."),
    Indicator("verified_in_time", "Of the alarms due for a first look, how many had it in time?",
        kind="alarm", of=_.verify_due.notnull(), count=~_.verify_late & ~_.verify_open, time="verify_due",
        unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="The alarm waits for nobody: those still unseen are in the denominator."),
    Indicator("arrived_in_time", "Of the crews that were due on site, how many were there in time?",
        kind="alarm", of=_.arrive_due.notnull(), count=~_.arrive_late & ~_.arrive_open, time="arrive_due",
        unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="From dispatch; on the way counts."),
    Indicator("out_in_time", "Of the fires that were due to be out, how many were out in time?",
        kind="alarm", of=_.extinguish_due.notnull(), count=~_.extinguish_late & ~_.extinguish_open,
        time="extinguish_due", unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="From confirmation on site."),
    Indicator("hours_to_look", "How long did the middle alarm wait for its first look?",
        kind="alarm", of=_.verified_times > 0, measure=seconds(_.opened, _.verified_first), unit="hours",
        better="lower", basis=OURS, reviewed=REVIEWED,
        why="Kept from the first day, also of alarms that were merged later."),
    Indicator("hours_to_arrive", "How long after the alarm was the middle crew on site?",
        kind="alarm", of=_.arrived_times > 0, measure=seconds(_.opened, _.arrived_first), unit="hours",
        better="lower", basis=OURS, reviewed=REVIEWED, why="The whole way of an alarm, not only the drive."),
    Indicator("to_enforcement", "How many fires were handed to enforcement?",
        kind="alarm", of=_.refer_times > 0, time="out_first", basis="大气污染防治法 119",
        reviewed=REVIEWED, why="Dissuaded and ordered ones are not in it."),
    Indicator("hours_blind", "For how many hours did cameras not see?",
        kind="outage", of=_.closed.notnull(), measure=seconds(_.opened, _.closed), agg="sum", unit="hours",
        time="closed", better="lower", basis=OURS, reviewed=REVIEWED,
        why="Infrared pictures at night are in it: they are not judged, and silence then means nothing."),
    Indicator("poses_checked", "Of the checks of poses owed, how many were made?",
        kind="check", of=_.opened.notnull(), count=_.outcome == "done", unit="percent", better="higher", basis=OURS,
        reviewed=REVIEWED, why="A bearing is as good as the direction of its camera."),
    Indicator("burns", "How many fires were permitted?",
        kind="burn", of=_.granted_times > 0, basis="浙江省森林消防条例 16, 17", reviewed=REVIEWED,
        why="Those revoked later included."),
    Indicator("burns_answered", "Of the requests to burn that fell due, how many were answered in time?",
        kind="burn", of=_.answering_due.notnull(), count=~_.answering_late & ~_.answering_open, time="answering_due",
        unit="percent", better="higher", basis="浙江省森林消防条例 16, 17", reviewed=REVIEWED,
        why="Those not answered yet count as late."),
)  # fmt: skip
