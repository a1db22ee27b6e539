"""How a case goes (articles of 行政处罚法)."""

from gridtown.kernel.clocks import Limit, days, workdays
from gridtown.kernel.guards import by_another, not_ahead
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, note, supervise
from gridtown.lines.enforcement import enforcing, executing, forms, payment, rules, undoing
from gridtown.lines.enforcement.rules import SINCE

STAFF = ("inspector", "legal_reviewer", "enforcement_head", "supervisor", "leader")
HEADS = ("enforcement_head", "leader")
FALLS = ("vary", "overturn_taken", "overturn_published")  # after which something may have to be given back

OPENING = (
    Move("file", "clue -> investigating", by=HEADS, form=forms.Filing,
         guards=(not_ahead("ended_on"), rules.on_the_list, rules.in_time, rules.two_with_certificates,
                 rules.not_recused),
         derive=rules.named_investigators),
    Move("punish_on_the_spot", "clue -> executing", by="inspector", form=forms.Spot,
         guards=(rules.on_the_list, rules.two_with_certificates, rules.one_of_the_two, rules.small_enough,
                 rules.amount_fits, rules.heard),
         derive=payment.served),
    Move("not_file", "clue -> not_filed", by=HEADS, form=Reason),
    Move("hand_over", "clue|investigating -> handed_over", by=("inspector", *HEADS), form=forms.HandOver),
)  # fmt: skip

INVESTIGATION = (
    Move("add_evidence", "investigating|preserving|told|hearing -> =", by="inspector", form=forms.Evidence,
         guards=(rules.an_investigator, not_ahead("taken")), holder="keep"),
    Move("conclude", "investigating -> concluded", by="inspector", form=forms.Conclusion,
         guards=(rules.an_investigator, rules.has_evidence, rules.amount_fits), usual=True),
    Move("preserve", "investigating -> preserving", by=HEADS, form=forms.Preserve),
    Move("dispose", "preserving -> investigating", by=("inspector", *HEADS), form=forms.Dispose),
    Move("stand_aside", "investigating|preserving|concluded|told|hearing|review|deciding -> =",
         by=("inspector", "legal_reviewer", *HEADS), form=Reason, holder="keep"),
    Move("replace", "investigating|preserving|concluded|told|hearing -> =", by=HEADS, form=forms.Replacing,
         guards=(rules.two_with_certificates, rules.not_recused), derive=rules.named_investigators, holder="keep"),
    Move("drop", "investigating|concluded -> dropped", by=HEADS, form=Reason,
         guards=(rules.not_an_investigator, rules.not_aside)),
)  # fmt: skip

HEARD = (
    Move("tell", "concluded -> told", by="inspector", form=forms.Telling,
         guards=(rules.an_investigator, rules.amount_fits),
         derive=rules.hearing_derived),
    Move("defend", "told|hearing -> =", by="inspector", form=forms.Defence, holder="keep", usual=True),
    Move("waive", "told -> review", by="inspector", form=Reason),
    Move("defence_over", "told -> review", by="system"),
    Move("ask_hearing", "told -> hearing", by=("inspector", "legal_reviewer"), form=Reason,
         guards=(rules.hearing_offered,)),
    Move("call_hearing", "hearing -> =", by="legal_reviewer", form=forms.HearingCall,
         guards=(rules.called_in_time,), holder="keep", usual=True),
    Move("hold_hearing", "hearing -> review", by="legal_reviewer", form=forms.HearingHeld,
         guards=(rules.not_an_investigator, rules.not_aside, rules.was_called, rules.hour_has_come), usual=True),
    Move("give_up_hearing", "hearing -> review", by="legal_reviewer", form=Reason),
)  # fmt: skip

DECISION = (
    Move("pass_review", "review -> deciding", by="legal_reviewer", form=forms.ReviewOpinion,
         guards=(rules.not_an_investigator, rules.not_aside)),
    Move("fail_review", "review -> investigating", by="legal_reviewer", form=forms.ReviewOpinion,
         guards=(rules.not_an_investigator, rules.not_aside)),
    Move("decide", "deciding -> decided", by=HEADS, form=forms.Decision,
         guards=(rules.not_an_investigator, rules.not_aside, rules.was_told, rules.reviewed, rules.amount_fits,
                 rules.not_more_than_told, rules.discussed_where_grave, by_another("pass_review"))),
    Move("spare", "concluded|deciding -> no_penalty", by=HEADS, form=forms.NoPenalty,
         guards=(rules.not_an_investigator, rules.not_aside)),
    Move("to_justice", "investigating|concluded|deciding -> transferred", by=HEADS, form=forms.HandOver,
         guards=(rules.not_an_investigator, rules.not_aside)),
)  # fmt: skip

