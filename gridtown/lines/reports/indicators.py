"""What is asked of editions: whether what is signed reaches the public in time."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _

REVIEWED = date(2026, 11, 27)

INDICATORS = (
    Indicator("editions", "How many editions of the report were frozen?", kind="edition", of=_.opened.notnull(),
        basis="design: no rule fixes it", reviewed=REVIEWED, why="Returned and withdrawn ones are in it."),
    Indicator("published_in_time",
        "Of the signed editions whose publication fell due, how many were published in time?", kind="edition",
        of=_.publish_due.notnull() & (_.withdrawn_times == 0),
        count=~_.publish_late & ~_.publish_open & (_.published_times > 0), time="publish_due", unit="percent",
        better="higher", basis="政府信息公开条例 26", reviewed=REVIEWED,
        why="One that nobody published counts as late."),
)  # fmt: skip
