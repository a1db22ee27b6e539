"""A secret vote in the ledger: codes that nobody keeps, ballots that nobody reads, a count that anybody can repeat."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
import pytest
from pydantic import Field

from gridtown import town as towns
from gridtown.cases import actions, ledger, queries, sealing, store
from gridtown.kernel import answering, tokens
from gridtown.kernel.forms import Ballot, Computed, Form, Personal, Token, Tokens
from gridtown.kernel.procedure import Move
from gridtown.kernel.told import Refused
from gridtown.lines.assembly import count
from gridtown.lines.assembly.topic import TOPIC
from gridtown.papers import printing
from gridtown.people.scope import visible
from tests.conftest import NOON, Here
from tests.polls import hat, poll
from tests.test_cases_ledger import tamper

EVERYBODY = tuple(
    hat(role) for role in ("moderator", "teller", "supervisor", "leader", "admin", "handler", "verifier")
)


def refused(do: Any) -> str:
    with pytest.raises(Refused) as refusal:
        do()
    return refusal.value.key


def test_codes_are_told_once_and_kept_nowhere(pingyao: Here) -> None:
    vote = poll(NOON, entitled=40)
    assert len(set(vote.codes)) == 40
    assert all(len(code.replace("-", "")) == 16 for code in vote.codes)
    entry = next(e for e in store.entries_of(vote.row.id) if e.verb == "draw_roll")
    kept = tokens.digests_in(msgspec.json.decode(entry.answers)["slips"])
    assert kept == tuple(sorted(map(tokens.digest_of, vote.codes))), (
        "sorted, so that the order of drawing is lost"
    )
    written = str(store.fetch("SELECT * FROM cases_entry", [])) + str(
        store.fetch("SELECT * FROM cases_case", [])
    )
    assert not any(code in written or code.replace("-", "") in written for code in vote.codes)
    again = actions.take(
        case=vote.number, verb="draw_roll", by=hat("moderator"), now=NOON, key=entry.key, answers={}
    )  # fmt: skip
    assert again.repeated
    assert again.codes == (), "sending it twice tells nothing"


@pytest.mark.parametrize("typed", ["{}", " {} ", "{} ".replace("-", ""), "lower"])
def test_a_code_is_read_as_people_type_it(pingyao: Here, typed: str) -> None:
    vote = poll(NOON)
    code = vote.codes[0]
    vote.vote(
        code.lower().replace("0", "o").replace("1", "l") if typed == "lower" else typed.format(code), "1"
    )
    assert refused(lambda: vote.vote(0, "1", vote.begins + timedelta(hours=1))) == "guard.already_voted"


def test_nobody_sees_how_a_slip_voted_while_the_vote_goes_on(pingyao: Here) -> None:
    vote = poll(NOON)
    vote.vote(0, "against")
    vote.vote(1, "1")
    view = queries.case(number=vote.number, scope=visible(EVERYBODY), hats=EVERYBODY, now=NOON)
    assert view is not None
    cast = [step for step in view.steps if step.verb == "vote"]
    assert [step.answers for step in cast] == [{"code": "", "choice": ""}] * 2, (
        "neither how nor by which slip"
    )
    told = str(view) + str(queries.topic(number=vote.number))
    digests = [tokens.digest_of(code) for code in vote.codes]
    assert not any(digest in told or tokens.check_of(digest) in told for digest in digests)
    held = queries.dossier(town=towns.current(), number=vote.number, scope=visible(EVERYBODY))
    assert held is not None
    assert [step.answers for step in held.steps if step.verb == "vote"] == [{}, {}]
    assert not held.sealed
    for field in (f"{cast[0].seq}.choice", f"{cast[1].seq}.choice"):
        for who in EVERYBODY:
            with pytest.raises((Refused, actions.NotFound)):
                actions.unseal(
                    case=vote.row.id,
                    fields=[field],
                    reason="想看看",
                    by=who,
                    now=NOON,
                    key=f"{who.person}:{field}",
                )
    assert [e.verb for e in store.entries_of(vote.row.id)].count("unseal") == 0


def test_the_key_of_a_case_opens_no_ballot_as_if_it_were_an_answer() -> None:
    key, _ = sealing.new_key()
    cast = sealing.cast(key, {"choice": "against"})
    with pytest.raises(sealing.InvalidTag):
        sealing.unseal(key, "choice", cast["choice"])
    with pytest.raises(sealing.InvalidTag):
        sealing.open_ballot(key, "other", cast["choice"])
    with pytest.raises(sealing.InvalidTag):
        sealing.open_ballot(key, "choice", sealing.seal(key, {"choice": "against"})["choice"])
    assert sealing.open_ballot(key, "choice", cast["choice"]) == "against"


def test_all_ballots_are_equally_long() -> None:
    key, _ = sealing.new_key()
    made = {
        len(sealing.cast(key, {"c": said})["c"]["sealed"]) for said in ("1", "against", "abstain", "同意")
    }
    assert len(made) == 1
    assert sealing.open_ballot(key, "c", sealing.cast(key, {"c": "同" * 200})["c"]) == "同" * 200


def test_ballots_are_not_lost_by_erasing_while_they_are_needed(pingyao: Here) -> None:
    vote = poll(NOON)
    vote.vote(0, "1")
    said = {
        "case": vote.row.id,
        "reason": "申请删除",
        "by": hat("admin"),
        "now": vote.begins + timedelta(hours=1),
    }
    assert refused(lambda: actions.erase(**said, key="erase-1")) == "ballot_shut"
    assert vote.close()["votes_1"] == 1
    actions.erase(**said, key="erase-2")
    assert vote.row.sealed_key is None
    assert ledger.verify().faults == ()


def test_a_count_is_made_again_from_what_is_published(pingyao: Here) -> None:
    vote = poll(NOON, entitled=7)
    for slip, choice in enumerate(("1", "1", "2", "abstain")):
        vote.vote(slip, choice)
    vote.do("void_slips", hat("teller"), slips=[vote.codes[6]], cause="left_over")
    counted = vote.close()
    names = towns.current().tables["assembly"]["ballot"]
    lines = counted["ballots"]
    assert len(lines) == counted["entitled"] == 7
    mine = tokens.check_of(tokens.digest_of(vote.codes[2]))
    assert f"{mine} {names['2']['zh']}" in lines, "whoever has the slip finds it"
    again = count.recounted(lines, names)
    assert (again["1"], again["2"], again["abstain"], again["unused"], again["void"]) == (2, 1, 1, 2, 1)
    assert (counted["votes_1"], counted["votes_2"], counted["abstain"]) == (2, 1, 1)
    assert (counted["took_part"], counted["needed"], counted["outcome"]) == (4, 3, "rejected")
    shown = next(step for step in queries.topic(number=vote.number).steps if step.verb == "count")
    assert shown.answers["ballots"] == lines, "for everybody to see"
    hats = (hat("supervisor"),)
    for key in ("result", "list", "call_notice"):
        paper = printing.printed(number=vote.number, key=key, scope=visible(hats), hats=hats, now=NOON)
        assert paper.docx()


def test_two_reads_of_the_box_that_differ_are_not_counted_and_time_waits_for_none(pingyao: Here) -> None:
    vote = poll(NOON, entitled=6, box=True)
    vote.vote(0, "1")
    actions.fall_due(now=vote.ends + timedelta(minutes=1))
    at = vote.ends + timedelta(hours=1)
    for teller, choice in (("one", "1"), ("two", "2")):
        vote.do("enter_slips", hat("teller", teller), at, choice=choice, slips=[vote.codes[1]])
    vote.do("enter_slips", hat("teller", "one"), at, choice="2", slips=[vote.codes[2], vote.codes[0]])
    vote.do("enter_slips", hat("teller", "two"), at, choice="2", slips=[vote.codes[2], vote.codes[0]])
    vote.do("enter_slips", hat("teller", "one"), at, choice="1", slips=[vote.codes[3]])
    counted = vote.close()
    assert (counted["votes_1"], counted["votes_2"], counted["unsettled"], counted["twice"]) == (1, 1, 2, 1)


def test_a_changed_ballot_or_count_is_found(pingyao: Here) -> None:
    vote = poll(NOON)
    vote.vote(0, "1")
    vote.vote(1, "2")
    vote.close()
    assert ledger.verify().faults == ()
    entries = {entry.verb: entry for entry in store.entries_of(vote.row.id)}
    for verb, old, new in (("vote", '"sealed":"', '"sealed":"A'), ("count", '"votes_1":1', '"votes_1":9')):
        entry = entries[verb]
        assert old in entry.answers
        tamper("UPDATE cases_entry SET answers = %s WHERE id = %s", entry.answers.replace(old, new), entry.id)
        assert [fault.entry for fault in ledger.verify().faults] == [entry.id]
        tamper("UPDATE cases_entry SET answers = %s WHERE id = %s", entry.answers, entry.id)
    assert ledger.verify().faults == ()


def test_what_was_cast_in_a_vote_that_was_broken_off_stays_shut(pingyao: Here) -> None:
    vote = poll(NOON)
    vote.vote(0, "1")
    vote.do("break_off", hat("teller"), reason="有人代领")
    cast = next(e for e in store.entries_of(vote.row.id) if e.verb == "vote")
    for_supervisor = {"by": hat("supervisor"), "reason": "核对", "now": NOON, "key": "look"}
    assert refused(lambda: actions.unseal(case=vote.row.id, fields=[f"{cast.seq}.choice"], **for_supervisor))


class Cast(Form):
    choice: Annotated[Literal["a", "b"], Ballot()]


class Counted(Form):
    votes: Annotated[int, Computed()] = 0


def with_moves(*moves: Move) -> list[str]:
    return replace(TOPIC, moves=(*TOPIC.moves, *moves)).faults()


@pytest.mark.parametrize(
    "moves",
    [
        (Move("cast", "voting -> =", by="anyone", form=Cast),),
        (
            Move("cast", "voting -> =", by="anyone", form=Cast),
            Move("peek", "voting -> =", by="teller", form=Counted, derive=lambda t, d: {}, opens=("cast",)),
        ),
        (Move("peek", "tallying -> =", by="system", opens=("vote",)),),
        (Move("peek", "tallying -> =", by="teller", opens=("speak",), form=Counted, derive=lambda t, d: {}),),
    ],
    ids=["never opened", "opened while votes are cast", "opened for nothing", "nothing to open"],
)  # fmt: skip
def test_a_procedure_with_a_leak_is_not_loaded(moves: tuple[Move, ...]) -> None:
    assert any("ballot" in fault for fault in with_moves(*moves))


def test_ballots_and_codes_belong_to_moves_and_are_nothing_else() -> None:
    class Shaky(Form):
        code: Annotated[str, Token(), Personal("text"), Field(max_length=40)]
        number: int = 3
        slips: Annotated[tuple[str, ...], Tokens("number")] = ()

    line = towns.current().lines["assembly"]
    topic = line.kind("topic")
    said = replace(line, kinds=(replace(topic, intake=Cast),)).faults()
    assert any("a ballot or a code in the intake: choice" in fault for fault in said)
    move = Move("shake", "tallying -> =", by="teller", form=Shaky)
    shaken = replace(topic, procedure=replace(TOPIC, moves=(*TOPIC.moves, move)))
    said = replace(line, kinds=(shaken,)).faults()
    assert any("more than that: code" in fault for fault in said)
    assert any("codes drawn by what is no number: shake.slips" in fault for fault in said)


def test_nobody_brings_codes_of_their_own() -> None:
    class Drawn(Form):
        number: int
        slips: Annotated[tuple[str, ...], Tokens("number")] = ()

    with pytest.raises(Refused) as refusal:
        answering.read(Drawn, {"number": 1, "slips": ["0000-0000-0000-0000"]}, tables={})
    assert refusal.value.fields == {"slips": "mistake.extra_forbidden"}
