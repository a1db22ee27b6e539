"""How a topic goes: talked over, drafted, voted on by those entitled, resolved, carried out.

The discussion, the notice, the vote and the time for objections end by themselves, at the moments that were announced.
"""

from datetime import date

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.effects import Spawn
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import note, supervise
from gridtown.lines.assembly import count, forms, polling_forms, rules
from gridtown.lines.assembly.proposal import CHAIR, SINCE, STAFF

LAW = date(2010, 10, 28)  # the day on which 村民委员会组织法 as revised came into force

DISCUSSION = (
    Move("set_options", "drafting -> prepared", by=CHAIR, form=forms.Options, guards=(rules.weighty_with_risk,)),
    Move("speak", "discussing -> =", by="anyone", form=forms.Speech, holder="keep"),
    Move("object", "announced -> =", by="anyone", form=forms.Objection, holder="keep"),
    Move("publish", "* -> =", by=CHAIR, form=forms.Publish, holder="keep"),
    Move("withhold", "* -> =", by=CHAIR, form=forms.Withhold, holder="keep"),
    Move("end_talk", "discussing -> drafting", by="system", form=forms.TalkedOver, derive=rules.voices),
    Move("agree", "drafting -> in_force", by=CHAIR, form=forms.WithoutVote),
    Move("withdraw", "discussing|drafting|prepared|rolled|called -> withdrawn", by=(*CHAIR, "leader"), form=forms.Why),
)  # fmt: skip

POLL = (
    Move("draw_roll", "prepared -> rolled", by=CHAIR, form=polling_forms.Roll, guards=(rules.areas_fit,)),
    Move("draft_again", "prepared -> drafting", by=CHAIR, form=forms.Why),
    Move("call", "rolled -> called", by=CHAIR, form=polling_forms.Call,
         guards=(by_another("draw_roll"), rules.called_in_time)),
    Move("draw_again", "rolled -> prepared", by=CHAIR, form=forms.Why),
    Move("call_off", "called -> rolled", by=CHAIR, form=forms.Why),
    Move("begin_vote", "called -> voting", by="system", form=polling_forms.Begun, derive=rules.end_of_vote),
    # who watches the vote has it, so that village tellers are told when it begins and when it has ended
    Move("break_off", "voting -> prepared", by=("teller", "supervisor", "leader"), form=forms.Why),
    Move("vote", "voting -> =", by="anyone", form=polling_forms.Vote, holder="keep",
         guards=(rules.before_the_end, rules.on_the_roll, rules.once, rules.option_was_put)),
    Move("void_slips", "rolled|called|voting -> =", by="teller", form=polling_forms.VoidSlips, holder="keep",
         guards=(rules.on_the_roll, rules.once), derive=rules.pieces),
    Move("close_vote", "voting -> tallying", by="system", form=polling_forms.Ended, derive=rules.moment_of_count),
    Move("enter_slips", "tallying -> =", by="teller", form=polling_forms.Pile, holder="keep",
         guards=(rules.has_a_box, rules.on_the_roll, rules.option_was_put), usual=True),
    Move("count", "tallying -> counted", by=("teller", "system"), form=polling_forms.Count,
         guards=(rules.box_agrees,), derive=count.count, opens=("vote",)),
)  # fmt: skip

RESOLUTION = (
    Move("announce", "counted -> announced", by=CHAIR, form=forms.Resolution, guards=(rules.adopted,)),
    Move("vote_again", "counted -> drafting", by=CHAIR, form=forms.Why, guards=(rules.not_adopted,)),
    Move("drop", "counted -> not_adopted", by=CHAIR, form=forms.Why, guards=(rules.not_adopted,)),
    Move("take_effect", "announced -> in_force", by="system"),
    Move("carry_out", "in_force -> carrying_out", by=CHAIR, form=forms.CarryOut,
         effect=Spawn(field="line", carry={"description": "task"})),
    Move("finish", "in_force -> carried_out", by=CHAIR, form=forms.Done),
    Move("settled", "carrying_out -> carried_out", by="child", on=("solved", "done")),
    Move("returned", "carrying_out -> in_force", by="child",
         on=("unsolved", "refused", "merged", "withdrawn", "missed")),
    Move("annul", "announced|in_force|carrying_out -> annulled", by="leader", form=forms.Annulment),
    supervise(),
    note(STAFF),
)  # fmt: skip

LIMITS = (
    Limit("discussing", days(15), "design: no rule fixes how long people talk; a fortnight", until="talk_until",
          ceiling=days(90), then="end_talk", since=SINCE),
    Limit("drafting", workdays(10), "design: suggestions are taken up while people remember them", since=SINCE),
    Limit("prepared", workdays(10), "design: the roll is drawn up while the plan is fresh", since=SINCE),
    Limit("rolled", workdays(10), "design: slips do not lie about", since=SINCE),
    Limit("called", days(10), "村民委员会组织法 21: villagers are told ten days ahead", key="notice", until="starts",
          ceiling=days(60), then="begin_vote", since=LAW),
    Limit("voting", days(7), "design: no rule fixes how long a vote is open", until="ends", ceiling=days(30),
          then="close_vote", since=SINCE),
    Limit("tallying", days(3), "design: the box is counted at once", until="count_at", then="count", since=SINCE),
    Limit("counted", workdays(2), "村民委员会组织法 30: made public in time; two working days are ours",
          key="publishing", since=LAW),
    Limit("announced", days(7), "design: a week to object; no rule fixes it", key="objections", until="object_until",
          ceiling=days(60), then="take_effect", since=SINCE),
    Limit("in_force", workdays(10), "村民委员会组织法 10: resolutions are carried out; the time is ours",
          key="starting", since=LAW),
    Limit("carrying_out", days(180), "design: what it became has its own limits; this one forgets none", key="carrying",
          then="supervise", since=SINCE),
)  # fmt: skip

TOPIC = Procedure(
    start="discussing",
    end={
        "carried_out": "solved", "not_adopted": "unsolved", "annulled": "unsolved", "withdrawn": "withdrawn",
    },
    moves=DISCUSSION + POLL + RESOLUTION,
    limits=LIMITS,
)  # fmt: skip
