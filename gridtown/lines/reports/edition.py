"""One edition: what was frozen, and how it goes from draft to the public (ADR 0022).

What it says lies in files named by their digests; the manifest names them all, so that its own digest is the edition's.
Whoever signs signs that digest, with the key that signs the ledger's daily root.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from gridtown.kernel.clocks import Extension, Limit, workdays
from gridtown.kernel.effects import Extend
from gridtown.kernel.forms import File, Form, Long, Sent, Sets
from gridtown.kernel.guards import by_another
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.signing import holds
from gridtown.kernel.told import Doing, Told
from gridtown.kernel.usual import Reason, note, supervise

DRAFTERS = ("supervisor", "duty_officer")
CHECKERS = ("verifier", "supervisor")
SIGNERS = ("leader",)
OURS = date(2026, 11, 1)
LAW = date(2019, 5, 15)  # the day on which the regulation as revised came into force

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Edition(Form):
    """What was frozen: nobody types it, the command or page that freezes sends it along.

    cursor, head: the ledger's newest entry that was read, and its digest. missing: figures that the ledger could not
    answer. unproven: numbers in the prose that no question stands behind. public_key: Ed25519, hexadecimal.
    """

    title: Annotated[str, Sets("title"), Field(max_length=80), Sent()]
    year: Annotated[str, Field(pattern=r"^\d{4}$"), Sent()]
    cursor: Annotated[int, Field(ge=0), Sent()]
    head: Annotated[Digest, Sent()]
    as_of: Annotated[datetime, Sent()]
    missing: Annotated[int, Field(ge=0), Sent()]
    unproven: Annotated[int, Field(ge=0), Sent()]
    public_key: Annotated[Digest, Sent()]
    manifest: Annotated[str, File(), Sent()]
    files: Annotated[tuple[str, ...], File(), Sent()]


class Checked(Form):
    """What the checker looked at."""

    remark: Annotated[str, Long(), Field(min_length=1, max_length=1000)]


class Signed(Form):
    """The signature over the manifest's digest, and that its gaps were read by who signs."""

    gaps_read: bool = False
    signature: Annotated[str, Field(max_length=128), Sent()] = ""


class Published(Form):
    """Where it is open to everybody."""

    where: Annotated[str, Field(min_length=1, max_length=200)]


def signature_holds(told: Told, doing: Doing) -> str | None:
    """It is signed on the edition's own page, where the installation makes the signature."""
    signature = str(doing.answers.get("signature") or "")
    return (
        None
        if holds(str(told.answers["public_key"]), str(told.answers["manifest"]), signature)
        else "guard.unsigned"
    )


def gaps_are_read(told: Told, doing: Doing) -> str | None:
    """Nobody signs a report with figures missing or unproven who has not said that they have seen which."""
    gaps = int(told.answers["missing"]) + int(told.answers["unproven"])
    return "guard.gaps_unread" if gaps and not doing.answers.get("gaps_read") else None


PROCEDURE = Procedure(
    start="drafted",
    end={"published": "done", "returned": "refused", "withdrawn": "withdrawn"},
    moves=(
        Move("check", "drafted -> checked", by=CHECKERS, form=Checked, guards=(by_another("report"),)),
        Move("sign", "checked -> signed", by=SIGNERS, form=Signed,
             guards=(by_another("report"), by_another("check"), gaps_are_read, signature_holds)),
        Move("return_it", "drafted|checked -> returned", by=(*CHECKERS, *SIGNERS), form=Reason),
        Move("publish", "signed -> published", by=DRAFTERS, form=Published),
        Move("withdraw", "signed|published -> withdrawn", by=SIGNERS, form=Reason),
        Move("extend", "drafted|checked -> =", by=SIGNERS, form=Reason, effect=Extend("settle"), holder="keep"),
        supervise(),
        note((*CHECKERS, *SIGNERS, "duty_officer")),
    ),
    limits=(
        Limit(("drafted", "checked"), workdays(10),
              "design: figures of a moment are checked and signed within two weeks", key="settle",
              extend=Extension("leader", workdays(10)), since=OURS),
        Limit("signed", workdays(20), "政府信息公开条例 26", key="publish", ceiling=workdays(20), then="supervise",
              since=LAW),
    ),
)  # fmt: skip
