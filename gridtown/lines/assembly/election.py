"""How an election goes: voters listed, candidates named, papers in a box, counted by two, declared, handed over.

Papers are cast at the polling place and never by code: the law asks for a booth and for counting in public
(村民委员会组织法 15). The ledger keeps what two tellers read alike, and holds it against the law of the office.
"""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from gridtown.kernel.clocks import Limit, days, hours, workdays
from gridtown.kernel.guards import not_ahead
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Doing, Fact, Told
from gridtown.kernel.usual import note, supervise
from gridtown.lines.assembly import election_forms, forms, polling_forms, rules
from gridtown.lines.assembly.count import at_least, share
from gridtown.lines.assembly.proposal import CHAIR, SINCE, STAFF

LAW = date(2010, 10, 28)  # the day on which 村民委员会组织法 as revised came into force
NAMED = ("nominate", "elect_again")


def _office(told: Told, doing: Doing, verb: str = "") -> Any:
    """The rules of this round: those of the office, or of its further election for the seats left."""
    rows = doing.tables["office"]
    row = rows[str(told.answers["office"])]
    further = told.times("elect_again") or verb == "elect_again"
    return rows[row["again"]] if further and row["again"] else row


def _counted(told: Told) -> list[Fact]:
    return [fact for fact in told.facts if fact.verb == "count"]


def _seats(told: Told) -> int:
    """Seats that are still to be filled."""
    counted = _counted(told)
    return int(counted[-1].answers["seats_left"] if counted else told.answers["seats"])


def _standing(told: Told) -> tuple[str, ...]:
    named = told.last(*NAMED)
    return tuple(named.answers["candidates"]) if named else ()


def seats_fit(told: Told, doing: Doing) -> str | None:
    """As many seats as the law knows (村委会组织法 6, 居委会组织法 7), none of them a further one's."""
    row = doing.tables["office"][str(doing.answers["office"])]
    return (
        None
        if int(row["fewest"]) <= int(doing.answers["seats"]) <= int(row["most"])
        else "guard.seats_unlike"
    )


def list_is_out(told: Told, doing: Doing) -> str | None:
    """A list that will be public some day is not public."""
    late = date.fromisoformat(str(doing.answers["published_on"])) > doing.calendar.day(doing.now)
    return "guard.not_yet_public" if late else None


def candidates_fit(told: Told, doing: Doing) -> str | None:
    """Nobody stands twice; more candidates than seats where the law says so (村委会组织法 15).

    For the seats left those stand who got most votes before and were not elected (15).
    """
    names, row = tuple(doing.answers["candidates"]), _office(told, doing, doing.verb)
    if len(set(names)) < len(names):
        return "guard.stands_twice"
    if len(names) < _seats(told) + (row["more"] == "yes"):
        return "guard.too_few_candidates"
    counted = _counted(told)
    if not counted or doing.verb != "elect_again" or not row["again"]:
        return None
    elected = {name for fact in counted for name in fact.answers.get("elected") or ()}
    left = [name for name, _ in _votes(counted[-1].answers.get("standing") or ()) if name not in elected]
    return None if set(names) == set(left[: len(names)]) else "guard.not_the_next"


def _votes(lines: Any) -> list[tuple[str, int]]:
    """Names with their votes, the most first, as a count has told them."""
    pairs = [line.rpartition(" ") for line in lines]
    return [(name, int(votes)) for name, _, votes in pairs]


def polled_in_time(told: Told, doing: Doing) -> str | None:
    """The list was public twenty days before a committee's election (村委会组织法 14), which has a booth (15)."""
    starts, ends = (datetime.fromisoformat(str(doing.answers[name])) for name in ("starts", "ends"))
    if starts <= doing.now or ends <= starts or ends - starts > timedelta(days=1):
        return "guard.poll_within_a_day"
    row, voters = _office(told, doing), told.last("list_voters")
    if row["booth"] == "yes" and not doing.answers.get("booth"):
        return "guard.no_booth"
    public = date.fromisoformat(str(voters.answers["published_on"])) if voters else None
    early = public is None or (doing.calendar.day(starts) - public).days < int(row["roll_days"])
    return "guard.listed_too_late" if early else None


def sheet_adds_up(told: Told, doing: Doing) -> str | None:
    """No more papers than were given out, none for more people than there are seats."""
    said, voters = doing.answers, told.last("list_voters")
    votes = [int(one) for one in said["votes"]]
    valid = said["in_box"] - said["invalid"]
    if len(votes) != len(_standing(told)):
        return "guard.votes_unlike"
    if said["in_box"] > said["issued"] or (voters and said["issued"] > voters.answers["entitled"]):
        return "guard.more_than_issued"
    wrong = valid < 0 or sum(votes) > valid * _seats(told) or max(votes) > valid
    return "guard.sheet_wrong" if wrong else None


def _sheets(told: Told) -> dict[str, tuple[Any, ...]]:
    """The last sheet of each teller since the poll was closed."""
    closed = told.last("close_poll")
    return {
        fact.by: (*(fact.answers[name] for name in ("issued", "in_box", "invalid")), *fact.answers["votes"])
        for fact in told.facts
        if fact.verb == "enter_sheet" and closed and fact.seq > closed.seq
    }


def sheets_agree(told: Told, doing: Doing) -> str | None:
    """Two tellers have read the papers alike, and nobody otherwise."""
    sheets = _sheets(told)
    return None if len(sheets) > 1 and len(set(sheets.values())) == 1 else "guard.sheets_differ"


