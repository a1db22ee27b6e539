"""A register's sheets for a command: under a person's posts, or the operator's of the installation."""

import os
from datetime import datetime

from gridtown import town as towns
from gridtown.feeds.importing.report import WORDS
from gridtown.feeds.registers.book import Book
from gridtown.kernel.told import SYSTEM, Actor
from gridtown.kernel.words import say
from gridtown.people import snapshot
from gridtown.people.scope import Scope, visible
from gridtown.places import router


def book_of(line: str, key: str, *, lang: str, person: str | None, now: datetime) -> Book:
    """The sheets of a register; LookupError, with a sentence, where there is no such register or person."""
    town, people = towns.current(), snapshot.current()
    found = town.lines.get(line)
    listed = next((register for register in found.registers if register.key == key), None) if found else None
    if listed is None:
        raise LookupError(say("cli.no_register", lang, WORDS, name=f"{line}/{key}"))
    if person:
        account = next((a for a in people.accounts.values() if a.username == person), None)
        by = people.hats(account.id) if account else ()
        if not by:
            raise LookupError(say("cli.no_post", lang, WORDS, name=person))
        scope = visible(by)
    else:
        name = os.environ.get("USER") or SYSTEM
        by = (Actor(person=name, post="", roles=frozenset(listed.kept_by), place=town.code, clearance=9),)
        scope = Scope.everything()
    return Book(town, line, listed, lang, people, router.current(town.code), scope, by, now)
