"""Keys to the interface: made for an account, listed, withdrawn; the town's journal notes each, not the key itself."""

from datetime import datetime

from django.db import transaction

from gridtown.cases import actions
from gridtown.kernel.told import Actor
from gridtown.people.models import Token
from gridtown.people.signin import issue_token, revoke_token

LABEL = 60  # characters


@transaction.atomic
def make(
    account: int, label: str, *, by: Actor, now: datetime, days: int | None = None, **more: str
) -> tuple[Token, str]:
    """A new one and what it is in clear, which nobody can be told again."""
    plain = issue_token(account, label[:LABEL], now, days=days)
    made = Token.objects.select_related("account").filter(account=account).latest("id")
    _note("make", made, by, now, **more)
    return made, plain


@transaction.atomic
def withdraw(token: int, *, by: Actor, now: datetime, account: int | None = None) -> bool:
    """From now on it opens nothing; False where none is valid under this id (of that account, where one is named)."""
    listed = Token.objects.select_related("account").filter(pk=token, revoked=None)
    found = (listed.filter(account=account) if account is not None else listed).first()
    if found is None:
        return False
    revoke_token(token, now=now)
    _note("revoke", found, by, now)
    return True


def of_account(account: int) -> list[Token]:
    """All that an account has had, the newest first."""
    return list(Token.objects.filter(account=account).order_by("-id")[:100])


def _note(done: str, token: Token, by: Actor, now: datetime, **more: str) -> None:
    said = {"done": done, "token": token.pk, "account": token.account.username, "label": token.label, **more}
    actions.journal(verb="token", answers=said, by=by, now=now, key=f"token:{token.pk}:{done}")
