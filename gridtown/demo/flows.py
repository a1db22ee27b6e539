"""How the demo year goes in any line: who reports how often, and in each state what is done, by whom, how soon.

One file a line, `towns/<town>/flows/<line>.toml`; every table says where its amounts come from. Answers are literal,
or tables with one of these keys, and `chance` beside any of them; what each means is told by the method of
`telling.Teller` that is called like it.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gridtown.demo.scenario import Hours24, Part, Share, Weight

Answers = dict[str, Any]


class Step(BaseModel):
    """One thing that may be done in a state, drawn by `share` among those that fit; with `do` = "" nothing more is.

    by: a role of staff, or reporter, subject, anyone. same: a verb whose last doer does this, too; or an answer by
    which such a verb named persons (`verb.field`), the first of whom does it. each: an answer of that sort with
    several members, or "codes" (those that a move drew); it is done once for each of them, `times` at most, and
    the answer "each" is the one whose turn it is. wait: median
    hours before somebody sets to it (lognormal); least: hours that must pass, as where a guard asks for them.
    minutes: hands-on work. but: verbs whose last doer may not be this one. times: how often at most. called: what
    later steps may know it by, where one verb is done in several ways. after: verbs that must have been done, ways in
    which they were last done, or what is so of the case (`Cases.so`); unless: the same, none of which may be so.
    within: a limit that must still have a day to run when it is done, as for whoever lengthens it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    do: str
    by: str = ""
    same: str = ""
    each: str = ""
    share: Weight = 1.0
    wait: Weight = 0.0
    least: Weight = 0.0
    minutes: Weight = 15.0
    answers: Answers = {}
    but: tuple[str, ...] = ()
    times: int = 0
    called: str = ""
    after: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: str = ""


class Again(Part):
    """The share of reports that come once more about what has ended in one of the states `after`.

    They say the same as before in the fields by which the kind knows its like (`Kind.same_by`).
    """

    share: Share
    after: tuple[str, ...]


class Cases(Part):
    """One kind, or one way into it: how many come in (expected, in the whole year) and what is done in each state.

    many: none for kinds that only duties or other cases open. days: on which one comes in ("10-08"), in the place of
    so many by chance. kind: where the table is not called like it; what is done then stands in the kind's own table.
    by: who reports, or shares of them. signal: a device's, whose reading `answers` is, in the place of a report. on: a
    register; each case is about one of its records and lies there. hours: whose hours of the day (`scenario.hours`),
    or shares of its 24 hours. month: factors in the place of the scenario's. so: what is so of a case (it burns, it
    does not), drawn for each; steps may ask for it by `after`. town: it is the whole town's and lies nowhere in it.
    """

    kind: str = ""
    many: Weight = 0
    days: tuple[str, ...] = ()
    signal: str = ""
    so: dict[str, Weight] = {}
    town: bool = False
    again: Again | None = None
    by: str | dict[str, Weight] = ""
    channel: str = "counter"
    on: str = ""
    hours: str | Hours24 = "staff"
    month: Annotated[tuple[Weight, ...], Field(min_length=12, max_length=12)] | None = None
    answers: Answers = {}
    at: dict[str, tuple[Step, ...]] = {}


class Use(Part):
    """A tool that is asked on certain days ("02-01"), and all of whose proposals are accepted then."""

    tool: str
    by: str
    on: tuple[str, ...]
    hour: float = 9.0
    answers: Answers = {}


class Records(Part):
    """What stands on a register from the first day; `each` names a register whose every record gets so many.

    rows: records as they are told, in the place of so many made up. on: the day ("12-29") on which they are put there;
    daily: every day anew.
    """

    many: int = 0
    rows: tuple[Answers, ...] = ()
    on: str = ""
    daily: bool = False
    each: str = ""
    answers: Answers = {}
    villages: bool | Literal["rural"] = (
        False  # one to a village instead of anywhere; rural: to none of a community
    )


class Mend(BaseModel):
    """What a person puts right of one proposal, which is known by its subject and how much; empty: as it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    subject: str
    text: str = ""
    title: str = ""
    indicator: str = ""
    to: str = ""


class Plan(Part):
    """A plan's text that is read on a day ("01-06"), and what is done with the targets that it proposes.

    file: in the town's folder. by: a role of whoever confirms. to: the post that answers, where a mend names no other.
    """

    file: str
    document: str
    on: str
    by: str
    to: str
    hour: float = 10.0
    mend: tuple[Mend, ...] = ()


class Hands(Part):
    """The share of their day that a role has for this line; `shift` where it works around the clock."""

    share: Annotated[float, Field(gt=0, le=1)]
    shift: bool = False


class Flow(BaseModel):
    """One line's year."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    staff: dict[str, Hands] = {}
    records: dict[str, Records] = {}
    cases: dict[str, Cases] = {}
    uses: dict[str, Use] = {}
    plans: dict[str, Plan] = {}
    sigma: Weight = 0.8
    unfinished: Share = (
        0.0  # the share of cases that nobody goes on with: somebody fell ill, a file was mislaid
    )

    def kind_of(self, name: str) -> str:
        """The kind whose cases come in by this table."""
        return self.cases[name].kind or name


def read(folder: Path) -> Mapping[str, Flow]:
    """The flows of a town's folder, by line."""
    return {
        path.stem: Flow.model_validate(tomllib.loads(path.read_text("utf-8")))
        for path in sorted((folder / "flows").glob("*.toml"))
    }
