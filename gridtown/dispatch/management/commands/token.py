"""`gridtown token POST`: a key to the interface for a device or another program, as whoever holds that post."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gridtown import town as towns
from gridtown.cases import actions
from gridtown.cases.actions.falling import TICKER
from gridtown.dispatch import tokens
from gridtown.dispatch.words import say
from gridtown.kernel.told import Actor, Refused
from gridtown.people import snapshot as people
from gridtown.people.models import Account, Token
from gridtown.people.words import say as say_people
from gridtown.town import clock


class Command(BaseCommand):
    """Each token that is made or revoked is noted in the town's journal, without the token."""

    help = "Make a token for a post, printed once (a vacant post gets an account of its own); or list or revoke tokens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, called what, for how long; or which one to revoke."""
        parser.add_argument("post", nargs="?", help="the key of the post that the device holds")
        parser.add_argument("--label", default="", help="what the token is for")
        parser.add_argument("--account", default="", help="whose, where several people hold the post")
        parser.add_argument("--days", type=int, help="after how many days it is no longer valid (never)")
        parser.add_argument("--list", action="store_true", help="the tokens there are")
        parser.add_argument("--revoke", type=int, metavar="ID", help="from now on this token opens nothing")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    @transaction.atomic
    def handle(self, *, post: str | None, revoke: int | None, lang: str, **options: Any) -> None:
        """One of the three."""
        if options["list"]:
            self.listed(lang)
        elif revoke is not None:
            self.revoke(revoke, lang)
        elif post:
            self.make(post, lang, options)
        else:
            raise CommandError(say("token.what", lang))

    def make(self, post: str, lang: str, options: dict[str, Any]) -> None:
        """A new token for whoever holds the post."""
        account = self.holder(post, options["account"], lang)
        label = options["label"] or post
        made, plain = tokens.make(
            account.pk, label, by=_operator(), now=clock.now(), days=options["days"], post=post
        )
        self.stdout.write(say("token.made", lang, post=post, name=account.username, id=made.pk, token=plain))

    def holder(self, post: str, name: str, lang: str) -> Account:
        """The account that holds the post; a vacant one is given to a device's own account, which cannot sign in."""
        found = people.current().post(post)
        if found is None or found.closed:
            raise CommandError(say_people("refusal.no_such_post", lang))
        if not found.holders:
            return _device(post, lang)
        held = list(Account.objects.filter(pk__in=found.holders))
        if name and name not in {account.username for account in held}:
            raise CommandError(say("token.not_held", lang, name=name, post=post))
        if not name and len(held) > 1:
            names = ", ".join(sorted(account.username for account in held))
            raise CommandError(say("token.several", lang, post=post, names=names))
        return next(account for account in held if name in ("", account.username))

    def listed(self, lang: str) -> None:
        """Every token, the newest first."""
        now, zone = clock.now(), towns.current().zone
        for token in Token.objects.select_related("account").order_by("-id"):
            if token.revoked or (token.expires and token.expires <= now):
                state = say("token.over", lang)
            elif token.expires:
                state = say("token.until", lang, at=token.expires.astimezone(zone).date())
            else:
                state = say("token.valid", lang)
            made = token.created.astimezone(zone).date()
            self.stdout.write(
                say("token.row", lang, id=token.pk, name=token.account.username, label=token.label,
                    last4=token.last4, made=made, state=state)
            )  # fmt: skip

    def revoke(self, token: int, lang: str) -> None:
        """From now on it opens nothing."""
        if not tokens.withdraw(token, by=_operator(), now=clock.now()):
            raise CommandError(say("token.unknown", lang, id=token))
        self.stdout.write(say("token.revoked", lang, id=token))


def _operator() -> Actor:
    return Actor(person=TICKER.person, post="", roles=frozenset({"admin"}), place=towns.current().code)


def _device(post: str, lang: str) -> Account:
    """An account without a password, which holds the post from now on."""
    name = f"device-{post}"
    account, made = Account.objects.get_or_create(
        username=name, defaults={"display": post, "lang": lang, "date_joined": clock.now()}
    )
    if made:
        account.set_unusable_password()
        account.save()
    key = f"token:{name}:{clock.now().isoformat()}"
    try:
        actions.hand_over(post=post, to=account.pk, by=_operator(), now=clock.now(), key=key)
    except Refused as why:
        raise CommandError(say_people(f"refusal.{why.key}", lang, **why.params)) from None
    return account
