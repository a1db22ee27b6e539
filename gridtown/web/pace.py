"""How often one address may write: counted for all processes together and forgotten; nobody is tracked."""

import hashlib

from django.conf import settings
from django.http import HttpRequest

from gridtown.people import pacing
from gridtown.people.address import address_of
from gridtown.town import clock

MOST_REPORTS = 30  # from one address in ten minutes; a village hall may share one


def too_many(request: HttpRequest, about: str, most: int = MOST_REPORTS) -> bool:
    """Count one more writing of this sort from the caller's address; whether that is too often."""
    key = settings.SECRET_KEY.encode()[:64]  # without it nobody tells an address from its digest
    said = f"{about}|{address_of(request.META)}".encode()
    return pacing.count(hashlib.blake2b(said, key=key, digest_size=24).hexdigest(), clock.now()) > most


def too_many_of_anyone(request: HttpRequest, number: str) -> bool:
    """The same for moves by `anyone` on one open case, by pages and interface together."""
    return too_many(request, f"open.{number}", settings.GRIDTOWN_ANYONE_MOST)
