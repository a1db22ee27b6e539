"""Asks what the pages of figures will ask, before anybody waits for it."""

import logging
from datetime import datetime

from django.db import connections

from gridtown import town as towns
from gridtown.report.figures.indicators import listed
from gridtown.report.figures.many import read_many
from gridtown.warehouse import lake as lakes

_log = logging.getLogger("gridtown.report")


def ask_ahead(now: datetime) -> None:
    """Ask every indicator once, this year beside the last as the catalogue does; nothing where there is no warehouse.

    Ibis takes a second or two to write all the questions as SQL. A process remembers them, so that without this
    whoever looks first after a restart would wait. Runs in a thread of its own: what fails is told where it is asked
    for in earnest.
    """
    town = towns.current()
    try:
        lake = lakes.tables(town)
        if lake.as_of is not None:
            year = now.astimezone(town.zone).year
            keys = [named.key for named in listed(town)]
            read_many(keys, periods=(str(year), str(year - 1)), town=town, lake=lake)
    except Exception:
        _log.warning("the figures could not be asked ahead", exc_info=True)
    finally:
        connections.close_all()
