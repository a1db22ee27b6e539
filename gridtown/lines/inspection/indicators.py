"""What is asked of inspections: how few, how joint, never over the cap, and whether anybody hears of the result.

Nothing here counts or compares inspectors.
"""

from datetime import date
from functools import partial

from gridtown.kernel.indicator import Indicator, _
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)
MADE = _.conclude_times > 0
concluded = partial(Indicator, kind="visit", time="checked_first", reviewed=REVIEWED)

INDICATORS = (
    Indicator("planned", "How many visits were planned?",
        kind="visit", of=_.f_source == "plan", basis="浙江省综合行政执法条例 21", reviewed=REVIEWED,
        why="Dropped ones included."),
    concluded("made", "How many visits were made?",
        of=MADE, basis=OURS, why="Concluded with a result for each item."),
    concluded("driven", "Of the visits made, how many were caused by a complaint, a hazard or an order?",
        of=MADE, count=_.f_source != "plan", unit="percent", basis="国办发〔2024〕54号",
        why="They do not count for the cap."),
    concluded("joint", "Of the visits made, how many were joint ones of several organs?",
        of=MADE, count=_.a_conclude_joint, unit="percent", better="higher",
        basis="浙江省综合行政执法条例 13; 优化营商环境条例 54", why="Once instead of one after the other."),
    concluded("saved", "How many visits were saved by merging?",
        of=MADE, measure=_.a_conclude_visits_saved, agg="sum", unit="number", better="higher",
        basis="浙江省综合行政执法条例 13; 优化营商环境条例 54", why="One visit an item would be the other way."),
    Indicator("over_cap", "Of the visits planned, how many were over the enterprise's cap?",
        kind="visit", of=(_.f_source == "plan") & (_.outcome.isnull() | (_.outcome != "withdrawn")),
        count=_.f_over_cap, unit="percent", better="lower", basis="国办发〔2024〕54号", reviewed=REVIEWED,
        why="It has to be nought."),
    Indicator("scanned", "Of the visits entered, how many were let in by the enterprise's code?",
        kind="visit", of=_.entered_times > 0, count=_.scan_in_times > 0, time="entered_first", unit="percent",
        better="higher", basis="国办发〔2024〕54号", reviewed=REVIEWED, why="The others say why not."),
    concluded("problems", "How many items were not in order?",
        of=MADE, measure=_.a_conclude_problems, agg="sum", unit="number", basis=OURS,
        why="Of all visits made."),
    Indicator("fixed",
        "Of the visits after which something was ordered, how many were put right by the end of the period?",
        kind="visit", of=_.rectifying_times > 0, count=(_.outcome == "solved") & (_.closed < _.until),
        time="rectifying_first", unit="percent", better="higher", basis="行政处罚法 28", reviewed=REVIEWED,
        why="Those still open are in the denominator."),
    Indicator("fixed_in_time", "Of the orders that fell due, how many were put right in time?",
        kind="visit", of=_.rectify_due.notnull(), count=~_.rectify_late & ~_.rectify_open, time="rectify_due",
        unit="percent", better="higher", basis="行政处罚法 28", reviewed=REVIEWED, why="Open late ones included."),
    Indicator("published_in_time", "Of the results to be published, how many were in time?",
        kind="publication", of=_.publishing_due.notnull() & (_.outcome.isnull() | (_.outcome != "refused")),
        count=~_.publishing_late & ~_.publishing_open, time="publishing_due", unit="percent", better="higher",
        basis="政府信息公开条例 26", reviewed=REVIEWED, why="Within 20 working days; open late ones included."),
    Indicator("voided", "Of the draws called for, how many were declared void?",
        kind="draw", of=_.opened.notnull(), count=_.outcome == "withdrawn", unit="percent", better="lower",
        basis=OURS, reviewed=REVIEWED, why="A draw is made once; each void one says why."),
    Indicator("upheld", "Of the complaints of enterprises, how many were right?",
        kind="complaint", of=_.opened.notnull(), count=_.a_answer_it_upheld, unit="percent",
        basis="国办发〔2024〕54号", reviewed=REVIEWED, why="Too often, too few, without a certificate."),
)  # fmt: skip
