"""One number a town that changes whenever its divisions, grids or posts do, so that memory can tell it is stale."""

import secrets
from itertools import count
from threading import local
from time import monotonic

from django.conf import settings

from gridtown.places.models import Stamp
from gridtown.town import at


def here() -> str:
    """The nine digits of the town that this installation serves."""
    return at(settings.GRIDTOWN_TOWN).code


SECOND = 1.0
# One memory a thread: a stamp that a thread drew and has not yet committed must not reach another, which would
# load the rows of before under it and never look again.
_seen = local()
_era = count()
_now = [next(_era)]


def read(town: str = "") -> int:
    """The town's stamp, in one query; 0 when nothing was ever loaded."""
    code = town or here()
    return note(code, Stamp.objects.filter(key=code).values_list("value", flat=True).first() or 0)


def note(town: str, value: int) -> int:
    """Remember a stamp that this thread has just read, by whatever query."""
    _seen.__dict__[town] = (value, monotonic(), _now[0])
    return value


def fresh(town: str = "") -> int:
    """The stamp as this thread saw it within the last second, else as it is now: the hot path's reading."""
    code = town or here()
    value, seen, era = _seen.__dict__.get(code, (0, -SECOND, 0))
    return value if monotonic() - seen < SECOND and era == _now[0] else read(code)


def forget() -> None:
    """Every thread looks again at its next reading (between tests, whose rolled-back stamps come again)."""
    _now[0] = next(_era)


def bump(town: str = "") -> int:
    """Give the town a new stamp, in the transaction that changes what hangs on it.

    Drawn by lot rather than counted up: after a roll-back a counter would give the same number to another
    change, and a process that had read the first would never notice the second.
    """
    value = secrets.randbits(62) | 1
    Stamp.objects.update_or_create(key=town or here(), defaults={"value": value})
    return note(town or here(), value)