EXECUTION = (
    Move("serve", "decided -> executing", by="inspector", form=forms.Service,
         guards=(not_ahead("day"), rules.not_before_decision), derive=payment.served),
    Move("pay", "executing|urged|agreed|court|appealed -> =", by=("inspector", "legal_reviewer"), form=forms.Payment,
         guards=(not_ahead("paid_on"), payment.after_receipt, payment.cash_where_allowed, payment.not_more_than_owed),
         derive=payment.surcharge, holder="keep", usual=True),
    Move("carry_out", "executing|urged|agreed|court|appealed -> =", by="inspector", form=forms.CarriedOut,
         holder="keep", usual=True),
    Move("grant_delay", "executing|urged -> executing", by=HEADS, form=forms.Delay, holder="keep"),
    # Also of what was paid and closed: there are 60 days and six months for it. It stands before the court's move: the
    # first way out of a state says whose it is meanwhile, and what is to be paid waits with the officers.
    Move("appeal", "executing|urged|agreed|court|closed -> appealed", by=("inspector", "legal_reviewer"),
         form=forms.Appeal),
    Move("close", "executing|urged|agreed|court -> closed", by=HEADS, form=forms.Closing,
         guards=(payment.settled, undoing.nothing_owed_back), usual=True),
    Move("publish", "executing|urged|agreed|court|appealed|closed -> =", by=("inspector", "legal_reviewer"),
         form=forms.Publishing, guards=(payment.publishes_in_order,), holder="keep"),
    supervise(),
    note(STAFF),
)  # fmt: skip

# 催告、执行协议、申请法院强制执行 (行政强制法 35 to 42, 53 to 55).
ENFORCEMENT = (
    Move("urge", "executing -> =", by=("inspector", "legal_reviewer"), form=executing.Urging,
         guards=(enforcing.overdue, enforcing.something_owed, enforcing.court_open), derive=enforcing.owed_now,
         holder="keep"),
    Move("serve_urging", "executing -> urged", by="inspector", form=executing.UrgingServed,
         guards=(not_ahead("day"), enforcing.urged_before, enforcing.court_open), derive=enforcing.court_days,
         after=("urge",)),
    Move("plead", "urged -> =", by=("inspector", "legal_reviewer"), form=forms.Defence, holder="keep"),
    Move("agree", "executing|urged -> agreed", by=HEADS, form=executing.Agreement,
         guards=(enforcing.something_owed, enforcing.harms_nobody, enforcing.waives_surcharge_only)),
    Move("agreement_broken", "agreed -> executing", by=("inspector", "legal_reviewer", *HEADS), form=executing.Broken,
         guards=(enforcing.something_owed,), derive=enforcing.at_once),
    Move("ask_court", "urged -> court", by=("legal_reviewer", *HEADS), form=executing.Application,
         guards=(enforcing.something_owed, enforcing.ten_days_urged, enforcing.remedies_over, enforcing.court_open),
         derive=enforcing.owed_now),
    Move("unenforced", "court -> not_enforced", by=HEADS, form=forms.Outcome),
    Move("end_enforcement", "executing|urged|agreed -> not_enforced", by=HEADS, form=executing.Ending,
         guards=(enforcing.truly_too_late,)),
)  # fmt: skip

# 复议、诉讼: the fine is owed on meanwhile (73), without a surcharge.
# What was taken and falls is given back (行政强制法 41).
APPEALED = (
    Move("upheld", "appealed -> executing", by="legal_reviewer", form=forms.Upheld, derive=payment.again),
    Move("vary", "appealed -> executing", by="legal_reviewer", form=forms.Varied,
         guards=(rules.amount_fits, payment.not_heavier, payment.not_published), derive=payment.again),
    Move("overturn", "appealed -> overturned", by="legal_reviewer", form=forms.Outcome,
         guards=(payment.not_published, undoing.nothing_taken)),
    Move("overturn_published", "appealed -> withdrawing", by="legal_reviewer", form=forms.Outcome,
         guards=(payment.is_published,)),
    Move("overturn_taken", "appealed -> returning", by="legal_reviewer", form=forms.Outcome,
         guards=(payment.not_published, undoing.something_taken)),
    Move("withdraw_publication", "withdrawing -> overturned", by=("inspector", "legal_reviewer"),
         form=forms.Withdrawing, guards=(undoing.nothing_taken,)),
    Move("withdraw_and_return", "withdrawing -> returning", by=("inspector", "legal_reviewer"),
         form=forms.Withdrawing, guards=(undoing.something_taken,)),
    Move("refund", "executing|urged|agreed|returning -> =", by=("legal_reviewer", *HEADS), form=executing.Refund,
         guards=(not_ahead("refunded_on"), undoing.after_the_change, undoing.no_more_than_taken), holder="keep",
         after=FALLS),
    Move("restore", "executing|urged|agreed|returning -> =", by="inspector", form=executing.Restored,
         guards=(undoing.may_be_restored,), holder="keep", after=FALLS),
    Move("made_good", "returning -> overturned", by=("legal_reviewer", *HEADS), form=forms.Outcome,
         guards=(undoing.all_given_back,)),
)  # fmt: skip

