"""From which address somebody comes: the one that connects, or the one that the town's own proxies pass on."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def address_of(meta: Mapping[str, Any]) -> str:
    """The caller's address from a request's META; "" where it is not known.

    Each of the town's proxies (GRIDTOWN_PROXIES says how many stand one behind another) adds whom it heard from to
    X-Forwarded-For; so many hops are believed, and nothing that a caller has written before them.
    """
    hops = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    chain = [*hops, str(meta.get("REMOTE_ADDR", ""))]
    return chain[max(0, len(chain) - 1 - settings.GRIDTOWN_PROXIES)][:64]
