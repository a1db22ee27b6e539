"""Signing in: Django's own passwords behind a lock that closes after repeated failures, and tokens for the API."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from gridtown.people.address import address_of
from gridtown.people.models import Account, LoginAttempt, Token
from gridtown.places import stamp as stamps

FAILURES = 5  # wrong passwords of one name from one address until the lock closes
WINDOW = timedelta(minutes=15)  # within which they count
LOCKED_FOR = timedelta(minutes=15)


class Guarded(ModelBackend):
    """Django's password check, refused while name and address are locked; wherever a form asks for a password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Account | None:
        """The account, or None for a wrong password as for a closed lock (which is not told to a guesser)."""
        now = timezone.now()
        name, address = _who_asks(username, request)
        if locked_until(name, address, now):
            return None
        account: Account | None = super().authenticate(
            request, username=username, password=password, **kwargs
        )
        if account is None:
            failed(name, address, now)
        else:
            LoginAttempt.objects.filter(name=name, address=address).delete()
        return account


def _who_asks(username: str | None, request: HttpRequest | None) -> tuple[str, str]:
    return (username or "").lower()[:150], address_of(request.META) if request else ""


def locked_until(name: str, address: str, now: datetime) -> datetime | None:
    """Until when this name is locked for this address; None = open."""
    found = LoginAttempt.objects.filter(name=name.lower(), address=address, locked_until__gt=now).first()
    return found.locked_until if found else None


def failed(name: str, address: str, now: datetime) -> None:
    """Count a failure in one statement, so that guesses in parallel are all counted; close the lock at the last."""
    adapt = connection.ops.adapt_datetimefield_value
    table = LoginAttempt._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (name, address, failures, first) VALUES (%s, %s, 1, %s) "
            "ON CONFLICT (name, address) DO UPDATE SET "
            f"failures = CASE WHEN {table}.first < %s THEN 1 ELSE {table}.failures + 1 END, "
            f"first = CASE WHEN {table}.first < %s THEN excluded.first ELSE {table}.first END",
            [name.lower(), address, adapt(now), adapt(now - WINDOW), adapt(now - WINDOW)],
        )
    row = LoginAttempt.objects.filter(name=name.lower(), address=address)
    row.filter(failures__gte=FAILURES).update(locked_until=now + LOCKED_FOR, failures=0)
    # names that were never tried again are forgotten, so that guessing cannot fill the table for good
    LoginAttempt.objects.filter(
        Q(locked_until=None) | Q(locked_until__lt=now), first__lt=now - timedelta(1)
    ).delete()


def issue_token(account: int, label: str, now: datetime, *, days: int | None = None) -> str:
    """A new token, shown this once; only its digest is kept."""
    plain = "gt_" + secrets.token_urlsafe(32)
    Token.objects.create(
        account_id=account,
        digest=_digest(plain),
        label=label,
        last4=plain[-4:],
        created=now,
        expires=now + timedelta(days=days) if days else None,
    )
    return plain


def revoke_token(token: int, *, now: datetime) -> None:
    """From now on the token opens nothing."""
    Token.objects.filter(pk=token, revoked=None).update(revoked=now)


def who_has(plain: str, *, now: datetime, town: str | None = None) -> tuple[int, int] | None:
    """The account of a token and the town's stamp, in one query; None for one that is unknown, old or revoked."""
    code = town or stamps.here()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.account_id, COALESCE(s.value, 0) FROM people_token t "
            "JOIN people_account a ON a.id = t.account_id "
            "LEFT JOIN places_stamp s ON s.key = %s "
            "WHERE t.digest = %s AND t.revoked IS NULL AND (t.expires IS NULL OR t.expires > %s) AND a.is_active",
            [code, _digest(plain), connection.ops.adapt_datetimefield_value(now)],
        )
        found = cursor.fetchone()
    return (found[0], stamps.note(code, found[1])) if found else None


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
