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
from gridtown.cases.actions.links import linked, subject
from gridtown.cases.actions.records import journal, keep, renew_link, retire
from gridtown.cases.actions.recounting import Recounted, recount
from gridtown.cases.actions.reporting import Point, Receipt, report
from gridtown.cases.actions.taking import Result, Taken, take, take_many
from gridtown.cases.actions.writing import NotFound, Overtaken

__all__ = [
    "Brought",
    "NotFound",
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
    "fall_due",
    "follow",
    "hand_over",
    "journal",
    "keep",
    "lay_aside_notices",
    "linked",
    "recount",
    "renew_link",
    "report",
    "reporter",
    "retire",
    "subject",
    "take",
    "take_many",
    "unseal",
]
