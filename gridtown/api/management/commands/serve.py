"""Serves the town: pages, interface and live feed on one port, with the ticker beside it."""

import os
import signal
import subprocess
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels

from gridtown.api.front import SERVED_BY, end_with_parent
from gridtown.api.saying import say

EVERY = 5  # seconds between two looks of the ticker at what falls due


class Command(BaseCommand):
    """`gridtown serve`."""

    help = "Serve pages, interface and live feed on one port, and look every few seconds at what falls due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and with how many processes."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument(
            "--workers",
            type=int,
            default=0,
            help="processes (SQLite: 1 unless said otherwise; PostgreSQL: one a core)",
        )
        parser.add_argument("--no-ticker", action="store_true", help="another process does the looking")
        parser.add_argument("--lang", default="zh", choices=("zh", "en"))

    def handle(self, *, host: str, port: int, workers: int, no_ticker: bool, lang: str, **_: Any) -> None:
        """Serve until told to stop; whatever was acknowledged is written by then."""
        count = workers or (1 if connection.vendor == "sqlite" else os.cpu_count() or 1)
        if connection.vendor == "sqlite" and count > 1:
            self.stderr.write(say("serve.sqlite_one", lang, workers=count))
        connection.close()
        os.environ[SERVED_BY] = str(os.getpid())
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - only compared with
        # links that are handed out lead here, unless the town has said under which name it is reached
        os.environ.setdefault("GRIDTOWN_PUBLIC_URL", f"http://{shown}:{port}")
        ticker = None if no_ticker or "tick" not in get_commands() else Ticker()
        self.stdout.write(
            say("serve.at", lang, address=f"http://{shown}:{port}", data=str(settings.GRIDTOWN_HOME))
        )
        self.stdout.flush()
        try:
            _server(host, port, count).serve()
        finally:
            if ticker is not None:
                ticker.stop()


def _server(host: str, port: int, workers: int) -> Granian:
    return Granian(
        "gridtown.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        loop=Loops.auto,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )


class Ticker:
    """The one process that looks at what falls due; begun anew if it should fail, ended with the server."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name="ticker")
        self._keeper.start()

    def _keep(self) -> None:
        while not self._over.is_set():
            command = [sys.executable, "-m", "gridtown", "tick", "--every", str(EVERY)]
            self._process = subprocess.Popen(command, preexec_fn=_with_the_server)  # noqa: S603 - our own command
            self._process.wait()
            self._over.wait(EVERY)

    def stop(self) -> None:
        """Let it finish what it is at."""
        self._over.set()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        self._keeper.join(timeout=20)


def _with_the_server() -> None:
    end_with_parent(signal.SIGTERM)
