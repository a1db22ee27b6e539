"""One's own keys to the interface on a page: made with the password, shown once, withdrawn, noted in the journal."""

import re

import msgspec
import pytest
from django.test import Client

from gridtown.cases import store
from gridtown.people.models import Account, Token
from gridtown.people.signin import who_has
from gridtown.town import clock
from tests.browsing import client_of
from tests.conftest import Here

PASSWORD = "ein langes Kennwort"
ASKED = {"label": "每周报表", "days": "90", "password": PASSWORD}


@pytest.fixture
def desk(pingyao: Here) -> Client:
    """The receiver's browser; the password is known."""
    account = Account.objects.get(pk=pingyao.post("receiver").holders[0])
    account.set_password(PASSWORD)
    account.save()
    return client_of(pingyao, "receiver")


def calls(plain: str) -> int:
    return Client().get("/api/cases", headers={"Authorization": f"Bearer {plain}"}).status_code


def journal() -> list[str]:
    rows = store.fetch("SELECT answers FROM cases_entry WHERE verb = 'token' ORDER BY id", [])
    return [msgspec.json.decode(said)["done"] for (said,) in rows]


def test_a_key_is_shown_once_opens_the_interface_and_is_withdrawn(desk: Client) -> None:
    assert 'href="/tokens"' in desk.get("/desk").content.decode(), "in the person's own menu"
    made = desk.post("/tokens", ASKED)
    (plain,) = re.findall(r'value="(gt_[\w-]+)"', made.content.decode())
    assert "no-store" in made.headers["Cache-Control"]
    again = desk.get("/tokens").content.decode()
    assert plain not in again
    assert f"…{plain[-4:]}" in again
    assert calls(plain) == 200
    token = Token.objects.get()
    assert desk.post(f"/tokens/{token.pk}/withdraw").status_code == 302
    assert who_has(plain, now=clock.now()) is None  # the interface remembers an owner for a second
    assert "已收回" in desk.get("/tokens").content.decode()
    assert journal() == ["make", "revoke"]


@pytest.mark.parametrize("wrong", [{"password": "geraten"}, {"label": " "}, {"days": "9999"}])
def test_without_password_purpose_and_end_there_is_none(desk: Client, wrong: dict[str, str]) -> None:
    answer = desk.post("/tokens", ASKED | wrong)
    assert answer.status_code == 422
    assert not Token.objects.exists()
    assert "gt_" not in answer.content.decode()
    assert journal() == []


def test_nobody_withdraws_or_sees_anothers(pingyao: Here, desk: Client) -> None:
    desk.post("/tokens", ASKED)
    token = Token.objects.get()
    other = client_of(pingyao, "dispatcher")
    assert "每周报表" not in other.get("/tokens").content.decode()
    assert other.post(f"/tokens/{token.pk}/withdraw").status_code == 404
    assert Token.objects.get().revoked is None
