"""The one front door: the live feed natively, everything else by Django's WSGI handler in a few lasting threads.

Django's own ASGI handler costs about twice the processor time of its WSGI handler for views like ours, which
wait for nothing but the database; only the feed, with its many idle connections, is better off without threads.
"""

import os
import signal
from importlib import import_module
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridtown.settings")

from gridtown.wsgi import application as wsgi  # noqa: I001 - sets Django up before anything asks for a model
from django.conf import settings
from gridtown.api.front import SERVED_BY, end_with_parent, live, threads
from gridtown.api.bridge import Bridge, Receive, Scope, Send
from gridtown.memory import keep_loaded

MOST_BYTES = 64 * 1024 * 1024  # several photos of a phone at once; each has its own limit

if os.environ.get(SERVED_BY) == str(os.getppid()):
    end_with_parent(signal.SIGKILL)  # a worker without its server would go on answering beside the next one

import_module(settings.ROOT_URLCONF)  # now, instead of with the first request
keep_loaded()

_live = live()
_pages = Bridge(wsgi, MOST_BYTES, **threads())


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Every connection comes in here."""
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["type"] != "http":
        return await send({"type": "websocket.close", "code": 1000})
    if scope["path"] == "/live" and scope["method"] == "GET":
        return await _live(scope, receive, send)
    return await _pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message: dict[str, Any] = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
