"""The WSGI application, for any server."""

import os

from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridtown.settings")
application = get_wsgi_application()
# the one cache lies in memory and has nothing to close, and a connection that broke is closed at the end of its request
request_finished.disconnect(close_caches)
request_started.disconnect(close_old_connections)
