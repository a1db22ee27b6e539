"""How a visit goes: planned, drawn, approved, announced, entered by the enterprise's code, one form, put right."""

from gridtown.kernel.clocks import Extension, Limit, days, workdays
from gridtown.kernel.effects import Extend, Spawn
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.inspection import forms, people, rules
from gridtown.lines.inspection.session import SINCE

HEADS = ("inspection_head", "leader")
STAFF = ("planner", "inspector", "inspection_head", "supervisor", "leader")
UNSEEN = ("planned", "drawn", "approved", "dropped")
READS = ("item", "inspector")
TO_PUBLICATION = {
    "enterprise": "enterprise",
    "day": "day",
    "lead": "lead",
    "passed": "passed",
    "failed": "failed",
}
TO_OTHERS = {"description": "description", "photos": "photos"}

PLANNING = (
    Move("draw", "planned -> drawn", by="planner", form=forms.Draw,
         guards=(people.drawn_for_it, people.enough_to_draw), derive=people.drawn, reads=READS),
    Move("name_team", "planned -> drawn", by="inspection_head", form=forms.Naming,
         guards=(people.outside_the_plan, people.fit_to_go), derive=people.named, reads=("item",)),
    Move("merge_items", "planned -> =", by="planner", form=forms.Merged,
         guards=(rules.items_published, rules.keeps_items), holder="keep"),
    Move("approve", "drawn -> approved", by=HEADS, form=forms.Approval,
         guards=(by_another("report"), people.not_of_the_team, people.recusal_settled, rules.still_published,
                 rules.joint_is_divided),
         derive=rules.approved, reads=("item",)),
    Move("drop", "planned|drawn|approved -> dropped", by=("planner", *HEADS), form=Reason),
)  # fmt: skip

GOING = (
    Move("arrive", "approved|notified|arrived -> arrived", by="inspector", form=forms.Arrival,
         guards=(rules.may_go, people.not_shown_yet, people.nobody_aside, people.of_the_team,
                 people.two_at_the_door),
         derive=people.shown),
    # whoever comes in for another on the spot shows the certificate, too, before anything goes on
    Move("arrive", "entered -> =", by="inspector", form=forms.Arrival,
         guards=(people.not_shown_yet, people.nobody_aside, people.of_the_team, people.two_at_the_door),
         derive=people.shown, holder="keep"),
    Move("notify", "approved -> notified", by=("inspector", "planner"), form=forms.Notice,
         guards=(rules.announced,), usual=True),
    Move("scan_in", "arrived -> entered", by="subject", guards=(people.nobody_aside, people.all_shown)),
    Move("enter_unscanned", "arrived -> entered", by="inspector", form=forms.Unscanned,
         guards=(people.nobody_aside, people.all_shown, people.of_the_team)),
    Move("put_off", "approved -> =", by=("planner", "inspection_head"), form=forms.PutOff,
         guards=(rules.same_year,), effect=Extend("visit"), holder="keep"),
    Move("put_off", "notified|arrived -> notified", by=("planner", "inspection_head"), form=forms.PutOff,
         guards=(rules.same_year,), effect=Extend("visit")),
    Move("call_off", "notified|arrived -> cancelled", by=("planner", *HEADS), form=forms.CalledOff),
)  # fmt: skip

RECUSAL = (
    Move("ask_recusal", "notified|arrived|entered -> =", by="subject", form=forms.Recusal, holder="keep"),
    Move("stand_aside", "drawn|approved|notified|arrived|entered -> =", by="inspector", form=Reason,
         guards=(people.of_the_team,), holder="keep"),
    Move("replace", "drawn|approved|notified|arrived|entered -> =", by=HEADS, form=forms.Replacing,
         guards=(people.not_of_the_team, people.aside_of_team, people.no_judge_goes, people.still_enough),
         derive=people.replaced, reads=READS, holder="keep"),
    Move("keep_team", "drawn|approved|notified|arrived|entered -> =", by=HEADS, form=forms.Keeping,
         guards=(people.recusal_asked, people.not_of_the_team), holder="keep"),
)  # fmt: skip

ON_SITE = (
    Move("record_result", "entered -> =", by="inspector", form=forms.Result,
         guards=(people.nobody_aside, people.all_shown, people.of_the_team, rules.item_of_visit), holder="keep",
         usual=True),
    Move("conclude", "entered -> checked", by="inspector", form=forms.Conclusion,
         guards=(people.recusal_settled, people.all_shown, people.of_the_team, rules.every_item_answered),
         derive=rules.concluded, reads=("item",),
         effect=Spawn("inspection/publication", carry=TO_PUBLICATION)),
    Move("find_hazard", "entered|checked|rectifying|rectified -> =", by="inspector", form=forms.Hazard,
         effect=Spawn("safety/hazard", carry=TO_OTHERS, give={"source": "inspection"}), holder="keep"),
    Move("refer", "checked|rectifying|rectified -> =", by=("inspector", "inspection_head"), form=forms.Clue,
         derive=rules.named_unit, holder="keep",
         effect=Spawn("enforcement/case", carry=TO_OTHERS | {"unit_name": "unit_name"},
                      give={"source": "inspection"})),
)  # fmt: skip

AFTER = (
    Move("close", "checked -> closed", by=("inspector", "inspection_head"), guards=(rules.nothing_left,)),
    Move("order", "checked -> rectifying", by="inspector", form=forms.Order,
         guards=(people.of_the_team, rules.something_wrong)),
    Move("report_fixed", "rectifying -> rectified", by=("inspector", "subject"), form=forms.PutRight),
    Move("extend", "rectifying -> =", by="inspection_head", form=Reason, effect=Extend("rectify"), holder="keep"),
    Move("give_up", "rectifying -> not_fixed", by="inspection_head", form=Reason, guards=(rules.referred,)),
    Move("recheck", "rectified -> closed", by=("inspector", "inspection_head"), form=forms.Recheck,
         guards=(by_another("report_fixed"),)),
    Move("send_back", "rectified -> rectifying", by=("inspector", "inspection_head"), form=forms.Recheck),
    supervise(),
    note(STAFF),
)  # fmt: skip

PROCEDURE = Procedure(
    start="planned",
    end={"closed": "solved", "not_fixed": "unsolved", "dropped": "withdrawn", "cancelled": "withdrawn"},
    moves=PLANNING + GOING + RECUSAL + ON_SITE + AFTER,
    limits=(
        Limit("planned drawn approved notified arrived", days(90), "design: made within the window that was "
              "planned; put off once, by a month", key="visit", until="window_until", ceiling=days(370),
              extend=Extension(("planner", "inspection_head"), days(rules.PUT_OFF)), then="supervise", since=SINCE),
        Limit("drawn", workdays(3), "design: whoever was drawn should hear of it within three working days",
              key="approval", since=SINCE),
        Limit("entered", workdays(1), "design: one visit, one form: concluded on the day or the next",
              key="on_site", since=SINCE),
        Limit("checked", workdays(3), "design: what was found is ordered, handed on or closed within three "
              "working days", key="deciding", since=SINCE),
        Limit("rectifying", days(15), "design: by the day that the order names, half a year at most "
              "(处罚 28 says only within a limit)", key="rectify", until="deadline", ceiling=days(183),
              pauses_in="rectified", extend=Extension("inspection_head", days(15)), since=SINCE),
        Limit("rectified", workdays(3), "design: rechecked within three working days, on paper where that will "
              "do", key="recheck", since=SINCE),
    ),
)  # fmt: skip
