"""How a petition goes under the regulation of 2022 (信访工作条例): one ladder, and the ways that leave it early."""

from datetime import date

from gridtown.kernel.clocks import Extension, Limit, days, workdays
from gridtown.kernel.effects import Extend, Merge, Spawn
from gridtown.kernel.guards import by_another, not_ahead, once_since, within_days
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Answer, Note, Reason, note, supervise
from gridtown.lines.petitions import forms, rules
from gridtown.lines.petitions import handling_forms as handling

LAW = date(2022, 5, 1)  # 信访 50
OURS = date(2026, 11, 1)
OFFICE, UNIT, REVIEWER = "petition_office", "petition_unit", "petition_reviewer"
PETITIONER = (OFFICE, "reporter")  # who comes by letter or in person has the office write it down
STAFF = (OFFICE, UNIT, REVIEWER, "supervisor", "leader")
WORKED = "simple|accepted|mediating|studying|acting"
ENDED = "closed|answered|lapsed|final"
END_OF_WORK = ("settle_by_agreement", "answer_simply", "answer", "reply", "settle", "lapse", "decide_finally")

REVIEW = Spawn(
    "petitions/review", carry={"cause": "look_back", "title": "title", "category": "category"}, when="look_back"
)  # fmt: skip

RECEPTION = (
    Move("route", "registered -> routed", by=OFFICE, form=forms.Route, holder="chosen",
         guards=(rules.not_the_same,)),
    Move("dispute", "registered -> disputed", by=OFFICE, form=forms.Objection,
         guards=(rules.from_above, rules.objected_in_time)),
    Move("give_back", "disputed -> given_back", by=OFFICE, form=Reason),
    Move("keep_it", "disputed -> registered", by=OFFICE, form=Reason),
)  # fmt: skip

TELLING = (
    Move("accept", "routed -> accepted", by=UNIT, form=forms.Told, mine=True, holder="keep",
         guards=(rules.of_sort("appeal", "petition"),)),
    Move("take_simply", "routed -> simple", by=UNIT, form=forms.Told, mine=True, holder="keep",
         guards=(rules.of_sort("appeal", "petition"),)),
    Move("take_up", "routed -> acting", by=UNIT, form=forms.Told, mine=True, holder="keep",
         guards=(rules.acting,)),
    Move("study", "routed -> studying", by=UNIT, form=forms.Told, mine=True, holder="keep",
         guards=(rules.of_sort("suggestion"),)),
    Move("object", "routed -> objected", by=UNIT, form=forms.Objection, mine=True,
         guards=(rules.objected_in_time,)),
    Move("agree", "objected -> registered", by=OFFICE, form=Reason),
    Move("insist", "objected -> routed", by=OFFICE, form=Reason, holder="back"),
)  # fmt: skip

HANDLING = (
    Move("opine", "accepted -> opined", by=UNIT, form=handling.Opinion, mine=True),
    Move("mediate", "accepted -> mediating", by=UNIT, form=handling.Mediation, mine=True, holder="keep",
         guards=(rules.both_agree,)),
    Move("settle_by_agreement", "mediating -> closed", by=UNIT, form=handling.Settlement,
         derive=rules.look_back, effect=REVIEW),
    Move("give_up_mediation", "mediating -> accepted", by=UNIT, form=Reason, holder="keep"),
    Move("hear", "accepted -> =", by=(UNIT, OFFICE), form=handling.Hearing, holder="keep",
         guards=(not_ahead("held_on"),)),
    Move("extend", "accepted|mediating -> =", by="leader", form=handling.Longer, effect=Extend("handle"),
         holder="keep"),
    Move("approve", "opined -> issued", by=(OFFICE, "leader"), form=handling.Approval,
         guards=(by_another("opine"),)),
    Move("send_back", "opined -> accepted", by=(OFFICE, "leader"), form=Reason, holder="back"),
    Move("deliver", "issued -> delivered", by=(OFFICE, UNIT), form=handling.Delivery,
         guards=(rules.delivered,), derive=rules.review_until),
    Move("answer_simply", "simple -> answered", by=UNIT, form=handling.SimpleAnswer, mine=True,
         guards=(rules.content,), derive=rules.look_back, effect=REVIEW),
    Move("go_full_way", "simple -> accepted", by=UNIT, form=Reason, holder="keep"),
    Move("answer", "acting -> answered", by=UNIT, form=handling.Performed, mine=True,
         derive=rules.look_back, effect=REVIEW),
    Move("reply", "studying -> answered", by=UNIT, form=handling.Reply, mine=True, derive=rules.look_back,
         effect=REVIEW),
)  # fmt: skip

