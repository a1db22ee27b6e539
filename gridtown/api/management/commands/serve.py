"""Serves the town: pages, interface and live feed on one port, with the ticker and the listener beside it."""

import logging
import os
import signal
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from gridtown.api.front import SERVED_BY, THREADS, end_with_parent
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
        parser.add_argument(
            "--no-listener", action="store_true", help="another process listens at the broker"
        )
        parser.add_argument("--lang", default="zh", choices=("zh", "en"))

    def handle(self, *, host: str, port: int, workers: int, lang: str, **without: Any) -> None:
        """Serve until told to stop; whatever was acknowledged is written by then."""
        count = workers or (1 if connection.vendor == "sqlite" else os.cpu_count() or 1)
        if connection.vendor == "sqlite" and count > 1:
            self.stderr.write(say("serve.sqlite_one", lang, workers=count))
        connection.close()
        os.environ[SERVED_BY] = str(os.getpid())
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - only compared with
        if "GRIDTOWN_PUBLIC_URL" not in os.environ:
            # links that are handed out lead here, unless the town has said under which name it is reached;
            # those who serve are forked from this process with its settings, what runs beside it reads them anew
            settings.GRIDTOWN_PUBLIC_URL = os.environ["GRIDTOWN_PUBLIC_URL"] = f"http://{shown}:{port}"
        beside = [Beside(*command) for command in _beside(lang, **without)]
        self.stdout.write(
            say("serve.at", lang, address=f"http://{shown}:{port}", data=str(settings.GRIDTOWN_HOME))
        )
        self.stdout.flush()
        try:
            _server(host, port, count).serve()
        finally:
            for one in beside:
                one.stop()


def _server(host: str, port: int, workers: int) -> Granian:
    # it warns of many threads; ours sleep, and no more work at once than the turnstile lets pass
    logging.getLogger("_granian").addFilter(
        lambda said: not said.getMessage().startswith("Configuration allows")
    )
    return Granian(
        "gridtown.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )


def _beside(lang: str, *, no_ticker: bool, no_listener: bool, **_: Any) -> Iterator[tuple[str, ...]]:
    """The commands that run beside the server: the ticker, and the listener where a broker is set."""
    known = get_commands()
    if not no_ticker and "tick" in known:
        yield "tick", "--every", str(EVERY)
    if not no_listener and settings.GRIDTOWN_MQTT_URL and "listen" in known:
        yield "listen", "--lang", lang


class Beside:
    """One process of ours beside the server; begun anew if it should fail, ended with it."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name=command[0])
        self._keeper.start()

    def _keep(self) -> None:
        while not self._over.is_set():
            command = [sys.executable, "-m", "gridtown", *self._command]
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
