"""What is asked of the assembly: do people propose, talk and vote, and is what they resolve carried out."""

from datetime import date

from gridtown.kernel.indicator import Indicator, _, seconds
from gridtown.kernel.words import OURS

REVIEWED = date(2026, 11, 27)
QUORUM = "村民委员会组织法 22, 26, 28; 城市居民委员会组织法 9"
COUNTED = _.count_times > 0

INDICATORS = (
    Indicator("proposals", "How many proposals did people make?",
        kind="proposal", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED, why="Those turned down included."),
    Indicator("proposals_read", "Of the proposals that fell due, how many were answered in time?",
        kind="proposal", of=_.reading_due.notnull(), count=~_.reading_late & ~_.reading_open, time="reading_due",
        unit="percent", better="higher", basis=OURS, reviewed=REVIEWED, why="Open late ones included."),
    Indicator("topics", "How many topics were talked over?",
        kind="topic", of=_.opened.notnull(), basis=OURS, reviewed=REVIEWED, why="Those withdrawn included."),
    Indicator("voices", "How often did people speak?",
        kind="topic", of=_.opened.notnull(), measure=_.speak_times + _.object_times, agg="sum", unit="number",
        basis=OURS, reviewed=REVIEWED, why="Comments, suggestions and objections, published or not."),
    Indicator("published", "How often was something said put on the public page?",
        kind="topic", of=_.opened.notnull(), measure=_.publish_times, agg="sum", unit="number",
        basis=OURS, reviewed=REVIEWED, why="By the moderators, after reading."),
    Indicator("withheld", "How often was something said kept off the public page?",
        kind="topic", of=_.opened.notnull(), measure=_.withhold_times, agg="sum", unit="number", better="lower",
        basis=OURS, reviewed=REVIEWED, why="Each with a reason that everybody reads."),
    Indicator("quorate", "Of the votes counted, how many had the quorum?",
        kind="topic", of=COUNTED, count=_.a_count_outcome != "no_quorum", unit="percent", better="higher",
        basis=QUORUM, reviewed=REVIEWED, why="By the rule of the body that voted."),
    Indicator("entitled", "How many people were entitled to vote?",
        kind="topic", of=COUNTED, measure=_.a_count_entitled, agg="sum", unit="number",
        basis=OURS, reviewed=REVIEWED, why="Slips on the rolls of the votes counted, one for each."),
    Indicator("took_part", "How many of them voted?",
        kind="topic", of=COUNTED, measure=_.a_count_took_part, agg="sum", unit="number", better="higher",
        basis=OURS, reviewed=REVIEWED, why="By code or by box, invalid slips included."),
    Indicator("adopted", "Of the votes counted, how many adopted something?",
        kind="topic", of=COUNTED, count=_.a_count_outcome == "adopted", unit="percent",
        basis=QUORUM, reviewed=REVIEWED, why="Neither more nor less is better: people decide."),
    Indicator("carried_out", "Of the resolutions in force, how many were carried out by the end of the period?",
        kind="topic", of=_.in_force_times > 0, count=(_.outcome == "solved") & (_.closed < _.until), unit="percent",
        better="higher", basis="村民委员会组织法 10", reviewed=REVIEWED, why="Open ones are in the denominator."),
    Indicator("days_to_resolution", "How long did it take from topic to resolution, for the middle one?",
        kind="topic", of=_.in_force_times > 0, measure=seconds(_.opened, _.in_force_first), time="in_force_first",
        unit="days", basis=OURS, reviewed=REVIEWED, why="Natural days, the time for objections included."),
    Indicator("published_in_time", "Of the counts that had to be made public, how many were in time?",
        kind="topic", of=_.publishing_due.notnull(), count=~_.publishing_late & ~_.publishing_open,
        time="publishing_due", unit="percent", better="higher", basis="村民委员会组织法 30", reviewed=REVIEWED,
        why="What was not adopted has to be said as well."),
)  # fmt: skip