# What another organ sends back (行政处罚法 27).
RETURNED = (
    Move("returned", "transferred|handed_over -> investigating", by=HEADS, form=executing.Returned,
         guards=(undoing.was_filed,), derive=undoing.days_left),
    Move("sent_back", "handed_over -> clue", by=("inspector", *HEADS), form=Reason, guards=(undoing.never_filed,)),
)  # fmt: skip

LIMITS = (
    Limit("clue", workdays(7), "design: 行政处罚法 54 says in time; seven working days are ours", key="filing",
          since=SINCE),
    Limit("investigating preserving concluded told hearing review deciding", days(90),
          "行政处罚法 60: 90 days from filing to the decision; those with another organ are not counted",
          key="decision", until="decide_by", ceiling=days(90), since=SINCE),
    Limit("preserving", workdays(7), "行政处罚法 56, 85: 7 working days", key="preserved", ceiling=workdays(7),
          since=SINCE),
    Limit("concluded", workdays(5), "design: told within a week of the conclusion", key="telling", since=SINCE),
    Limit("told", workdays(5), "行政处罚法 64(1), 85: 5 working days to ask for a hearing; the same for a defence",
          key="defence", then="defence_over", since=SINCE, right=True),
    Limit("hearing", days(30), "design: called and held within a month", key="hearing_held", since=SINCE),
    Limit("review", workdays(5), "design: 行政处罚法 58 fixes no days", key="reviewing", since=SINCE),
    Limit("deciding", workdays(5), "design: 行政处罚法 57 fixes no days", key="deciding_days", since=SINCE),
    Limit("decided", workdays(7), "行政处罚法 61, 85: served within 7 working days", key="service",
          ceiling=workdays(7), since=SINCE),
    Limit("executing", days(15), "行政处罚法 66, 67: paid within 15 days of receipt, or by the day that was granted",
          key="payment", until="pay_by", anew=("grant_delay",), pauses_in="appealed", then="supervise", since=SINCE,
          right=True),
    Limit("appealed", days(180), "design: another body's time; asked again after half a year", key="appeal_watch",
          then="supervise", since=SINCE),
    Limit("withdrawing", workdays(3), "行政处罚法 48, 85: withdrawn within 3 working days", key="withdrawal",
          ceiling=workdays(3), since=SINCE),
    Limit("returning", workdays(15), "design: 行政强制法 41 fixes no days; fifteen working days are ours",
          key="giving_back", then="supervise", since=SINCE),
    Limit("urged", days(90), "行政强制法 53, 行政处罚法 72: within three months after the party's own time is over; "
          "that an agreement's last day counts like that of instalments is our reading, to be confirmed",
          key="application", until="court_by", then="supervise", since=SINCE),
    Limit("agreed", days(90), "行政强制法 42: performed by the day that was agreed", key="agreement", until="pay_by",
          then="supervise", since=SINCE, right=True),
    Limit("court", days(180), "design: another body's time; asked again after half a year", key="court_watch",
          then="supervise", since=SINCE),
)  # fmt: skip

CASE = Procedure(
    start="clue",
    end={
        "closed": "solved",
        "no_penalty": "done",
        "transferred": "done",
        "handed_over": "done",
        "dropped": "unsolved",
        "not_filed": "refused",
        "overturned": "unsolved",
        "not_enforced": "done",
    },
    moves=OPENING + INVESTIGATION + HEARD + DECISION + EXECUTION + ENFORCEMENT + APPEALED + RETURNED,
    limits=LIMITS,
)
