"""How often one address may write: counted in this process's memory and forgotten; nobody is tracked."""

import hashlib
import secrets

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

PER_SECONDS = 600
MOST_REPORTS = 30  # from one address; a village hall may share one
_SALT = secrets.token_bytes(16)  # goes with the process: what is counted cannot be traced back to an address


def too_many(request: HttpRequest, about: str, most: int = MOST_REPORTS) -> bool:
    """Count one more writing of this sort from the caller's address; whether that is too often."""
    address = request.META.get("REMOTE_ADDR", "").encode()
    slot = f"pace.{about}.{hashlib.blake2b(address, key=_SALT, digest_size=12).hexdigest()}"
    cache.add(slot, 0, PER_SECONDS)
    return cache.incr(slot) > most


def too_many_of_anyone(request: HttpRequest, number: str) -> bool:
    """The same for moves by `anyone` on one open case, by pages and interface together."""
    return too_many(request, f"open.{number}", settings.GRIDTOWN_ANYONE_MOST)
