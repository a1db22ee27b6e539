"""How a dispute goes: consent of every side, talks, an agreement that is kept; or the other ways told.

Articles of 人民调解法 unless another is named. Village → town → county: each step is an offer that needs consent
again; the file and the clock of the whole go along.
"""

from gridtown.kernel.clocks import Extension, Limit, days, workdays
from gridtown.kernel.effects import Extend, Merge
from gridtown.kernel.guards import by_another, not_ahead, once_since
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Answer, Reason, note, supervise
from gridtown.lines.mediation import agreement_forms as agreed
from gridtown.lines.mediation import forms, rules
from gridtown.lines.mediation.rules import LAW, OURS, TOWN

VILLAGE = "mediator"
BOTH = (VILLAGE, TOWN)
STAFF = (*BOTH, "receiver", "verifier", "supervisor", "duty_officer", "leader")
TALKING = "asking|offered|mediating|signing"
VALID = "in_force|confirming|following"
HERE = (rules.right_level, rules.has_mediator, rules.named_mediator)

OPENING = (
    Move("accept", "applied -> asking", by=BOTH, form=forms.Accepted, holder="mover"),
    Move("take_in_town", "applied -> offered", by=TOWN, form=forms.Accepted, holder="mover", sets={"level": "big"}),
    Move("decline", "applied -> not_accepted", by=BOTH, form=forms.NotAccepted),
    Move("merge", "applied|asking|offered -> merged", by=BOTH, form=forms.MergeInto, effect=Merge("into")),
)  # fmt: skip

CONSENTS = (
    Move("start", "asking -> mediating", by=BOTH, form=forms.Started, holder="mover",
         guards=(rules.right_level, rules.all_consent, rules.has_mediator)),
    Move("start", "offered -> mediating", by=TOWN, form=forms.Started, holder="mover",
         guards=(rules.all_consent, rules.has_mediator)),
    Move("consent", "asking|offered -> =", by=BOTH, form=forms.Consent, holder="keep",
         guards=(not_ahead("given_at"), rules.right_level, rules.side_there), usual=True),
    Move("appoint", "asking|offered|mediating|signing -> =", by=BOTH, form=forms.Appointed, holder="keep",
         guards=(rules.right_level, rules.no_conflict, rules.still_mediator), derive=rules.persons_named),
    Move("recuse", f"{TALKING} -> =", by=(*BOTH, "supervisor"), form=forms.Recusal, holder="keep",
         derive=rules.recused_so_far),
    Move("refuse", f"{TALKING}|with_county -> declined", by=(*BOTH, "receiver"), form=forms.Refusal,
         guards=(rules.side_there,)),
    Move("withdraw", f"applied|{TALKING} -> withdrawn", by=("reporter", *BOTH), form=forms.Withdrawal),
)  # fmt: skip

TALKS = (
    Move("draft", "mediating -> signing", by=BOTH, form=agreed.Draft, guards=(*HERE, rules.has_session),
         holder="keep"),
    Move("agree_orally", "mediating -> in_force", by=BOTH, form=agreed.Oral, holder="keep",
         guards=(*HERE, rules.has_session, rules.already_reached, rules.oral_will_do), derive=rules.in_force_since),
    Move("session", "mediating -> =", by=BOTH, form=forms.Session, holder="keep",
         guards=(not_ahead("held_at"), *HERE, rules.side_there, rules.closed_unless_wanted), usual=True),
    Move("put_in_force", "signing -> in_force", by=BOTH, form=agreed.InForce, holder="keep",
         guards=(*HERE, rules.all_signed, rules.still_to_come), derive=rules.in_force_today),
    Move("sign", "signing -> =", by=BOTH, form=agreed.Signed, holder="keep", guards=(*HERE, rules.side_there),
         usual=True),
    Move("back_to_talks", "signing -> mediating", by=BOTH, form=Reason, guards=HERE, holder="keep"),
    Move("fail", "mediating|signing -> failed", by=BOTH, form=forms.Failure, guards=(*HERE, rules.has_session)),
    Move("extend", f"{TALKING} -> =", by=BOTH, form=forms.Longer, effect=Extend("term"), holder="keep",
         guards=(rules.right_level, rules.by_every_side("guard.all_must_ask"))),
)  # fmt: skip

LADDER = (
    Move("to_town", "asking|mediating|signing -> offered", by=VILLAGE, form=forms.PassedUp,
         guards=(rules.in_village,), sets={"level": "big"}),
    Move("send_down", "offered -> asking", by=TOWN, form=Reason, sets={"level": "small"}),
    Move("to_county", "offered|mediating -> with_county", by=TOWN, form=forms.ToCounty, holder="mover",
         guards=(rules.town_first, rules.by_every_side("guard.all_must_agree")), sets={"level": "hard"}),
    Move("county_agree", "with_county -> in_force", by=TOWN, form=agreed.CountyAgreed, derive=rules.in_force_since,
         guards=(rules.already_reached,), holder="keep"),
    Move("county_fail", "with_county -> failed", by=TOWN, form=forms.Failure),
    Move("county_back", "with_county -> offered", by=TOWN, form=Reason, holder="keep", sets={"level": "big"}),
)  # fmt: skip

