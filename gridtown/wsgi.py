"""The one front door, for Granian: the live feed, and everything else by Django's handler (ADR 0026)."""

import os
import signal
from importlib import import_module
from threading import Thread

from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridtown.settings")
_pages = get_wsgi_application()  # sets Django up before anything asks for a model

from django.conf import settings  # noqa: E402

from gridtown.api.front import SERVED_BY, Door, end_with_parent, when_stopped  # noqa: E402
from gridtown.memory import keep_loaded  # noqa: E402
from gridtown.report.figures.ahead import ask_ahead  # noqa: E402
from gridtown.town import clock  # noqa: E402

# The one cache lies in memory and has nothing to close; the turnstile looks after connections; queries are not logged.
request_started.disconnect(close_old_connections)
request_started.disconnect(reset_queries)
request_finished.disconnect(close_old_connections)
request_finished.disconnect(close_caches)

import_module(settings.ROOT_URLCONF)  # now, instead of with the first request
application = Door(_pages)
keep_loaded()
if os.environ.get(SERVED_BY) == str(os.getppid()):
    end_with_parent(signal.SIGKILL)  # a worker without its server would go on answering beside the next one
    when_stopped(application.close)
    Thread(target=ask_ahead, args=[clock.now()], name="ahead", daemon=True).start()