def result(told: Told, doing: Doing) -> dict[str, Any]:
    """Who is elected: enough of the votes by the law of the office, most votes first; nobody by a tie."""
    row, seats, voters = _office(told, doing), _seats(told), told.last("list_voters")
    entitled = int(voters.answers["entitled"]) if voters else 0
    _, in_box, invalid, *votes = next(iter(_sheets(told).values()))
    part, majority = share(row["quorum"]), share(row["majority"]) or Fraction(1, 2)
    quorum = at_least(entitled, part, row["quorum_more"] == "yes") if part else 0
    base = entitled if row["of"] == "entitled" else in_box
    needed = max(1, at_least(base, majority, row["majority_more"] == "yes"))
    order = sorted(zip(_standing(told), map(int, votes), strict=True), key=lambda one: -one[1])
    enough = [one for one in order if one[1] >= needed] if in_box >= quorum else []
    cut = enough[seats][1] if len(enough) > seats else -1
    elected = [name for name, got in enough[:seats] if got > cut]
    left = seats - len(elected)
    outcome = (
        "no_quorum" if in_box < quorum else "nobody" if not elected else "in_part" if left else "elected"
    )
    return {
        "entitled": entitled, "took_part": in_box, "quorum": quorum, "needed": needed, "invalid": invalid,
        "seats": seats, "standing": [f"{name} {got}" for name, got in order], "elected": elected,
        "seats_left": left, "outcome": outcome,
    }  # fmt: skip


def somebody_elected(told: Told, doing: Doing) -> str | None:
    """Nobody is declared whom nobody elected, be it in an earlier round."""
    return None if any(fact.answers.get("elected") for fact in _counted(told)) else "guard.nobody_elected"


def nobody_elected(told: Told, doing: Doing) -> str | None:
    """Whoever was elected is declared."""
    return "guard.somebody_elected" if somebody_elected(told, doing) is None else None


def seats_left(told: Told, doing: Doing) -> str | None:
    """Another round fills seats that are left."""
    return None if _seats(told) else "guard.no_seat_left"


ELECTION = Procedure(
    start="prepared_for",
    end={"in_office": "solved", "not_elected": "unsolved", "void": "unsolved", "called_off": "withdrawn"},
    moves=(
        Move("list_voters", "prepared_for -> listed", by=CHAIR, form=election_forms.Voters, guards=(list_is_out,)),
        Move("nominate", "listed -> named", by=CHAIR, form=election_forms.Candidates, guards=(candidates_fit,)),
        Move("call_poll", "named -> poll_called", by=CHAIR, form=election_forms.Polling, guards=(polled_in_time,)),
        Move("put_off", "poll_called -> named", by=CHAIR, form=forms.Why),
        Move("withdraw_election", "prepared_for|listed|named|poll_called -> called_off", by=(*CHAIR, "leader"),
             form=forms.Why),
        Move("open_poll", "poll_called -> polling", by="system", form=polling_forms.Begun, derive=rules.end_of_poll),
        Move("stop_poll", "polling|sheets -> named", by=("teller", "supervisor", "leader"), form=forms.Why),
        Move("close_poll", "polling -> sheets", by="system"),
        Move("enter_sheet", "sheets -> =", by="teller", form=election_forms.Sheet, holder="keep",
             guards=(sheet_adds_up,), usual=True),
        Move("count", "sheets -> polled", by="teller", form=election_forms.Counted, guards=(sheets_agree,),
             derive=result),
        Move("declare", "polled -> declared", by=CHAIR, form=election_forms.Declared, guards=(somebody_elected,)),
        Move("elect_again", "polled|declared -> named", by=CHAIR, form=election_forms.Candidates,
             guards=(seats_left, candidates_fit)),
        Move("elect_nobody", "polled -> not_elected", by=CHAIR, form=forms.Why, guards=(nobody_elected,)),
        Move("hand_over", "declared -> in_office", by=CHAIR, form=election_forms.HandedOver,
             guards=(not_ahead("handed_on"),)),
        Move("find_void", "polled|declared -> void", by="leader", form=election_forms.Void),
        supervise(),
        note(STAFF),
    ),
    limits=(
        Limit("prepared_for", workdays(20), "design: the list of voters is drawn up within a month", key="listing",
              since=SINCE),
        Limit("listed", days(15), "design: candidates are named while the list is public", key="naming", since=SINCE),
        Limit("named", days(15), "design: the poll is announced within a fortnight", key="calling", since=SINCE),
        Limit("poll_called", days(20), "design: the poll begins when it was announced", key="before_poll",
              until="starts", ceiling=days(60), then="open_poll", since=SINCE),
        Limit("polling", days(1), "design: papers are cast within a day", key="poll", until="ends", ceiling=days(2),
              then="close_poll", since=SINCE),
        Limit("sheets", hours(12), "村民委员会组织法 15: counted in public and told on the spot; half a day is ours",
              key="counting", since=LAW),
        Limit("polled", hours(2), "村民委员会组织法 15: the result is made public on the spot; two hours are ours",
              key="declaring", since=LAW),
        Limit("declared", days(10), "村民委员会组织法 20: the work is handed over within ten days", key="handing_over",
              then="supervise", since=LAW),
    ),
)  # fmt: skip