KEEPING = (
    Move("fulfil", f"{VALID} -> performed", by=BOTH, form=agreed.Fulfilled, guards=(not_ahead("day"),)),
    Move("unfulfilled", "in_force|following -> unperformed", by=BOTH, form=agreed.Unfulfilled,
         guards=(rules.side_there, rules.reminded, rules.enforced_if_confirmed)),
    Move("perform", f"{VALID} -> =", by=BOTH, form=agreed.Performance, holder="keep",
         guards=(not_ahead("day"), rules.side_there, rules.in_order),
         usual=True),
    Move("remind", f"{VALID} -> =", by=BOTH, form=agreed.Reminder, holder="keep", guards=(rules.side_there,)),
    Move("renegotiate", "in_force|following -> mediating", by=BOTH, form=agreed.Renegotiation, holder="keep",
         guards=(rules.right_level, rules.by_every_side("guard.all_must_ask"))),
    Move("apply_confirmation", "in_force|following -> confirming", by=BOTH, form=agreed.Application, holder="keep",
         guards=(rules.by_every_side("guard.confirm_together"), rules.confirm_in_time, rules.confirmable,
                 rules.not_confirmed_yet)),
    Move("court_answer", "confirming -> following", by=BOTH, form=agreed.CourtAnswer, holder="keep",
         guards=(not_ahead("day"),)),
    Move("window_over", "in_force -> following", by="system"),
    Move("revisit", "performed -> closed", by=("verifier", *BOTH), form=agreed.Revisit,
         guards=(not_ahead("visited_at"), by_another("fulfil"), rules.at_peace)),
    Move("send_back", "performed -> following", by=("verifier", *BOTH), form=agreed.SentBack, holder="back"),
    Move("follow_up", "failed|declined|unperformed|closed -> =", by=("verifier", *BOTH), form=agreed.Revisit,
         guards=(not_ahead("visited_at"),), holder="keep"),
    Move("rate", "closed|failed|declined|unperformed -> =", by="reporter", form=forms.Rating, holder="keep",
         guards=(once_since("rate", of=()),)),
)  # fmt: skip

ANYWHERE = (
    Move("pass_to", f"{TALKING}|in_force|following -> =", by=(TOWN, "supervisor"), form=forms.HandOver,
         holder="chosen"),
    Move("warn_risk", "* -> =", by=STAFF, form=forms.Risk, holder="keep"),
    Move("reply", "* -> =", by=STAFF, form=Answer, holder="keep"),
    supervise(),
    note(STAFF),
)  # fmt: skip

LIMITS = (
    Limit("applied", workdays(3), "人民调解法 21: in time; three working days are ours", key="taking_in", since=LAW),
    Limit("asking offered mediating signing", days(30),
          "page: 人民调解工作若干规定 33, 宁波市人民调解条例 27 (model): normally a month, longer if all ask; the "
          "law of 2010 fixes no term",
          key="term", extend=Extension(BOTH, days(30)), since=OURS),
    Limit("with_county", days(60), "design: asked again after two months; the county's own time is the county's",
          key="county", then="supervise", since=OURS),
    Limit("in_force", days(30), "人民调解法 33; 民事诉讼法 205", key="confirm_window", until="confirm_by",
          ceiling=rules.CONFIRM, then="window_over", since=LAW, right=True),
    Limit("in_force confirming following", days(30),
          "人民调解法 31: by the day that the agreement names; thirty days where it names none", key="performance",
          until="due_on", since=LAW, right=True),
    Limit("in_force confirming following", days(30),
          "人民调解法 29, 31: by the day that the agreement names for the next part", key="instalment",
          until="next_due", anew=("perform",), since=LAW, right=True),
    Limit("confirming", days(30), "民事诉讼法 187: the court ends it within thirty days of filing", key="court",
          then="supervise", since=LAW),
    Limit("performed", workdays(20), "design: seen again within a month", key="revisiting", since=OURS),
)  # fmt: skip

DISPUTE = Procedure(
    start="applied",
    end={
        "closed": "solved",
        "failed": "unsolved",
        "unperformed": "unsolved",
        "declined": "withdrawn",
        "withdrawn": "withdrawn",
        "not_accepted": "refused",
        "merged": "merged",
    },
    moves=OPENING + CONSENTS + TALKS + LADDER + KEEPING + ANYWHERE,
    limits=LIMITS,
)
