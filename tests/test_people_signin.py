"""The lock behind passwords, and tokens of which only a digest is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import RequestFactory, override_settings

from gridtown.people import signin
from gridtown.people.models import Account, LoginAttempt, Token
from gridtown.places import stamp

pytestmark = pytest.mark.django_db
TOWN = "330110110"
NOON = datetime(2023, 6, 1, 4, tzinfo=UTC)
FAST = override_settings(
    AUTHENTICATION_BACKENDS=["gridtown.people.signin.Guarded"],
)


@pytest.fixture
def clerk() -> Account:
    with FAST:
        return Account.objects.create_user("clerk", password="a long enough word")


def sign_in(password: str, address: str = "10.0.0.1", name: str = "clerk"):
    with FAST:
        return authenticate(
            RequestFactory().post("/signin", REMOTE_ADDR=address), username=name, password=password
        )


def test_the_lock_closes_after_five_failures_for_that_name_and_address_only(clerk: Account) -> None:
    for _ in range(signin.FAILURES):
        assert sign_in("wrong") is None
    assert sign_in("a long enough word") is None, "the right password must not open a closed lock"
    assert sign_in("a long enough word", name="CLERK") is None, "nor another spelling of the name"
    assert sign_in("a long enough word", address="10.0.0.2") == clerk


def test_a_success_forgets_the_failures_before_it(clerk: Account) -> None:
    for _ in range(signin.FAILURES - 1):
        sign_in("wrong")
    assert sign_in("a long enough word") == clerk
    assert not LoginAttempt.objects.exists()


def test_the_lock_opens_again_and_old_failures_do_not_count() -> None:
    for _ in range(signin.FAILURES):
        signin.failed("Clerk", "a", NOON)
    assert signin.locked_until("clerk", "a", NOON) == NOON + signin.LOCKED_FOR
    assert signin.locked_until("clerk", "a", NOON + signin.LOCKED_FOR) is None
    for hour in range(1, signin.FAILURES + 3):
        signin.failed("slow", "a", NOON + timedelta(hours=hour))
    assert signin.locked_until("slow", "a", NOON + timedelta(hours=hour)) is None


def test_names_that_were_guessed_once_are_forgotten() -> None:
    signin.failed("guess", "a", NOON)
    signin.failed("other", "a", NOON + timedelta(days=2))
    assert list(LoginAttempt.objects.values_list("name", flat=True)) == ["other"]


def test_a_token_opens_in_one_query_that_also_reads_the_stamp(
    clerk: Account, django_assert_num_queries
) -> None:
    plain = signin.issue_token(clerk.pk, "hotline", NOON)
    now = stamp.bump(TOWN)
    with django_assert_num_queries(1):
        assert signin.who_has(plain, now=NOON, town=TOWN) == (clerk.pk, now)
    kept = Token.objects.get()
    assert kept.last4 == plain[-4:]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_token")
        assert plain not in str(cursor.fetchall()), "only the digest is kept"


def test_what_is_unknown_revoked_expired_or_of_a_closed_account_opens_nothing(clerk: Account) -> None:
    def opens(plain: str, at: datetime = NOON) -> bool:
        return signin.who_has(plain, now=at, town=TOWN) is not None

    lasting, short = signin.issue_token(clerk.pk, "a", NOON), signin.issue_token(clerk.pk, "b", NOON, days=30)
    assert (opens(lasting), opens(short), opens("gt_guess")) == (True, True, False)
    late = NOON + timedelta(days=30)
    assert (opens(lasting, late), opens(short, late)) == (True, False)
    signin.revoke_token(Token.objects.get(label="a").pk, now=NOON)
    assert (opens(lasting), opens(short)) == (False, True)
    Account.objects.filter(pk=clerk.pk).update(is_active=False)
    assert not opens(short)
