"""涉企检查投诉: an enterprise says that it was inspected too often, by one person, without a certificate …"""

from typing import Annotated, Literal

from pydantic import Field

from gridtown.kernel.clocks import Extension, Limit, workdays
from gridtown.kernel.effects import Extend
from gridtown.kernel.forms import CaseRef, Form, Long, Ref
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.usual import Reason, Sentence, note, supervise
from gridtown.lines.inspection.session import SINCE


class Complaint(Form):
    """What was wrong with an inspection, or with how many there are."""

    enterprise: Annotated[int, Ref("enterprise")]
    about: Literal[
        "too_often", "not_published", "one_inspector", "no_certificate", "not_announced", "charged", "other"
    ]
    description: Annotated[str, Long(), Field(min_length=1, max_length=1000)]
    visit: Annotated[str, CaseRef("visit")] | None = None


class Answered(Form):
    """What came of looking into it, and what is done so that it does not happen again."""

    upheld: bool
    answer: Sentence
    measure: Annotated[str, Long(), Field(max_length=500)] = ""


PROCEDURE = Procedure(
    start="complained",
    end={"answered": "solved", "taken_back": "withdrawn"},
    moves=(
        Move("answer_it", "complained -> answered", by=("supervisor", "leader"), form=Answered,
             guards=(by_another("report"),)),
        Move("take_back", "complained -> taken_back", by=("subject", "supervisor"), form=Reason),
        Move("extend", "complained -> =", by="leader", form=Reason, effect=Extend("answering"), holder="keep"),
        supervise(),
        note(("supervisor", "leader", "inspection_head")),
    ),
    limits=(
        Limit("complained", workdays(15), "design: an enterprise is answered within three weeks", key="answering",
              extend=Extension("leader", workdays(15)), since=SINCE),
    ),
)  # fmt: skip
