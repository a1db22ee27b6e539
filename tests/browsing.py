"""Browsers for tests of pages, and what residents have reported in them."""

from typing import Any

from django.test import Client

from gridtown.cases import actions
from gridtown.people.models import Account
from tests.conftest import NOON, RESIDENT, Here

VILLAGE, OTHER = "330110110001", "330110110002"


def client_of(here: Here, post: str = "", **more: Any) -> Client:
    """A browser in which whoever holds a post is signed in."""
    browser = Client(**more)
    if post:
        browser.force_login(Account.objects.get(pk=here.post(post).holders[0]))
    return browser


def reported(here: Here, village: str = VILLAGE, n: int = 1, **answers: str) -> actions.Receipt:
    """A resident's report in a village."""
    said = {"description": f"路灯不亮 {n}", "category": "street_light"} | answers
    return actions.report(
        line="appeals",
        kind="matter",
        answers=said,
        by=RESIDENT,
        now=NOON,
        key=f"made-{village}-{n}",
        channel="web",
        place=village,
    )
