"""The one writer of the ledger: one function per verb, keyword-only, `now` an argument, one transaction each."""

from gridtown.cases.actions.amending import (
    anyone,
    correct,
    erase,
    follow,
    hand_over,
    reporter,
    unseal,
)
from gridtown.cases.actions.bringing import Brought, Outside, bring_in
from gridtown.cases.actions.falling import fall_due, lay_aside_notices
from gridtown.cases.actions.foreseeing import foreseen
from gridtown.cases.actions.keeping import Keeping, Outcome
from gridtown.cases.actions.links import linked, subject
from gridtown.cases.actions.records import (
    erase_record,
    journal,
    keep,
    keep_many,
    renew_link,
    restore,
    retire,
    unseal_record,
)
from gridtown.cases.actions.recounting import Recounted, recount
from gridtown.cases.actions.reporting import Point, Receipt, report
from gridtown.cases.actions.taking import Result, Taken, take, take_many
from gridtown.cases.actions.writing import NotFound, Overtaken

__all__ = [
    "Brought",
    "Keeping",
    "NotFound",
    "Outcome",
    "Outside",
    "Overtaken",
    "Point",
    "Receipt",
    "Recounted",
    "Result",
    "Taken",
    "anyone",
    "bring_in",
    "correct",
    "erase",
    "erase_record",
    "fall_due",
    "follow",
    "foreseen",
    "hand_over",
    "journal",
    "keep",
    "keep_many",
    "lay_aside_notices",
    "linked",
    "recount",
    "renew_link",
    "report",
    "reporter",
    "restore",
    "retire",
    "subject",
    "take",
    "take_many",
    "unseal",
    "unseal_record",
]
