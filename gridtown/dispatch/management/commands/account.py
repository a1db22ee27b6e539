"""`gridtown account NAME`: a person who can sign in, and the post that the person takes over."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gridtown import town as towns
from gridtown.cases import actions
from gridtown.cases.actions.falling import TICKER
from gridtown.dispatch.words import say
from gridtown.kernel.told import Actor, Refused
from gridtown.people.models import Account
from gridtown.people.words import say as say_people
from gridtown.town import clock


class Command(BaseCommand):
    """For the first administrator, and for whoever has forgotten the password."""

    help = "Make an account with a random password, or a new password for one (--reset), or give it a post."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, called what, in which post."""
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--display", default="", help="the name that colleagues see")
        parser.add_argument("--post", help="the key of a post that this person now holds")
        parser.add_argument("--reset", action="store_true", help="a new random password")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    @transaction.atomic
    def handle(self, *args: Any, name: str, lang: str, **options: Any) -> None:
        """All of it or nothing."""
        account, new = Account.objects.get_or_create(
            username=name, defaults={"display": options["display"], "lang": lang, "date_joined": clock.now()}
        )
        if new or options["reset"]:
            password = secrets.token_urlsafe(12)
            try:
                validate_password(password, account)
            except ValidationError as wrong:
                raise CommandError(" ".join(wrong.messages)) from None
            account.set_password(password)
            account.save()
            self.stdout.write(say("init.account", lang, name=name, password=password))
        else:
            self.stdout.write(say("init.known", lang, name=name))
        if options["post"]:
            self.give(account, options["post"], lang)

    def give(self, account: Account, post: str, lang: str) -> None:
        """Let the person hold a post; one with a single seat changes hands."""
        town = towns.current()
        operator = Actor(person=TICKER.person, post="", roles=frozenset({"admin"}), place=town.code)
        key = f"account:{account.username}:{post}:{clock.now().isoformat()}"
        try:
            actions.hand_over(post=post, to=account.pk, by=operator, now=clock.now(), key=key)
        except Refused as why:
            if why.key != "holds_it_already":
                raise CommandError(say_people(f"refusal.{why.key}", lang, **why.params)) from None
        self.stdout.write(say("init.holds", lang, name=account.username, post=post))