AFTERWARDS = (
    Move("settle", "delivered|reviewed -> closed", by=PETITIONER, form=handling.Settled,
         guards=(rules.carried_out,), derive=rules.look_back, effect=REVIEW),
    Move("carry_out", "delivered|reviewed -> =", by=UNIT, form=handling.CarriedOut, holder="keep", usual=True),
    Move("lapse", "delivered|reviewed -> lapsed", by="system", form=handling.Closing,
         guards=(rules.carried_out,), derive=rules.look_back, effect=REVIEW),
    Move("ask_review", "delivered|lapsed -> reviewing", by=PETITIONER, form=handling.Request,
         guards=(rules.in_window("deliver"),)),
    Move("decide_review", "reviewing -> reviewed", by=REVIEWER, form=handling.Decision,
         guards=(by_another("opine"), by_another("approve"), rules.delivered), derive=rules.review_until),
    Move("ask_re_review", "reviewed|lapsed -> re_reviewing", by=PETITIONER, form=handling.Request,
         guards=(rules.in_window("decide_review"),)),
    Move("decide_finally", "re_reviewing -> final", by=REVIEWER, form=handling.FinalDecision,
         guards=(by_another("opine"), by_another("approve")), derive=rules.look_back, effect=REVIEW),
    Move("order_anew", "reviewing|re_reviewing -> accepted", by=REVIEWER, form=handling.Anew, holder="back"),
    Move("open_hearing", "re_reviewing -> re_hearing", by=REVIEWER, form=Reason, holder="keep"),
    Move("close_hearing", "re_hearing -> re_reviewing", by=REVIEWER, form=handling.Hearing, holder="keep",
         guards=(not_ahead("held_on"),)),
    Move("rate", f"{ENDED} -> =", by="reporter", form=handling.Rating, holder="keep",
         guards=(once_since("rate", of=END_OF_WORK), within_days("rate_days", of=END_OF_WORK)),
         derive=rules.look_back, effect=REVIEW),
)  # fmt: skip

ASIDE = (
    Move("reject", "registered|routed -> not_accepted", by=OFFICE, form=forms.NotAccepted,
         guards=(rules.grounds_hold,)),
    Move("merge", "registered -> merged", by=OFFICE, form=forms.MergeInto, effect=Merge("into")),
    Move("divert", "registered|routed|accepted|acting -> diverted", by=(OFFICE, UNIT), form=forms.Diverted),
    Move("pass_on", "registered|routed|acting -> passed_on", by=OFFICE, form=forms.PassedOn),
)  # fmt: skip

ANYWHERE = (
    Move("withdraw", f"registered|routed|objected|{WORKED} -> withdrawn", by=PETITIONER, form=Note),
    Move("transfer", f"routed|{WORKED} -> =", by=(OFFICE, "supervisor", "leader"), form=forms.Transfer,
         holder="chosen"),
    Move("recuse", "* -> =", by=STAFF, form=forms.Recusal, derive=rules.recused),
    Move("keep_from", "* -> =", by=(OFFICE, "supervisor", "leader"), form=forms.KeepFrom),
    Move("take_charge", "* -> =", by="leader", form=Note, holder="keep", sets={"level": "hard"}),
    Move("report_up", "* -> =", by=(OFFICE, "leader"), form=forms.ReportedUp, holder="keep"),
    Move("advise", "* -> =", by=(OFFICE, "supervisor"), form=forms.Advice, holder="keep"),
    Move("write", "* -> =", by=(OFFICE, UNIT), form=Answer, holder="keep"),
    Move("add", "* -> =", by="reporter", form=forms.Addition, holder="keep"),
    supervise(("supervisor", "leader", OFFICE)),
    note(STAFF),
)  # fmt: skip

