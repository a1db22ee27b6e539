"""What is asked of event mode: how often and how long, whether reports and tasks kept their time, what was learned."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _, seconds
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)

INDICATORS = (
    Indicator("events", "How many times was event mode switched on?",
        kind="event", of=_.on_times > 0, time="on_first", basis=OURS, reviewed=REVIEWED,
        why="Prepared ones that were dropped are not in it."),
    Indicator("hours_on", "How many hours was event mode on?",
        kind="event", of=_.off_times > 0, measure=seconds(_.on_first, _.off_first), agg="sum", time="off_first",
        unit="hours", basis=OURS, reviewed=REVIEWED,
        why="Of events that ended in the period, from switching on to switching off or lapsing."),
    Indicator("reports_in_time", "Of the situation reports that fell due, how many were sent up in time?",
        kind="situation", of=_.send_due.notnull(), count=~_.send_late & ~_.send_open & (_.sent_times > 0),
        time="send_due", unit="percent", better="higher", basis="突发事件应对法 61", reviewed=REVIEWED,
        why="One that was not sent at all counts as not in time."),
    Indicator("tasks_in_time", "Of the tasks that fell due, how many were done in time?",
        kind="task", of=_.cancelled_times == 0, count=~_.task_late & ~_.task_open, time="task_due",
        unit="percent", better="higher", basis=OURS, reviewed=REVIEWED,
        why="By group and task, never by person; cancelled ones are left out, open late ones are not."),
    Indicator("reviewed", "Of the reviews owed, how many were concluded by the end of the period?",
        kind="review", of=_.opened.notnull(), count=(_.outcome == "done") & (_.closed < _.until),
        unit="percent", better="higher", basis="突发事件应对法 92", reviewed=REVIEWED,
        why="One for each event that was switched on."),
    Indicator("measures_completed", "Of the measures agreed, how many were carried out and seen to help?",
        kind="measure", of=_.opened.notnull(), count=(_.outcome == "solved") & (_.closed < _.until),
        unit="percent", better="higher", basis="突发事件应对法 92", reviewed=REVIEWED,
        why="Confirmed by another than who carried them out."),
)  # fmt: skip