LIMITS = (
    Limit("registered", days(15), "信访 22: registered and routed within 15 days", key="route",
          ceiling=days(15), since=LAW),
    Limit("registered routed objected", days(15),
          "信访 23: told in writing within 15 days of receipt; one clock from hand to hand, so that neither "
          "reading of the article is missed", key="tell", pauses_in="disputed", ceiling=days(15), since=LAW),
    Limit("registered routed objected simple accepted mediating opined issued", days(105),
          "信访 22(3), 34: by the day that whoever sent it set, else 15 + 60 + 30 days", key="report_back",
          until="report_by", pauses_in="disputed", then="supervise", since=LAW),
    Limit("objected", workdays(3), "design: an objection is answered before the time for telling is gone",
          since=OURS),
    Limit("disputed", days(15), "design: whoever sent it down is asked again after half a month",
          then="supervise", since=OURS),
    Limit("simple", workdays(10),
          "design: ten working days are not confirmed: the state bureau's trial rule for simple handling was not at "
          "hand; the regulation of 2022 does not know it, and its 60 days run on", since=OURS),
    Limit("simple accepted mediating opined issued", days(60),
          "信访 34: done within 60 days of acceptance; 30 more, once, where the head agrees and the petitioner "
          "is told why", key="handle", extend=Extension("leader", days(30)), ceiling=days(60), since=LAW),
    Limit("mediating", days(30), "design: mediation does not use up the time for an opinion", since=OURS),
    Limit("opined", workdays(3), "design: the opinion is read by another before it leaves the house",
          key="approval", since=OURS),
    Limit("issued", workdays(3), "design: a paper that nobody has helps nobody", key="delivery", since=OURS),
    Limit("studying", days(60), "design: 信访 29 names no time for a suggestion; that of an appeal is taken",
          since=OURS),
    Limit("acting", days(60), "design: 信访 30, 31(5) leave it to each duty's own rule; never longer than an appeal",
          since=OURS),
    Limit("delivered", days(30), "信访 35: a review may be asked for within 30 days of receipt",
          key="review_window", until="review_until", then="lapse", since=LAW, warn=0.9, right=True),
    Limit("reviewing", days(30), "信访 35: decided and answered in writing within 30 days", key="review",
          ceiling=days(30), since=LAW),
    Limit("reviewed", days(30), "信访 36: a second review may be asked for within 30 days of receipt",
          key="re_review_window", until="review_until", then="lapse", since=LAW, warn=0.9, right=True),
    Limit("re_reviewing", days(30), "信访 36: decided within 30 days; the hearing's time is not counted",
          key="re_review", pauses_in="re_hearing", ceiling=days(30), since=LAW),
    Limit("re_hearing", days(30), "design: the law leaves the hearing's time open; somebody looks again",
          then="supervise", since=OURS),
)  # fmt: skip

PETITION = Procedure(
    start="registered",
    end={
        "closed": "solved",
        "answered": "done",
        "lapsed": "done",
        "final": "done",
        "not_accepted": "refused",
        "given_back": "refused",
        "diverted": "done",
        "passed_on": "done",
        "merged": "merged",
        "withdrawn": "withdrawn",
    },
    moves=RECEPTION + TELLING + HANDLING + AFTERWARDS + ASIDE + ANYWHERE,
    limits=LIMITS,
)
